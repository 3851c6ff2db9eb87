"""What anybody does on a dossier any day: a note, a call, a pause and its end (D21, D7)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import basins
from engine.persistence.base import new_id
from engine.projects.mandates import require_chair
from engine.projects.models import Note, PhoneCall
from engine.projects.recording import coded, find, find_kept, stamped
from engine.projects.statuses import AFTER_SIGNATURE
from engine.runtime import cases, instances, tasks

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case

# What a suspension leaves possible (D7): an early end signed, a wrong address put right, a chair named.
GOES_ON = frozenset({"termination_sign_off", "address_correction", "acting_chair_designation"})
OPERATOR_ONLY = "operator"
COMMITTEE = "committee"


def write_note(work: UnitOfWork, *, project_id: UUID, text: str, audience: str) -> Note:
    """Leave a note on a dossier, and say who reads it."""
    project = find_kept(work, project_id)
    note = Note(
        id=new_id(),
        **stamped(work, project_id, project.basin_id, basins.today(work, project.basin_id)),
        text=text.strip(),
        audience=coded(audience),
    )
    work.database.add(note)
    work.record(
        "projects.note.written", chain=project_id, subject=note.id, basin_id=project.basin_id,
        occurred_on=note.occurred_on, audience=note.audience, content={"text": note.text},
    )  # fmt: skip
    return note


def note_call(
    work: UnitOfWork,
    *,
    project_id: UUID,
    correspondent: str,
    summary: str,
    called_on: date,
    direction: str = "outgoing",
    audience: str = OPERATOR_ONLY,
) -> PhoneCall:
    """Note a call about a dossier, perhaps the one that led to its opening.

    Raises `errors.InvalidAnswers` for a day that has not come, or for a year typed wrong.
    """
    project = find_kept(work, project_id)
    if called_on > basins.today(work, project.basin_id):
        raise errors.InvalidAnswers({"called_on": [_("Cette date est dans le futur.")]})
    if called_on < tasks.EARLIEST_DAY:
        raise errors.InvalidAnswers({"called_on": [_("Vérifiez l’année de cette date.")]})
    call = PhoneCall(
        id=new_id(),
        **stamped(work, project_id, project.basin_id, called_on),
        correspondent=correspondent.strip(),
        direction=coded(direction),
        summary=summary.strip(),
        audience=coded(audience),
    )
    work.database.add(call)
    work.record(
        "projects.call.noted", chain=project_id, subject=call.id, basin_id=project.basin_id,
        occurred_on=called_on, direction=call.direction,
        content={"correspondent": call.correspondent, "summary": call.summary},
    )  # fmt: skip
    return call


def notes(work: UnitOfWork, project_id: UUID, *, audiences: set[str]) -> list[Note]:
    """The notes of a dossier that a reader of these audiences may see, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Note)
            .where(Note.project_id == project_id, Note.audience.in_(audiences))
            .order_by(Note.recorded_at.desc())
        )
    )


def calls(work: UnitOfWork, project_id: UUID, *, audiences: set[str]) -> list[PhoneCall]:
    """The calls about a dossier that a reader of these audiences may see, the latest first."""
    return list(
        work.database.scalars(
            sa.select(PhoneCall)
            .where(PhoneCall.project_id == project_id, PhoneCall.audience.in_(audiences))
            .order_by(PhoneCall.occurred_on.desc(), PhoneCall.recorded_at.desc())
        )
    )


def suspend(work: UnitOfWork, *, project_id: UUID, requested_by: str, reason: str, until: date) -> None:
    """Suspend a dossier, six months at most; once the firm is labelled, the chair does it (D7).

    Raises `mandates.NotTheChair`, `instances.AlreadySuspended`, `instances.CaseEnded`,
    `errors.InvalidAnswers` on `until`.
    """
    cases.lock(work, project_id)  # Before its status is read: it may be labelled at this instant.
    project = find(work, project_id)
    today = basins.today(work, project.basin_id)
    if project.status in AFTER_SIGNATURE:
        require_chair(work, basin_id=project.basin_id, case_id=project_id, on=today)
    instances.suspend(work, case_id=project_id, until=until, reason=reason)
    project.suspended_on, project.suspended_until = today, until
    work.record(
        "projects.project.suspended", chain=project_id, subject=project_id, basin_id=project.basin_id,
        occurred_on=today, requested_by=coded(requested_by), until=until, content={"reason": reason},
    )  # fmt: skip


def resume(work: UnitOfWork, *, project_id: UUID, note: str | None = None) -> None:
    """Take a suspended dossier up again; its dates move by the working days lost (D7).

    Raises `instances.NotSuspended`.
    """
    instances.resume(work, case_id=project_id, note=note)


def resumed(work: UnitOfWork, case: Case, note: str | None) -> None:
    """Show a dossier as taken up again, by somebody or because its suspension ran out."""
    project = find(work, case.id)
    project.suspended_on = project.suspended_until = None
    work.record(
        "projects.project.resumed", chain=case.id, subject=case.id, basin_id=case.basin_id,
        content={"note": note or None},
    )  # fmt: skip
