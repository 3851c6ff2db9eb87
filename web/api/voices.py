"""Attendance, opinions and votes as the API notes and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import (
    attendance,
    ballots,
    consultations,
    items,
    sessions,
    taking_part,
    voices,
)
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects.recording import coded
from web import work as web_work
from web.api import answering, representations, writes
from web.api.bodies import Answers, Body
from web.api.endpoints import endpoint
from web.api.sessions import readable
from web.api.sessions import shown as shown_session

if TYPE_CHECKING:
    from engine.committee.agenda_models import AgendaItem
    from engine.committee.ballots import Said
    from engine.persistence.unit_of_work import UnitOfWork

ATTENDANCE, EXTENSION = "session_attendance", "consultation_extension"
OPINION, BALLOTS = "item_opinion", "item_ballots"
REFUSALS = (403, 404, 409, 503)


class Attended(Body):
    """Who is there, and who presides."""

    answers = Answers(required=True, form=ATTENDANCE)


class Extended(Body):
    """Until when a consultation goes on."""

    answers = Answers(required=True, form=EXTENSION)


class Opinion(Body):
    """What the bearer thinks of an item."""

    answers = Answers(required=True, form=OPINION)


class Ballots(Body):
    """The votes on an item, as the officer notes them."""

    answers = Answers(required=True, form=BALLOTS)


@endpoint(
    "GET",
    "/sessions/<uuid:session_id>/attendance",
    title=_("Montrer qui était à une séance"),
    permission=Permission.SEE_BASIN,
    answers={200: "Attendance"},
    refusals=(404,),
)
def show_attendance(session_id: UUID) -> Response:
    """Show each seat of the session's day, and whether it was there."""
    with web_work.start_reading() as work:
        readable(work, session_id, Permission.SEE_BASIN)
        return jsonify(attended(work, session_id))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/attendance",
    title=_("Noter les présences d’une séance"),
    note=_("« answers » répond au formulaire « session_attendance »."),
    permission=Permission.CONDUCT_SESSION,
    body=Attended,
    keyed=True,
    answers={200: "Attendance"},
    refusals=REFUSALS,
)
def note_attendance(session_id: UUID, body: dict[str, Any]) -> Response:
    """Note who is there, until the minutes are signed."""

    def do(work: UnitOfWork) -> None:
        session = readable(work, session_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(
            work, ATTENDANCE, body["answers"], basin_id=session.basin_id, case_id=session_id
        )
        attendance.record(
            work, session_id, rows=answers["attendance"], chaired_by_id=answers["chaired_by_id"]
        )

    write = writes.act(do, url_for("api.show_attendance", session_id=session_id))
    with web_work.start_reading() as work:
        return write.answer(jsonify(attended(work, session_id)))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/extend",
    title=_("Prolonger une consultation écrite"),
    note=_("« answers » répond au formulaire « consultation_extension »."),
    permission=Permission.CONDUCT_SESSION,
    body=Extended,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def extend_consultation(session_id: UUID, body: dict[str, Any]) -> Response:
    """Give those who have not answered a consultation some days more."""

    def do(work: UnitOfWork) -> None:
        session = readable(work, session_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(work, EXTENSION, body["answers"], basin_id=session.basin_id)
        consultations.extend(work, session_id, until=answers["until"], reason=answers["reason"])

    return shown_session(writes.act(do, url_for("api.show_session", session_id=session_id)))


@endpoint(
    "POST",
    "/agenda-items/<uuid:item_id>/opinion",
    title=_("Donner un avis sur un point"),
    note=_("« answers » répond au formulaire « item_opinion »."),
    permission=Permission.GIVE_OPINION,
    body=Opinion,
    keyed=True,
    answers={200: "ItemVoices"},
    refusals=REFUSALS,
)
def give_opinion(item_id: UUID, body: dict[str, Any]) -> Response:
    """Give the bearer's opinion of an item; the others' are shown from then on."""

    def do(work: UnitOfWork) -> None:
        item = readable_item(work, item_id, Permission.GIVE_OPINION)
        answers = answering.clean(work, OPINION, body["answers"], basin_id=item.basin_id, case_id=item_id)
        ballots.give_opinion(
            work, item_id, choice=str(coded(answers["choice"])), comment=answers["comment"],
            seat_id=answers["seat_id"],
        )  # fmt: skip

    return voices_shown(do, item_id)


@endpoint(
    "POST",
    "/agenda-items/<uuid:item_id>/ballots",
    title=_("Noter les votes sur un point"),
    note=_("« answers » répond au formulaire « item_ballots »."),
    permission=Permission.CONDUCT_SESSION,
    body=Ballots,
    keyed=True,
    answers={200: "ItemVoices"},
    refusals=REFUSALS,
)
def note_votes(item_id: UUID, body: dict[str, Any]) -> Response:
    """Note the votes given in session on an item; a seat without a choice takes its vote back."""

    def do(work: UnitOfWork) -> None:
        item = readable_item(work, item_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(work, BALLOTS, body["answers"], basin_id=item.basin_id, case_id=item_id)
        rows = [{**row, "choice": coded(row["choice"])} for row in answers["ballots"]]
        ballots.record(work, item_id, rows=rows)

    return voices_shown(do, item_id)


@endpoint(
    "GET",
    "/agenda-items/<uuid:item_id>/result",
    title=_("Montrer les avis et les votes sur un point"),
    note=_("Les avis des autres ne se lisent qu’une fois le sien donné, ou le point décidé."),
    permission=Permission.SEE_BASIN,
    answers={200: "ItemVoices"},
    refusals=(404,),
)
def show_result(item_id: UUID) -> Response:
    """Show what was said of an item, as the bearer may read it, and what its votes come to."""
    with web_work.start_reading() as work:
        return jsonify(said_of(work, readable_item(work, item_id, Permission.SEE_PROJECT)))


def voices_shown(do: Any, item_id: UUID) -> Response:
    """Do this once, and show the item's voices as they are now."""
    write = writes.act(do, url_for("api.show_result", item_id=item_id))
    with web_work.start_reading() as work:
        return write.answer(jsonify(said_of(work, items.find(work, item_id))))


def readable_item(work: UnitOfWork, item_id: UUID, permission: Permission) -> AgendaItem:
    """An item on which the bearer may do this; whoever stepped back from its project sees none.

    Raises `items.ItemNotFound`, and as `permissions.require`.
    """
    item = items.find(work, item_id)
    permissions.require(work, permission, basin_id=item.basin_id, case_id=item.project_id)
    return item


def attended(work: UnitOfWork, session_id: UUID) -> dict[str, Any]:
    """Who was at a session, seat by seat."""
    session = sessions.find(work, session_id)
    noted = {each.seat_id: each for each in taking_part.attendance_of(work, session_id)}
    seats = voices.seats_of(work, session)
    return {
        "session_id": str(session_id),
        "chaired_by_id": representations.identifier(session.chaired_by_id),
        "items": [
            {
                "seat_id": str(seat.assignment_id),
                "person": seat.full_name,
                "organisation": seat.organisation_name,
                "guest": seat.guest,
                "presence": known.presence if known else None,
                "proxy_to_seat_id": representations.identifier(known.proxy_to_seat_id) if known else None,
            }
            for seat in seats
            for known in (noted.get(seat.assignment_id),)
        ],
    }


def said_of(work: UnitOfWork, item: AgendaItem) -> dict[str, Any]:
    """What was said of an item, as the bearer may read it."""
    session, reader = sessions.find(work, item.session_id), work.actor.person_id
    known = ballots.opinions(work, [item.id], reader).get(item.id, ballots.Opinions())
    voted = ballots.votes_of(work, [item.id]).get(item.id, [])
    shows = ballots.are_shown(session, voted, reader)
    return {
        "id": str(item.id),
        "session_id": str(item.session_id),
        "kind": item.kind,
        "is_decided": taking_part.is_decided(work, item),
        "opinion_count": known.count,
        "opinions": [spoken(each) for each in (*known.own, *known.others)],
        "votes": [spoken(each) for each in voted] if shows else [],
        "result": counted(work, item) if shows and voted else None,
    }


def spoken(each: Said) -> dict[str, Any]:
    """An opinion or a vote as the API shows it."""
    return {
        "seat_id": str(each.seat_id),
        "person": each.person,
        "organisation": each.organisation,
        "choice": each.choice,
        "comment": each.comment,
        "cast_at": representations.instant(each.cast_at),
    }


def counted(work: UnitOfWork, item: AgendaItem) -> dict[str, Any]:
    """What the votes on an item come to."""
    found = voices.result(work, sessions.find(work, item.session_id), item, voices.VOTE)
    return {
        "votes_for": found.votes_for,
        "votes_against": found.votes_against,
        "abstentions": found.abstentions,
        "eligible": len(found.eligible),
        "represented": len(found.represented),
        "quorum_needed": found.quorum_needed,
        "has_quorum": found.has_quorum,
        "is_carried": found.is_carried,
        "by_casting_vote": found.by_casting_vote,
    }
