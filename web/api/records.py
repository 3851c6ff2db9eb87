"""What may be corrected on a project, what followed from it, and the correction itself (D21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.i18n import mark as _
from engine.operations import correcting
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import corrections
from engine.projects.corrections import STRIKEABLE, Consequence, Found
from engine.projects.timeline import MACHINERY
from forms import catalogue
from web import work as web_work
from web.api import answering, bodies, representations, writes
from web.api.bodies import Answers, Body, Flag, Text
from web.api.endpoints import endpoint
from web.api.projects import readable

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

FORM = "correction"
NOT_CHANGED_SO = _(
    "Une note, un appel ou un document se barre : dites dans « correction » ce qu’il fallait lire."
)


class RightAnswers(Body):
    """Why a record is wrong, and what is right: in words, or by the answers that change."""

    reason = Text(longest=2_000, required=True)
    correction = Text(longest=1_500, load_default=None, allow_none=True)
    changes = Answers(load_default=dict)
    consequences_read = Flag(load_default=False)


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/records",
    title=_("Lister ce qui peut être corrigé sur un projet"),
    permission=Permission.CORRECT,
    answers={200: "RecordList"},
    refusals=(404,),
)
def list_records(project_id: UUID) -> Response:
    """List the records that may be corrected, the latest first."""
    return records_now(project_id)


def records_now(project_id: UUID) -> Response:
    """What may be corrected now, for those who may correct it."""
    with web_work.start_reading() as work:
        readable(work, project_id, Permission.CORRECT)
        found = corrections.correctable(work, project_id)
        people = persons.names(work, [each.record.recorded_by for each in found])
        items = [summary(each, people) for each in found]
    return jsonify(items=items, next=None)


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/records/<uuid:record_id>",
    title=_("Montrer ce qui peut être corrigé, et ce qui en a découlé"),
    permission=Permission.CORRECT,
    answers={200: "Record"},
    refusals=(404, 409),
)
def show_record(project_id: UUID, record_id: UUID) -> Response:
    """Show a record: what may be changed of it, and what followed from it."""
    with web_work.start_reading() as work:
        readable(work, project_id, Permission.CORRECT)
        return jsonify(whole(work, corrections.find(work, record_id, project_id=project_id)))


@endpoint(
    "POST",
    "/projects/<uuid:project_id>/records/<uuid:record_id>/correct",
    title=_("Corriger ce qui a été consigné"),
    note=_(
        "« changes » donne les réponses justes d’un compte rendu, d’une alerte, d’un bilan, d’un diagnostic "
        "ou d’un jour d’intervention ; "
        "« correction » dit ce qu’il fallait lire dans une note, un appel ou un document. L’ancien "
        "reste, barré. « consequences_read » confirme que l’on a lu ce qui en a découlé."
    ),
    permission=Permission.CORRECT,
    body=RightAnswers,
    keyed=True,
    answers={200: "RecordList"},
    refusals=(403, 404, 409, 503),
)
def correct_record(project_id: UUID, record_id: UUID, body: dict[str, Any]) -> Response:
    """Strike a wrong record out; one that carries figures is replaced by the right one.

    The answer lists what may be corrected now: the right record stands in place of the wrong one.
    """

    def correct(work: UnitOfWork) -> None:
        readable(work, project_id, Permission.CORRECT)
        put_right(work, corrections.find(work, record_id, project_id=project_id), body)

    write = writes.act(correct, url_for("api.list_records", project_id=project_id))
    return write.answer(records_now(project_id))


def put_right(work: UnitOfWork, found: Found, body: dict[str, Any]) -> None:
    """Correct a record as its kind wants it: struck out, or replaced. Raises `InvalidAnswers` families."""
    record = found.record
    strikes = found.kind in STRIKEABLE
    said = body["correction"] if strikes else body["correction"] or "–"
    raw = {
        "act_id": str(record.id), "reason": body["reason"], "correction": said,
        "consequences_read": body["consequences_read"],
    }  # fmt: skip
    clean = answering.clean(
        work, FORM, raw, basin_id=record.basin_id, case_id=record.project_id,
        has_consequences=bool(what_followed(work, found)),
    )  # fmt: skip
    if not strikes:
        corrections.correct(
            work, project_id=record.project_id, record_id=record.id, reason=clean["reason"],
            changes=changes_of(work, found, body["changes"]),
        )  # fmt: skip
        return
    if body["changes"]:
        bodies.refuse({"changes": [NOT_CHANGED_SO]})
    corrections.strike_out(
        work, project_id=record.project_id, record_id=record.id, reason=clean["reason"],
        correction=clean["correction"],
    )  # fmt: skip


def changes_of(work: UnitOfWork, found: Found, changes: dict[str, object]) -> dict[str, object]:
    """What differs between the record and the right answers, read by the form that asked for them."""
    corrections.require_changes(found, changes)
    context = correcting.record_context(work, found, channel="json")
    key = correcting.ASKED_BY[found.kind]
    asked = catalogue.form(key).questions(context).asked()
    kept = {name: value for name, value in catalogue.to_json(context.prefill).items() if name in asked}
    return correcting.changes_of(found, catalogue.load(key, {**kept, **changes}, context))


def what_followed(work: UnitOfWork, found: Found) -> list[Consequence]:
    """What people would call a consequence: what the engine notes for itself is left out."""
    return [
        each for each in corrections.what_followed(work, found.record) if not each.kind.startswith(MACHINERY)
    ]


def summary(found: Found, people: dict[UUID, str]) -> dict[str, Any]:
    """A record as a list shows it: what may be changed of it, as it stands."""
    record = found.record
    return {
        "id": str(record.id),
        "kind": found.kind,
        "occurred_on": representations.day(record.occurred_on),
        "recorded_at": representations.instant(record.recorded_at),
        "recorded_by": people.get(record.recorded_by),
        "replaces_id": representations.identifier(getattr(record, "replaces_id", None)),
        "values": catalogue.to_json({name: getattr(record, name) for name in found.fields}),
    }


def whole(work: UnitOfWork, found: Found) -> dict[str, Any]:
    """A record with what followed from it."""
    people = persons.names(work, [found.record.recorded_by])
    return {
        **summary(found, people),
        "followed": [
            {
                "kind": each.kind,
                "subject_id": str(each.subject_id),
                "recorded_at": representations.instant(each.recorded_at),
                "occurred_on": representations.day(each.occurred_on),
            }
            for each in what_followed(work, found)
        ],
    }
