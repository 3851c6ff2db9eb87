"""Replace a mandatary: the mandate moves, and the new one has a ladder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.escalation import awaited, beginning, climbing
from engine.escalation.beginning import LATE_REPORT
from engine.projects import mandates, reports
from engine.projects.recording import find
from engine.projects.routing import AMENDMENT_ROUTING
from engine.registry import versions
from engine.runtime import cases, messages
from engine.runtime.models import Task

if TYPE_CHECKING:
    from datetime import date

    from engine.escalation.awaited import Awaited
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

AMENDMENT = "amendment"
PREPARATION = "amendment_preparation"  # The form of whoever writes one.


def replace_mandatary(
    work: UnitOfWork,
    *,
    case_id: UUID,
    to_person: UUID,
    to_organisation: UUID | None = None,
    reason: str,
    occurred_on: date | None = None,
    act: Act | None = None,
) -> mandates.Replacement:
    """Hand a project over to another mandatary; if its report was late, another ladder begins (D9, D19).

    Once the agreement is in force, a mandatary of another organisation is provisional until an amendment
    is signed: it is asked for at once.

    A report that is not late yet needs no ladder now: its own process begins one on the due day. The step of
    a ladder gives its `act`: what must be told or started then waits until that step has gone on.
    Raises what `mandates.replace_mandatary` raises.
    """
    was_late = bool(messages.open_satellites(work, case_id=case_id, process=LATE_REPORT))
    number = number_of_open_report(work, case_id)
    done = mandates.replace_mandatary(
        work,
        case_id=case_id,
        to_person=to_person,
        to_organisation=to_organisation,
        reason=reason,
        occurred_on=occurred_on,
        send=None if act is None else act.send,
    )
    work.flush()
    report = awaited.open_report(work, case_id)
    if was_late and report is not None:
        begin_ladder(work, case_id, report, number, act=act, occurred_on=occurred_on)
    if find(work, case_id).effective_on is not None:
        amend(work, case_id, is_needed=done.is_provisional, act=act)
    return done


def begin_ladder(
    work: UnitOfWork,
    case_id: UUID,
    report: Awaited,
    number: int,
    *,
    act: Act | None,
    occurred_on: date | None,
) -> None:
    """Begin the new mandatary's own ladder, for the report that was late."""
    case = cases.lock(work, case_id).case
    routing = beginning.first_routing(work, case, report, number)
    if act is not None:
        act.start_satellite(LATE_REPORT, routing)
    else:
        messages.start_satellite(work, case_id=case_id, process=LATE_REPORT, routing=routing)
    work.record(
        "escalation.ladder.started", chain=case_id, subject=case_id, basin_id=case.basin_id,
        occurred_on=occurred_on, report_number=number, due_on=report.due_on,
    )  # fmt: skip


def amend(work: UnitOfWork, case_id: UUID, *, is_needed: bool, act: Act | None) -> None:
    """Have the mandatary's change signed: an amendment in signature is drawn up again, else one is begun.

    One that the officer is preparing will name whoever is mandatary then: none is begun beside it.
    Where no published version has amendments, the change stays provisional, as it did before them.
    """
    is_in_signature = messages.is_awaited(work, case_id=case_id, name=mandates.TEXT_CHANGED)
    if is_in_signature and act is not None:
        act.send(mandates.TEXT_CHANGED)
    elif is_in_signature:
        messages.send(work, case_id=case_id, name=mandates.TEXT_CHANGED)
    elif is_needed and not is_being_prepared(work, case_id) and may_amend(work, case_id):
        routing = {**AMENDMENT_ROUTING, "amendment_decided": True}
        if act is not None:
            act.start_satellite(AMENDMENT, routing)
        else:
            messages.start_satellite(work, case_id=case_id, process=AMENDMENT, routing=routing)


def is_being_prepared(work: UnitOfWork, case_id: UUID) -> bool:
    """Whether an officer has an amendment of this project to write."""
    statement = sa.select(Task.id).where(
        Task.case_id == case_id, Task.form == PREPARATION, Task.closed_at.is_(None)
    )
    return work.connection.execute(statement.limit(1)).first() is not None


def may_amend(work: UnitOfWork, case_id: UUID) -> bool:
    """Whether amendments are drawn, in the version of a dossier or in a reference published since."""
    version_id = cases.lock(work, case_id).case.version_id
    try:
        versions.holding(work, version_id=version_id, process=AMENDMENT)
    except versions.NothingPublished:
        return False
    return True


def number_of_open_report(work: UnitOfWork, case_id: UUID) -> int:
    """Give the number of the report being waited for: its ladder's, else the one after the last."""
    climbed = [rung.report_number for rung in climbing.rungs_of_case(work, case_id) if rung.report_number]
    latest = reports.latest(work, case_id)
    return max([*climbed, 1 if latest is None else latest.last_number + 1])
