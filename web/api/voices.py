"""Interests, attendance, opinions and votes as the API declares, notes and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import (
    attendance,
    ballots,
    consultations,
    interests,
    items,
    sessions,
    taking_part,
    voices,
)
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from engine.projects.recording import coded
from web import work as web_work
from web.api import answering, representations, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body, Identifier, Text
from web.api.endpoints import endpoint
from web.api.sessions import readable
from web.api.sessions import shown as shown_session

if TYPE_CHECKING:
    from engine.committee.agenda_models import AgendaItem
    from engine.committee.ballots import Said
    from engine.committee.interests import Registered
    from engine.persistence.unit_of_work import UnitOfWork

DECLARATION, ATTENDANCE, EXTENSION = "interest_declaration", "session_attendance", "consultation_extension"
OPINION, BALLOTS = "item_opinion", "item_ballots"
REFUSALS = (403, 404, 409, 503)


class Declared(Body):
    """What links a member to a project; in which session they said so, if it was in one."""

    answers = Answers(required=True, form=DECLARATION)
    session_id = Identifier(load_default=None)


class Ended(Body):
    """Why a declared interest is over."""

    reason = Text(longest=500, shortest=1, required=True)


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
    "POST",
    "/projects/<uuid:project_id>/interests",
    title=_("Déclarer un intérêt sur un projet"),
    note=_("« answers » répond au formulaire « interest_declaration »."),
    permission=Permission.SEE_PROJECT,
    body=Declared,
    keyed=True,
    answers={201: "Interest"},
    refusals=REFUSALS,
)
def declare_interest(project_id: UUID, body: dict[str, Any]) -> Response:
    """Declare what links the bearer to a project; the officer says of whom they write it down."""

    def made(work: UnitOfWork) -> str:
        project = dossiers.find(work, project_id)
        permissions.require(work, Permission.SEE_PROJECT, basin_id=project.basin_id, case_id=project_id)
        answers = answering.clean(
            work, DECLARATION, body["answers"], basin_id=project.basin_id, case_id=project_id
        )
        declared = interests.declare(
            work,
            project_id=project_id,
            situation=str(coded(answers["situation"])),
            details=answers["details"],
            is_recused=answers["is_recused"],
            person_id=answers["person_id"],
            session_id=body["session_id"],
        )
        return url_for("api.show_interest", declaration_id=declared.id)

    return shown_interest(writes.create(made))


@endpoint(
    "GET",
    "/interests/<uuid:declaration_id>",
    title=_("Montrer une déclaration d’intérêt"),
    permission=Permission.SEE_BASIN,
    answers={200: "Interest"},
    refusals=(404,),
)
def show_interest(declaration_id: UUID) -> Response:
    """Show a declaration: one's own, or any to those who read the register."""
    with web_work.start_reading() as work:
        return jsonify(interest(readable_interest(work, declaration_id)))


@endpoint(
    "POST",
    "/interests/<uuid:declaration_id>/end",
    title=_("Mettre fin à une déclaration d’intérêt"),
    permission=Permission.SEE_BASIN,
    body=Ended,
    keyed=True,
    answers={200: "Interest"},
    refusals=REFUSALS,
)
def end_interest(declaration_id: UUID, body: dict[str, Any]) -> Response:
    """End a declaration: whoever stepped back comes back to the project."""

    def do(work: UnitOfWork) -> None:
        readable_interest(work, declaration_id)
        interests.end(work, declaration_id, reason=body["reason"])

    return shown_interest(writes.act(do, url_for("api.show_interest", declaration_id=declaration_id)))


@endpoint(
    "GET",
    "/basins/<string:slug>/interests",
    title=_("Lire le registre des intérêts d’un bassin"),
    permission=Permission.SEE_BASIN,
    answers={200: "InterestList"},
    refusals=(404,),
)
def list_interests(slug: str) -> Response:
    """List a basin's declarations, the latest first; a member reads their own."""
    with web_work.start_reading() as work:
        basin = visible(work, slug)
        rights = permissions.require(work, Permission.SEE_BASIN, basin_id=basin.id)
        person_id = None if rights.allows(Permission.SEE_INTERESTS, basin_id=basin.id) else rights.person_id
        found = interests.register(work, basin.id, person_id=person_id, without=rights.hidden())
        return jsonify(items=[interest(each) for each in found])


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


def shown_interest(write: writes.Write) -> Response:
    """The declaration as it is now, with the status and the place of the first answer."""
    with web_work.start_reading() as work:
        return write.answer(jsonify(interest(interests.named(work, write.made_id))))


def readable_interest(work: UnitOfWork, declaration_id: UUID) -> Registered:
    """A declaration that the bearer may read. Raises `InterestNotFound`."""
    found = interests.named(work, declaration_id)
    rights = permissions.permissions_of(work, work.actor.person_id)
    declared = found.declaration
    reads = rights.allows(Permission.SEE_INTERESTS, basin_id=declared.basin_id, case_id=declared.project_id)
    if declared.person_id != rights.person_id and not reads:
        raise interests.InterestNotFound
    return found


def readable_item(work: UnitOfWork, item_id: UUID, permission: Permission) -> AgendaItem:
    """An item on which the bearer may do this; whoever stepped back from its project sees none.

    Raises `items.ItemNotFound`, and as `permissions.require`.
    """
    item = items.find(work, item_id)
    permissions.require(work, permission, basin_id=item.basin_id, case_id=item.project_id)
    return item


def interest(found: Registered) -> dict[str, Any]:
    """A declaration as the API shows it: never the firm, which whoever stepped back does not read."""
    declared = found.declaration
    return {
        "id": str(declared.id),
        "project_id": str(declared.project_id),
        "reference": found.reference,
        "person": found.person,
        "organisation": found.organisation,
        "situation": declared.situation,
        "details": declared.details,
        "is_recused": declared.is_recused,
        "through": declared.through,
        "declared_on": representations.day(declared.declared_on),
        "is_late": declared.is_late,
        "ended_on": representations.day(declared.ended_on),
        "ended_reason": declared.ended_reason,
    }


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
