"""What somebody who leaves holds, and handing it over, as the API does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import fields, validate

from engine.departures import handing, holdings
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import errors as web_errors
from web import work as web_work
from web.api import bodies, representations, writes
from web.api.bodies import Body, Identifier, Text
from web.api.endpoints import endpoint
from web.api.tokens import require_managed

if TYPE_CHECKING:
    from engine.departures.handing import Outcome
    from engine.departures.holdings import Holding
    from engine.persistence.unit_of_work import UnitOfWork

REFUSALS = (403, 404, 409, 503)
MOST_LINES = 2_000
HOW_MANY = _("De une à deux mille lignes à la fois.")


class Taker(Body):
    """Who takes one line, by the key that the list gives it."""

    key = Text(longest=60, shortest=1, required=True)
    person_id = Identifier(required=True)


class HandedOver(Body):
    """Who takes which line, and why; what is not named stays."""

    takers = fields.List(
        fields.Nested(Taker),
        required=True,
        validate=validate.Length(min=1, max=MOST_LINES, error=HOW_MANY),
        error_messages=bodies.MESSAGES,
    )
    reason = Text(longest=300, shortest=1, required=True)


@endpoint(
    "GET",
    "/people/<uuid:person_id>/holdings",
    title=_("Lister tout ce que tient une personne"),
    note=_("Rôles, places dans les projets, signatures attendues, tâches prises ; puis ce qui a été confié."),
    permission=Permission.MANAGE_PEOPLE,
    answers={200: "Holdings"},
    refusals=(404,),
)
def show_holdings(person_id: UUID) -> Response:
    """List all that somebody holds, and what was handed over already."""
    with web_work.start_reading() as work:
        require_managed(work, person_id)
        return jsonify(held_and_handed(work, person_id))


@endpoint(
    "POST",
    "/people/<uuid:person_id>/handover/check",
    title=_("Dire ce que donnerait une passation"),
    note=_("Rien n’est fait : chaque ligne dit si elle peut être confiée, sinon pourquoi."),
    permission=Permission.MANAGE_PEOPLE,
    body=HandedOver,
    answers={200: "HandoverCheck"},
    refusals=REFUSALS,
)
def check_handover(person_id: UUID, body: dict[str, Any]) -> Response:
    """Do it all and undo it: what each line would come to."""
    with web_work.start_reading() as work:
        require_managed(work, person_id)
    found = handing.check(
        web_work.engine().database, web_work.actor(), person_id, takers_of(body), reason=body["reason"],
        locale=web_work.locale(),
    )  # fmt: skip
    return jsonify(items=[outcome(each) for each in found])


@endpoint(
    "POST",
    "/people/<uuid:person_id>/handover",
    title=_("Confier ce que tient une personne"),
    note=_("Tout ou rien : refusée (409), la vérification dit pourquoi, ligne par ligne."),
    permission=Permission.MANAGE_PEOPLE,
    body=HandedOver,
    keyed=True,
    answers={200: "Holdings"},
    refusals=REFUSALS,
)
def hand_over(person_id: UUID, body: dict[str, Any]) -> Response:
    """Hand each line to whoever is named for it, in one act; each of them gets one mail."""

    def do(work: UnitOfWork) -> None:
        require_managed(work, person_id)
        handing.hand_over(work, person_id, takers_of(body), reason=body["reason"])

    write = writes.act(do, url_for("api.show_holdings", person_id=person_id))
    with web_work.start_reading() as work:
        return write.answer(jsonify(held_and_handed(work, person_id)))


def takers_of(body: dict[str, Any]) -> dict[str, UUID]:
    """Who takes each line, by its key."""
    return {each["key"]: each["person_id"] for each in body["takers"]}


def held_and_handed(work: UnitOfWork, person_id: UUID) -> dict[str, Any]:
    """What somebody holds now, and what of theirs was handed over."""
    return {
        "items": [line(each) for each in holdings.of_person(work, person_id)],
        "handed_over": [
            {
                "at": representations.instant(each.at), "what": each.what.value, "role": each.role,
                "reference": each.reference, "to": str(each.taker_id),
            }
            for each in handing.report(work, person_id)
        ],
    }  # fmt: skip


def line(held: Holding) -> dict[str, Any]:
    """One thing held, as the API shows it."""
    return {
        "key": held.key,
        "what": held.what.value,
        "role": held.role,
        "basin": held.basin,
        "project_id": None if held.case_id is None else str(held.case_id),
        "reference": held.reference,
        "firm": held.firm,
        "organisation": held.organisation,
        "since": None if held.since is None else held.since.isoformat(),
        "until": None if held.until is None else held.until.isoformat(),
        "title": web_work.translated(held.title) if held.title else "",
        "due_on": None if held.due_on is None else held.due_on.isoformat(),
        "tasks": [web_work.translated(each) for each in held.tasks],
    }


def outcome(found: Outcome) -> dict[str, Any]:
    """What one line would come to."""
    return {
        **line(found.holding),
        "to": None if found.taker_id is None else str(found.taker_id),
        "refusal": None if found.refusal is None else web_errors.sentence_of(found.refusal),
    }
