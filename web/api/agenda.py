"""The agenda of a session as the API shows, arranges and sends it, and who received it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine import errors
from engine.committee import agenda, diffusion, sessions
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.runtime import tasks
from web import work as web_work
from web.api import answering, representations, writes
from web.api.bodies import Answers, Body, Text
from web.api.endpoints import endpoint
from web.api.sessions import readable
from web.api.sessions import shown as shown_session

if TYPE_CHECKING:
    from engine.committee.agenda import Line
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

ITEM, REMOVAL, DIFFUSION, RESEND = "agenda_item", "agenda_removal", "agenda_diffusion", "agenda_resend"
STEP = "prepare_agenda"
KEY = 80
REFUSALS = (403, 404, 409, 503)


class NothingToSend(errors.Conflict):
    """L’ordre du jour de cette séance n’est plus à diffuser : diffusez-le de nouveau."""


class Ordered(Body):
    """The keys of the items in the order wanted, separated by blanks."""

    keys = Text(longest=80 * KEY, required=True)


class Removed(Body):
    """Which item is taken off, and why."""

    key = Text(longest=KEY, required=True)
    answers = Answers(required=True, form=REMOVAL)


class Restored(Body):
    """Which item is put back."""

    key = Text(longest=KEY, required=True)


class Picked(Body):
    """What is ready and put on the agenda."""

    key = Text(longest=KEY, required=True)


class Added(Body):
    """An item of the officer's own."""

    answers = Answers(required=True, form=ITEM)


class Diffused(Body):
    """What is said to the members, and why so late when it is."""

    answers = Answers(required=True, form=DIFFUSION)


class DiffusedAgain(Body):
    """What has changed."""

    answers = Answers(required=True, form=RESEND)


@endpoint(
    "GET",
    "/sessions/<uuid:session_id>/agenda",
    title=_("Lire l’ordre du jour d’une séance"),
    note=_("Un point dont on s’est déporté n’y figure que par son numéro."),
    permission=Permission.SEE_PROJECT,
    answers={200: "Agenda"},
    refusals=(404,),
)
def show_agenda(session_id: UUID) -> Response:
    """Show what stands on the agenda, what is ready, what is held back."""
    with web_work.start_reading() as work:
        return jsonify(described(work, readable(work, session_id, Permission.SEE_PROJECT)))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/agenda/reorder",
    title=_("Mettre un ordre du jour dans un autre ordre"),
    note=_("«\u202fkeys\u202f»\u202f: les clés des points, séparées par des blancs."),
    permission=Permission.CONDUCT_SESSION,
    body=Ordered,
    keyed=True,
    answers={200: "Agenda"},
    refusals=REFUSALS,
)
def reorder_agenda(session_id: UUID, body: dict[str, Any]) -> Response:
    """Put the items in another order; those that are not named follow."""
    keys = body["keys"].split()
    return edited(session_id, lambda work, _session: agenda.reorder(work, session_id, keys=keys))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/agenda/remove",
    title=_("Retirer un point d’un ordre du jour"),
    note=_("«\u202fanswers\u202f» répond au formulaire «\u202fagenda_removal\u202f»."),
    permission=Permission.CONDUCT_SESSION,
    body=Removed,
    keyed=True,
    answers={200: "Agenda"},
    refusals=REFUSALS,
)
def remove_item(session_id: UUID, body: dict[str, Any]) -> Response:
    """Take an item off, with the reason; its file waits for the session after."""

    def do(work: UnitOfWork, session: CommitteeSession) -> None:
        answers = answering.clean(work, REMOVAL, body["answers"], basin_id=session.basin_id)
        agenda.remove(work, session_id, key=body["key"], reason=answers["reason"])

    return edited(session_id, do)


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/agenda/restore",
    title=_("Remettre un point à un ordre du jour"),
    permission=Permission.CONDUCT_SESSION,
    body=Restored,
    keyed=True,
    answers={200: "Agenda"},
    refusals=REFUSALS,
)
def restore_item(session_id: UUID, body: dict[str, Any]) -> Response:
    """Put back an item that was taken off."""
    return edited(session_id, lambda work, _session: agenda.restore(work, session_id, key=body["key"]))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/agenda/pick",
    title=_("Mettre à l’ordre du jour ce qui est prêt"),
    permission=Permission.CONDUCT_SESSION,
    body=Picked,
    keyed=True,
    answers={200: "Agenda"},
    refusals=REFUSALS,
)
def pick_item(session_id: UUID, body: dict[str, Any]) -> Response:
    """Put something that is ready on the agenda; late once that was sent."""
    return edited(session_id, lambda work, _session: agenda.add(work, session_id, key=body["key"]))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/agenda/add",
    title=_("Ajouter un point à un ordre du jour"),
    note=_("«\u202fanswers\u202f» répond au formulaire «\u202fagenda_item\u202f»."),
    permission=Permission.CONDUCT_SESSION,
    body=Added,
    keyed=True,
    answers={200: "Agenda"},
    refusals=REFUSALS,
)
def add_item(session_id: UUID, body: dict[str, Any]) -> Response:
    """Add an item of one's own at the end."""

    def do(work: UnitOfWork, session: CommitteeSession) -> None:
        answers = answering.clean(work, ITEM, body["answers"], basin_id=session.basin_id)
        agenda.add(work, session_id, title=answers["title"], note=answers["note"])

    return edited(session_id, do)


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/diffuse",
    title=_("Diffuser un ordre du jour"),
    note=_("«\u202fanswers\u202f» répond au formulaire «\u202fagenda_diffusion\u202f»."),
    permission=Permission.CONDUCT_SESSION,
    body=Diffused,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def diffuse_agenda(session_id: UUID, body: dict[str, Any]) -> Response:
    """Send the agenda to each seat: what the step that waits for it does."""

    def do(work: UnitOfWork) -> None:
        readable(work, session_id, Permission.CONDUCT_SESSION)
        steps = sessions.waiting_steps(work, session_id)
        task_id = next((each.id for each in steps if each.step == STEP), None)
        if task_id is None:
            raise NothingToSend
        tasks.complete(work, task_id=task_id, answers=body["answers"], channel="json")

    return shown_session(writes.act(do, url_for("api.show_session", session_id=session_id)))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/diffuse-again",
    title=_("Diffuser de nouveau un ordre du jour"),
    note=_("«\u202fanswers\u202f» répond au formulaire «\u202fagenda_resend\u202f»."),
    permission=Permission.CONDUCT_SESSION,
    body=DiffusedAgain,
    keyed=True,
    answers={200: "Session"},
    refusals=REFUSALS,
)
def diffuse_again(session_id: UUID, body: dict[str, Any]) -> Response:
    """Send an agenda that changed once more."""

    def do(work: UnitOfWork) -> None:
        session = readable(work, session_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(work, RESEND, body["answers"], basin_id=session.basin_id)
        diffusion.diffuse_again(work, session_id, reason=answers["reason"])

    return shown_session(writes.act(do, url_for("api.show_session", session_id=session_id)))


@endpoint(
    "GET",
    "/sessions/<uuid:session_id>/receipts",
    title=_("Lire les accusés de réception d’un ordre du jour"),
    permission=Permission.SEE_PROJECT,
    answers={200: "ReceiptList"},
    refusals=(404,),
)
def list_receipts(session_id: UUID) -> Response:
    """List the seats that were sent the agenda last, and when each received it."""
    with web_work.start_reading() as work:
        readable(work, session_id, Permission.SEE_PROJECT)
        return jsonify(received(work, session_id))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/acknowledge",
    title=_("Accuser réception d’un ordre du jour"),
    permission=Permission.SEE_PROJECT,
    keyed=True,
    answers={200: "ReceiptList"},
    refusals=REFUSALS,
)
def acknowledge_agenda(session_id: UUID) -> Response:
    """Say that the bearer received the agenda; said again, it changes nothing."""

    def do(work: UnitOfWork) -> None:
        readable(work, session_id, Permission.SEE_PROJECT)
        diffusion.acknowledge(work, session_id)

    write = writes.act(do, url_for("api.list_receipts", session_id=session_id))
    with web_work.start_reading() as work:
        return write.answer(jsonify(received(work, session_id)))


def edited(session_id: UUID, do: Callable[[UnitOfWork, CommitteeSession], object]) -> Response:
    """Edit an agenda once; the agenda as it is now."""
    write = writes.act(
        lambda work: do(work, readable(work, session_id, Permission.CONDUCT_SESSION)),
        url_for("api.show_agenda", session_id=session_id),
    )
    with web_work.start_reading() as work:
        return write.answer(jsonify(described(work, sessions.find(work, session_id))))


def described(work: UnitOfWork, session: CommitteeSession) -> dict[str, Any]:
    """An agenda as its reader sees it."""
    seen = agenda.shown(work, session, permissions.permissions_of(work, work.actor.person_id))
    return {
        "session_id": str(session.id),
        "is_diffused": session.diffused_at is not None,
        "items": [line(each) for each in seen.lines],
        "left_out": seen.left_out,
        "removed": [
            {"key": each.key, "reason": each.item.removed_reason if each.item is not None else None}
            for each in seen.removed
        ],
        "ready": [
            {
                "key": each.key,
                "kind": each.kind.value,
                "title": each.title,
                "project_id": representations.identifier(each.project_id),
                "since": representations.day(each.since),
            }
            for each in seen.late
        ],
        "held_back": [
            {
                "key": each.key,
                "project_id": representations.identifier(each.project_id),
                "why": each.held_back,
                "until": representations.day(each.awaited_until),
            }
            for each in seen.held_back
        ],
    }


def line(each: Line) -> dict[str, Any]:
    """An item of an agenda."""
    return {
        "number": each.number,
        "key": each.key,
        "kind": each.kind.value,
        "title": each.title,
        "project_id": representations.identifier(each.project_id),
        "item_id": representations.identifier(each.item.id if each.item is not None else None),
        "since": representations.day(each.since),
        "is_late": each.item is not None and each.item.is_late,
    }


def received(work: UnitOfWork, session_id: UUID) -> dict[str, Any]:
    """Who received an agenda."""
    return {
        "items": [
            {
                "seat_id": str(each.seat_id),
                "person": each.full_name,
                "organisation": each.organisation,
                "guest": each.guest,
                "sent_on": representations.day(each.sent_on),
                "acknowledged_at": representations.maybe_instant(each.acknowledged_at),
                "paper_id": representations.identifier(each.paper_id),
            }
            for each in diffusion.receipts(work, session_id)
        ]
    }
