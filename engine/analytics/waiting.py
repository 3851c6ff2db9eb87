"""What was open at an instant: since when, waiting for whom, late or not, as it was known then."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import clock
from engine.analytics import redrawn
from engine.analytics.facts import OF_NO_PROJECT
from engine.people.models import Basin
from engine.persistence import history
from engine.persistence.base import UtcDateTime, table_of
from engine.projects.due_at_first import FIRST_DUE_ON
from engine.projects.everyday import GOES_ON
from engine.runtime.models import Task
from engine.runtime.suspensions import RESUMED, SUSPENDED

if TYPE_CHECKING:
    from engine.analytics.questions import Question
    from engine.persistence.unit_of_work import UnitOfWork

task, basin = table_of(Task), table_of(Basin)
entry = history.history
OPENED, RESCHEDULED = "runtime.task.opened", "runtime.task.rescheduled"
PUT_ON_HOLD, TAKEN_BACK = "runtime.task.put_on_hold", "runtime.task.taken_back"
TOLD = (OPENED, RESCHEDULED, PUT_ON_HOLD, TAKEN_BACK, SUSPENDED, RESUMED)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that waits, or waited at the instant asked about.

    `awaiting` is the third party of an « en attente » still running. `due_on` is the first due day of a
    report handed over meanwhile: its lateness is the step's, not the new person's (D9); theirs is
    `given_until`.
    """

    today: date  # The basin's local day at that instant.
    task_id: UUID
    case_id: UUID
    basin_id: int
    process: str
    step: str
    title: str
    waits_for: str
    reference: str
    firm: str
    opened_at: datetime
    due_on: date
    awaiting: str | None
    awaiting_until: date | None
    suspended: bool
    form: str
    given_until: date | None = None

    @property
    def is_held(self) -> bool:
        """True while it waits for a third party, until the day given."""
        return self.awaiting is not None and (self.awaiting_until or self.today) >= self.today

    @property
    def is_late(self) -> bool:
        """Past due; a suspended project is not late."""
        return self.due_on < self.today and not self.suspended

    @property
    def is_late_at_first(self) -> bool:
        """Late by its first due day only: whoever has it now is still in time."""
        return self.is_late and self.given_until is not None and self.given_until >= self.today

    @property
    def waits_for_whom(self) -> str:
        """Whom it waits for: « third_party » while it is « en attente », else what its diagram says."""
        return "third_party" if self.is_held else self.waits_for


COLUMNS = (
    task.c.id, task.c.case_id, task.c.basin_id, task.c.process, task.c.step, task.c.title, task.c.waits_for,
    task.c.reference, task.c.firm, task.c.opened_at, task.c.due_on, task.c.awaiting, task.c.awaiting_until,
    task.c.suspended, task.c.form, FIRST_DUE_ON.label("first_due_on"), basin.c.zone,
)  # fmt: skip


def read(work: UnitOfWork, question: Question) -> list[OpenTask]:
    """Every task open at the instant of a question, the oldest first; one statement, two for the past."""
    until, is_past = question.until(work), question.is_past(work)
    national = question.basin_ids is None
    bound: dict[str, Any] = {} if national else {"basin_ids": list(question.basin_ids or ())}
    bound |= {"until": until} if is_past else {}
    rows = work.connection.execute(open_statement(national=national, past=is_past), bound).all()
    days = {zone: clock.local_date(until, ZoneInfo(zone)) for zone in {row.zone for row in rows}}
    found = [of_row(row, days[row.zone]) for row in rows]
    if is_past and found:
        told = work.connection.execute(history_statement(national=national), bound)
        found = as_told(found, told)
    first_days = {row.id: row.first_due_on for row in rows if row.first_due_on is not None}
    found.sort(key=lambda each: (each.opened_at, each.task_id))
    return [due_at_first(each, first_days.get(each.task_id)) for each in found]


def due_at_first(found: OpenTask, first_day: date | None) -> OpenTask:
    """The task with the day it was first due, when it was handed over since (D9)."""
    if first_day is None or first_day >= found.due_on:
        return found
    return replace(found, due_on=first_day, given_until=found.due_on)


def of_row(row: sa.Row[Any], today: date) -> OpenTask:
    """A task as its row says now."""
    values: Sequence[Any] = row[: len(COLUMNS) - 2]
    found = OpenTask(today, *values)
    process, _step = redrawn.now(found.process, found.step)
    return found if process == found.process else replace(found, process=process)


@cache
def open_statement(*, national: bool, past: bool) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The open tasks of a question; those closed since are another range of another index."""
    found = (
        sa.select(*COLUMNS)
        .join_from(task, basin, basin.c.id == task.c.basin_id)
        .where(task.c.process.not_in(sorted(OF_NO_PROJECT)))
    )
    if not national:
        found = found.where(task.c.basin_id.in_(bindparam("basin_ids", expanding=True)))
    still_open = found.where(task.c.closed_at.is_(None))
    if not past:
        return still_open
    until = bindparam("until", type_=UtcDateTime())
    return sa.union_all(
        still_open.where(task.c.opened_at <= until),
        found.where(*closed_since(until, national=national)),
    )


def closed_since(until: Any, *, national: bool) -> list[Any]:
    """The condition that a task was open then and is closed now, in the terms of the index `task_facts`."""
    # Basin by basin, SQLite uses the index, which begins with them.
    basins = [task.c.basin_id.in_(sa.select(basin.c.id))] if national else []
    return [*basins, task.c.closed_at.is_not(None), task.c.closed_at > until, task.c.opened_at <= until]


@cache
def history_statement(*, national: bool) -> sa.Select[Any]:
    """What had been told of the tasks open then, and of their projects' suspensions, in order."""
    until = bindparam("until", type_=UtcDateTime())
    open_then = [
        [task.c.closed_at.is_(None), task.c.opened_at <= until],
        closed_since(until, national=national),
    ]
    if not national:
        asked = task.c.basin_id.in_(bindparam("basin_ids", expanding=True))
        open_then = [[*conditions, asked] for conditions in open_then]
    subjects = sa.union_all(
        *(
            sa.select(column).where(*conditions)
            for column in (task.c.id, task.c.case_id)
            for conditions in open_then
        )
    )
    return (
        sa.select(entry.c.subject_id, entry.c.kind, entry.c.data)
        .where(entry.c.subject_id.in_(subjects), entry.c.kind.in_(TOLD), entry.c.recorded_at <= until)
        .order_by(entry.c.chain_id, entry.c.number)
    )


def as_told(found: list[OpenTask], told: Any) -> list[OpenTask]:
    """The same tasks as the history had them by then: a row only says how they are now."""
    due: dict[UUID, date] = {}
    held: dict[UUID, tuple[str, date] | None] = {}
    suspended: dict[UUID, bool] = {}
    for subject, kind, text in told:
        if kind in (SUSPENDED, RESUMED):
            suspended[subject] = kind == SUSPENDED
        elif kind == TAKEN_BACK:
            held[subject] = None
        else:
            data: Mapping[str, Any] = json.loads(text)
            if kind == PUT_ON_HOLD:
                held[subject] = (data["cause"], date.fromisoformat(data["until"]))
            else:
                due[subject] = date.fromisoformat(data["due_on"])
    return [
        replace(
            each,
            due_on=due.get(each.task_id, each.due_on),
            awaiting=(held.get(each.task_id) or (None, None))[0],
            awaiting_until=(held.get(each.task_id) or (None, None))[1],
            suspended=suspended.get(each.case_id, False) and each.form not in GOES_ON,
        )
        for each in found
    ]
