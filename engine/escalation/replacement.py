"""Replace a mandatary: the mandate moves, and the new one has a ladder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.escalation import awaited, beginning, climbing
from engine.escalation.beginning import LATE_REPORT
from engine.projects import mandates, reports
from engine.runtime import cases, messages

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act


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
        case = cases.lock(work, case_id).case
        routing = beginning.first_routing(work, case, report, number)
        if act is not None:
            act.start_satellite(LATE_REPORT, routing)
        else:
            messages.start_satellite(work, case_id=case_id, process=LATE_REPORT, routing=routing)
        work.record(
            "escalation.ladder.started",
            chain=case_id,
            subject=case_id,
            basin_id=case.basin_id,
            occurred_on=occurred_on,
            report_number=number,
            due_on=report.due_on,
        )
    return done


def number_of_open_report(work: UnitOfWork, case_id: UUID) -> int:
    """Give the number of the report being waited for: its ladder's, else the one after the last."""
    climbed = [rung.report_number for rung in climbing.rungs_of_case(work, case_id) if rung.report_number]
    latest = reports.latest(work, case_id)
    return max([*climbed, 1 if latest is None else latest.last_number + 1])
