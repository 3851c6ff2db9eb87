"""Opinions given before a session, votes noted in it: their forms, and what readers are shown of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, url_for

from engine.committee import ballots, sessions, taking_part, voices, votes
from engine.committee.item_kinds import VOTED, Kind
from engine.i18n import mark as _
from engine.people import committee_seats
from engine.people.permissions import Permission
from engine.projects.recording import coded
from forms.votes import VoteChoice
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.committee.blueprint import pages
from web.committee.item_pages import Point, Values, item_asked, item_page
from web.committee.sessions import label
from web.page_forms import Messages, PageForm, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from engine.committee.agenda_models import AgendaItem
    from engine.committee.ballots import Said
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

OPINION, BALLOTS = "item_opinion", "item_ballots"
TONES = {"for": "done", "against": "late", "abstain": "wait"}
WHY = {
    taking_part.RECUSED: _("s’est déporté"),
    taking_part.OWN_FIRM: _("de l’entreprise du projet"),
    taking_part.ITS_HEAD: _("dirige l’entreprise du projet"),
}
ABSENT = _("ni présent ni représenté")


@pages.get("/seances/<uuid:session_id>/points/<uuid:item_id>/avis")
@requires(Permission.GIVE_OPINION)
def ask_opinion(session_id: UUID, item_id: UUID) -> str:
    """Ask a member what they think of an item."""
    return opinion_page(session_id, item_id)


@pages.post("/seances/<uuid:session_id>/points/<uuid:item_id>/avis")
@requires(Permission.GIVE_OPINION)
@keeps_when_idle(set_aside)
def give_opinion(session_id: UUID, item_id: UUID) -> Response:
    """Give one’s own opinion; the others’ are read from then on."""
    show_again_with(partial(opinion_page, session_id, item_id))
    with once.start_work() as work:
        point = item_asked(work, session_id, item_id, Permission.GIVE_OPINION)
        answers = PageForm(OPINION, point.basin.id, item_id).read(work)
        ballots.give_opinion(
            work, item_id, choice=str(coded(answers["choice"])), comment=answers["comment"],
            seat_id=answers["seat_id"],
        )  # fmt: skip
        response = once.done(work, url_for("committee.ask_opinion", session_id=session_id, item_id=item_id))
    flash(web_work.translated(_("Votre avis est donné ; vous lisez maintenant celui des autres.")), "success")
    return response


@pages.get("/seances/<uuid:session_id>/points/<uuid:item_id>/voix")
@requires(Permission.CONDUCT_SESSION)
def ask_votes(session_id: UUID, item_id: UUID) -> str:
    """Show the votes on an item, and what they come to."""
    return votes_page(session_id, item_id)


@pages.post("/seances/<uuid:session_id>/points/<uuid:item_id>/voix")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def note_votes(session_id: UUID, item_id: UUID) -> Response:
    """Note the votes given in session; the page then says what they come to."""
    show_again_with(partial(votes_page, session_id, item_id))
    with once.start_work() as work:
        point = item_asked(work, session_id, item_id, Permission.CONDUCT_SESSION)
        answers = PageForm(BALLOTS, point.basin.id, item_id).read(work)
        rows = [{**row, "choice": coded(row["choice"])} for row in answers["ballots"]]
        ballots.record(work, item_id, rows=rows)
        response = once.done(work, url_for("committee.ask_votes", session_id=session_id, item_id=item_id))
    if any(row["choice"] for row in rows):
        flash(web_work.translated(_("Les votes sont notés.")), "success")
    else:
        flash(web_work.translated(_("Aucun vote n’est noté sur ce point.")), "info")
    return response


def opinion_page(
    session_id: UUID, item_id: UUID, values: Values | None = None, messages: Messages | None = None
) -> str:
    """The form of an opinion, beside those that may be read."""
    with web_work.start_reading() as work:
        point = item_asked(work, session_id, item_id, Permission.GIVE_OPINION)
        form = PageForm(OPINION, point.basin.id, item_id)
        inputs = form.inputs(form.context(work), values, messages)
        found = ballots.opinions(work, [item_id], viewer().person_id).get(item_id, ballots.Opinions())
        may_give = may_give_opinion(work, point)
    return item_page(
        point, form, inputs if may_give else [], messages, template="committee/opinion.html",
        may_give=may_give, own=[said(each) for each in found.own],
        others=[said(each) for each in found.others], count=found.count, are_shown=found.are_shown,
    )  # fmt: skip


def may_give_opinion(work: UnitOfWork, point: Point) -> bool:
    """Whether an opinion is still asked of the reader: the agenda sent, the session to come, the item open.

    A guest has no voice; nor has, on their own firm’s project, whoever sits for it.
    """
    session = point.session
    is_time = session.state == sessions.PLANNED and session.diffused_at is not None
    return (
        is_time
        and not taking_part.is_decided(work, point.item)
        and has_voice(work, session, point.item.project_id)
    )


def has_voice(work: UnitOfWork, session: CommitteeSession, project_id: UUID | None = None) -> bool:
    """Whether the reader sits with a voice on the day of a session, on a project when one is named."""
    on = taking_part.day_of(work, session)
    return bool(committee_seats.speaking_seats(work, viewer().person_id, session.basin_id, on, project_id))


def votes_page(
    session_id: UUID, item_id: UUID, values: Values | None = None, messages: Messages | None = None
) -> str:
    """The form of the votes, beside who does not vote and what the votes come to."""
    with web_work.start_reading() as work:
        point = item_asked(work, session_id, item_id, Permission.CONDUCT_SESSION)
        form = PageForm(BALLOTS, point.basin.id, item_id)
        noted = bool(taking_part.attendance_of(work, session_id))
        is_open = noted and not taking_part.is_decided(work, point.item)
        inputs = form.inputs(form.context(work), values, messages) if is_open else []
        shown = {
            "is_noted": noted,
            "is_decided": taking_part.is_decided(work, point.item),
            "result": result_of(work, point.session, point.item),
            "silent": silent(work, point),
            "votes": [said(each) for each in ballots.votes_of(work, [item_id]).get(item_id, [])],
            "attendance_url": url_for("committee.ask_attendance", session_id=session_id),
        }
    return item_page(point, form, inputs, messages, template="committee/votes.html", **shown)


def result_of(work: UnitOfWork, session: CommitteeSession, item: AgendaItem) -> dict[str, Any] | None:
    """What the votes on an item come to, as pages show it; nothing while nobody voted."""
    if not voices.standing(work, item.id, voices.VOTE):
        return None
    return told(voices.result(work, session, item, voices.VOTE))


def told(found: votes.Result) -> dict[str, Any]:
    """A result as pages show it."""
    return {
        "for": found.votes_for,
        "against": found.votes_against,
        "abstain": found.abstentions,
        "represented": len(found.represented),
        "eligible": len(found.eligible),
        "needed": found.quorum_needed,
        "has_quorum": found.has_quorum,
        "is_carried": found.is_carried,
        "by_casting_vote": found.by_casting_vote,
        "set_aside": len(found.set_aside),
    }


def silent(work: UnitOfWork, point: Point) -> list[tuple[str, str]]:
    """Who does not vote on an item, and why; guests are not told of."""
    seats = voices.seats_of(work, point.session)
    voters = voices.voters_on(work, point.session, point.item)
    there = votes.represented_by(voters, voices.rules(work, point.session, voices.VOTE))
    on = taking_part.day_of(work, point.session)
    why = taking_part.conflicts(work, point.item.project_id, seats, on)
    return [
        (f"{seat.full_name} ({seat.organisation_name})", reason_of(seat.assignment_id, why, voters))
        for seat in seats
        if not seat.guest and seat.assignment_id not in there
    ]


def reason_of(seat_id: UUID, why: dict[UUID, str], voters: votes.Voters) -> str:
    """Why a seat has no vote on an item."""
    if seat_id in why:
        return WHY[why[seat_id]]
    return WHY[taking_part.RECUSED] if seat_id in voters.recused else ABSENT


def said(each: Said) -> dict[str, Any]:
    """An opinion or a vote as pages show it."""
    return {
        "person": each.person,
        "organisation": each.organisation,
        "choice": label(VoteChoice, each.choice),
        "tone": TONES[each.choice],
        "comment": each.comment,
    }


def of_items(work: UnitOfWork, session: CommitteeSession, items: Sequence[AgendaItem]) -> dict[UUID, Any]:
    """What a session’s page says of the voices on each of its items, for `committee/_item_ballots.html`.

    A few statements, however many the items; `items` are those that the reader may see.
    """
    ids = [each.id for each in items]
    reader = viewer().person_id
    opinions = ballots.opinions(work, ids, reader)
    voted = {
        item_id: found
        for item_id, found in ballots.votes_of(work, ids).items()
        if ballots.are_shown(session, found, reader)
    }
    spoken = spoken_on(work, session, items)
    return {
        each.id: {
            **voices_on(opinions.get(each.id, ballots.Opinions()), voted.get(each.id, [])),
            **ways_in(
                session,
                each,
                speaks=each.id in spoken,
                has_own=bool(opinions.get(each.id, ballots.Opinions()).own),
            ),
        }
        for each in items
    }


def spoken_on(work: UnitOfWork, session: CommitteeSession, items: Sequence[AgendaItem]) -> set[UUID]:
    """The items on which the reader has a voice: none of a guest, nor on one’s own firm’s project."""
    on = taking_part.day_of(work, session)
    held = committee_seats.speaking_seats(work, viewer().person_id, session.basin_id, on)
    about = {each.project_id for each in items if each.project_id is not None}
    free = committee_seats.free_on(work, about, held, on) if held and about else {}
    return {each.id for each in items if (held if each.project_id is None else free.get(each.project_id))}


def voices_on(known: ballots.Opinions, voted: Sequence[Said]) -> dict[str, Any]:
    """The opinions on an item that may be read, and how its votes go."""
    counts = [one.choice for one in voted]
    return {
        "own": [said(one) for one in known.own],
        "others": [said(one) for one in known.others],
        "count": known.count,
        "votes": {choice.value: counts.count(choice.value) for choice in VoteChoice} if counts else None,
    }


def ways_in(
    session: CommitteeSession, item: AgendaItem, *, speaks: bool, has_own: bool
) -> dict[str, str | None]:
    """Where a reader gives an opinion of an item, declares an interest, notes its votes."""

    def address(endpoint: str) -> str:
        return url_for(endpoint, session_id=session.id, item_id=item.id)

    def may(permission: Permission) -> bool:
        return viewer().rights.allows(permission, basin_id=session.basin_id, case_id=item.project_id)

    is_time = session.state == sessions.PLANNED and session.diffused_at is not None
    is_voted = Kind(item.kind) in VOTED
    is_decided = item.decision_id is not None or item.outcome is not None
    gives = may(Permission.GIVE_OPINION) and ((is_time and is_voted and speaks and not is_decided) or has_own)
    declares = item.project_id is not None and may(Permission.DECLARE_INTEREST)
    notes = is_voted and session.minutes_signed_on is None and may(Permission.CONDUCT_SESSION)
    is_day = session.state != sessions.CANCELLED and session.held_on <= web_work.today()
    return {
        "opinion_url": address("committee.ask_opinion") if gives else None,
        "interest_url": url_for("committee.ask_interest", project_id=item.project_id, seance=session.id)
        if declares
        else None,
        "votes_url": address("committee.ask_votes") if notes and is_day and not is_decided else None,
    }
