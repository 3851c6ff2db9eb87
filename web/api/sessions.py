"""Sessions of the committee as the API plans, moves, cancels and notes them; the acting chair."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import acting, sessions, waiting
from engine.i18n import mark as _
from engine.people import basins, permissions, persons
from engine.people.permissions import Permission
from web import work as web_work
from web.api import answering, representations, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body, Day, Text
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

PLAN, HELD, ACTING = "session_plan", "session_held", "acting_chair_designation"
REFUSALS = (403, 404, 409, 503)


class SessionsAsked(Body):
    """Which sessions: of which basin, from which day on."""

    basin = Text(longest=60, required=True)
    since = Day(load_default=None)


class NewSession(Body):
    """A session to come, in a basin."""

    basin = Text(longest=60, required=True)
    answers = Answers(required=True, form=PLAN)


class Moved(Body):
    """Another day, place or form."""

    answers = Answers(required=True, form=PLAN)


class Cancelled(Body):
    """Why a session is cancelled."""

    reason = Text(longest=500, shortest=1, required=True)


class Held(Body):
    """Who was there, and who presided."""

    answers = Answers(required=True, form=HELD)


class StandIn(Body):
    """Who stands in for the chair, and how long."""

    answers = Answers(required=True, form=ACTING)


@endpoint(
    "GET",
    "/sessions",
    title=_("Lister les séances du comité d’un bassin"),
    permission=Permission.SEE_BASIN,
    query=SessionsAsked,
    answers={200: "SessionList"},
    refusals=(404,),
)
def list_sessions(query: dict[str, Any]) -> Response:
    """List a basin's sessions in the order of their days."""
    with web_work.start_reading() as work:
        basin = visible(work, query["basin"])
        permissions.require(work, Permission.SEE_BASIN, basin_id=basin.id)
        found = sessions.of_basin(work, basin.id, since=query["since"])
        return jsonify(items=described(work, found), next=None)


@endpoint(
    "POST",
    "/sessions",
    title=_("Prévoir une séance du comité"),
    note=_("« answers » répond au formulaire « session_plan »."),
    permission=Permission.PLAN_SESSION,
    body=NewSession,
    keyed=True,
    answers={201: "Session"},
    refusals=REFUSALS,
)
def plan_session(body: dict[str, Any]) -> Response:
    """Plan a session; a written consultation is one of them."""

    def planned(work: UnitOfWork) -> str:
        basin = visible(work, body["basin"])
        permissions.require(work, Permission.PLAN_SESSION, basin_id=basin.id)
        answers = answering.clean(work, PLAN, body["answers"], basin_id=basin.id)
        session = sessions.plan(work, basin_id=basin.id, answers=answers)
        return url_for("api.show_session", session_id=session.id)

    return shown(writes.create(planned))


@endpoint(
    "GET",
    "/sessions/<uuid:session_id>",
    title=_("Montrer une séance"),
    permission=Permission.SEE_BASIN,
    answers={200: "Session"},
    refusals=(404,),
)
def show_session(session_id: UUID) -> Response:
    """Show a session: its day, its place, whether it took place."""
    with web_work.start_reading() as work:
        return jsonify(described(work, [readable(work, session_id, Permission.SEE_BASIN)])[0])


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/move",
    title=_("Modifier une séance prévue"),
    note=_("« answers » répond au formulaire « session_plan »."),
    permission=Permission.PLAN_SESSION,
    body=Moved,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def move_session(session_id: UUID, body: dict[str, Any]) -> Response:
    """Change a planned session's day, place or form."""
    return answered(session_id, PLAN, body["answers"], sessions.move)


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/hold",
    title=_("Noter qu’une séance s’est tenue"),
    note=_("« answers » répond au formulaire « session_held »."),
    permission=Permission.PLAN_SESSION,
    body=Held,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def hold_session(session_id: UUID, body: dict[str, Any]) -> Response:
    """Record that a session took place, and who was there."""
    return answered(session_id, HELD, body["answers"], sessions.hold)


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/cancel",
    title=_("Annuler une séance prévue"),
    permission=Permission.PLAN_SESSION,
    body=Cancelled,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def cancel_session(session_id: UUID, body: dict[str, Any]) -> Response:
    """Cancel a planned session, with the reason."""
    return acted(session_id, lambda work, _session: sessions.cancel(work, session_id, reason=body["reason"]))


@endpoint(
    "POST",
    "/basins/<string:slug>/acting-chair",
    title=_("Désigner une présidence par intérim"),
    note=_("« answers » répond au formulaire « acting_chair_designation »."),
    permission=Permission.DESIGNATE_ACTING_CHAIR,
    body=StandIn,
    keyed=True,
    answers={201: "ActingChair"},
    refusals=REFUSALS,
)
def designate_acting_chair(slug: str, body: dict[str, Any]) -> Response:
    """Let another eligible member sign in the chair's place for a time (D18)."""
    with writes.once() as write:
        basin = visible(write.work, slug)
        permissions.require(write.work, Permission.DESIGNATE_ACTING_CHAIR, basin_id=basin.id)
        if write.is_first:
            answers = answering.clean(write.work, ACTING, body["answers"], basin_id=basin.id)
            acting.designate_in_basin(write.work, basin_id=basin.id, answers=answers)
            write.done(url_for("api.show_basin", slug=slug), HTTPStatus.CREATED)
    said = {name: body["answers"][name] for name in ("acting_chair_id", "ends_on")}
    return write.answer(jsonify(basin=slug, **said))


def answered(
    session_id: UUID, form: str, raw: dict[str, object], act: Callable[..., CommitteeSession]
) -> Response:
    """Do an act on a session from the answers to its form."""

    def do(work: UnitOfWork, session: CommitteeSession) -> None:
        answers = answering.clean(work, form, raw, basin_id=session.basin_id, case_id=session.id)
        act(work, session_id, answers=answers)

    return acted(session_id, do)


def acted(session_id: UUID, do: Callable[[UnitOfWork, CommitteeSession], object]) -> Response:
    """Do this once on a session that the bearer may change."""
    return shown(
        writes.act(
            lambda work: do(work, readable(work, session_id, Permission.PLAN_SESSION)),
            url_for("api.show_session", session_id=session_id),
        )
    )


def readable(work: UnitOfWork, session_id: UUID, permission: Permission) -> CommitteeSession:
    """A session, when the bearer may do this there. Raises `SessionNotFound`, `MissingPermission`."""
    session = sessions.find(work, session_id)
    permissions.require(work, permission, basin_id=session.basin_id)
    return session


def shown(write: writes.Write) -> Response:
    """The session as it is now, with the status and the place of the first answer."""
    with web_work.start_reading() as work:
        return write.answer(jsonify(described(work, [sessions.find(work, write.made_id)])[0]))


def takes_part(work: UnitOfWork, session: CommitteeSession) -> bool:
    """Whether the bearer may join a session: not whoever sees the figures of its basin alone."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    return rights.allows(Permission.SEE_PROJECT, basin_id=session.basin_id)


def described(work: UnitOfWork, found: list[CommitteeSession]) -> list[dict[str, Any]]:
    """Sessions as the API shows them."""
    decided = waiting.decided_in(work, [each.id for each in found])
    chaired = [each.chaired_by_id for each in found if each.chaired_by_id is not None]
    names = persons.names(work, chaired)
    return [
        {
            "id": str(each.id),
            "number": each.number,
            "basin": basins.find(work, each.basin_id).slug,
            "held_on": representations.day(each.held_on),
            "starts_at": each.starts_at,
            "kind": each.kind,
            "place": each.place,
            "video_link": each.video_link if takes_part(work, each) else None,
            "state": each.state,
            "diffused_at": representations.maybe_instant(each.diffused_at),
            "minutes_signed_on": representations.day(each.minutes_signed_on),
            "decisions": decided.get(each.id, 0),
            "chaired_by": names.get(each.chaired_by_id) if each.chaired_by_id else None,
        }
        for each in found
    ]
