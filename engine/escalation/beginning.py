"""What a ladder begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.escalation import awaited, basin_tables, ladder
from engine.escalation.awaited import Awaited
from engine.escalation.ladder import Rung
from engine.people import calendars

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case, Routing

LATE_REPORT = "late_report"

# Every variable of the diagram `late_report`, at the value that keeps things where they are.
INITIAL_ROUTING: Mapping[str, Routing] = {
    "report_number": 0,
    "report_due_on": "",
    "due_day_on": "",
    "reminder_on": "",
    "call_on": "",
    "chair_on": "",
    "ladder_paused": False,
    "mandatary_replacement": False,
}


def first_routing(work: UnitOfWork, case: Case, report: Awaited, number: int) -> dict[str, Routing]:
    """Give what a ladder starts with: the day of its first rung, after the opening's announcement."""
    due_day_on = ladder.next_rung_date(
        basin_tables.ladder_of(work, case.basin_id),
        calendars.calendar_of(work, case.basin_id),
        due_on=report.due_on,
        rung=Rung.DUE,
        previous=Rung.EARLY,
        previous_sent_on=awaited.announced_on(work, case, report, number),
    )
    return {
        **INITIAL_ROUTING,
        "report_number": number,
        "report_due_on": report.due_on.isoformat(),
        "due_day_on": due_day_on.isoformat(),
    }
