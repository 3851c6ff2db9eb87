"""Count a month once it is over, so that the whole country's page need not read it again (D23)."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.analytics import estimates
from engine.analytics.models import ClosedMonth, FactClass
from engine.clock import add_months
from engine.persistence import claims
from engine.persistence.base import table_of
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# An act begun in the last seconds of a month is recorded in it, and committed a little later.
PATIENCE = timedelta(hours=1)

task = table_of(Task)


def close_month(work: UnitOfWork) -> int:
    """Count the oldest month that is over and not counted yet; 1 when there was one, else 0.

    To be called again until it gives 0. Two processes may try: one counts, the other gives 0.
    """
    month = next_month(work)
    if month is None:
        return 0
    until = start_of(add_months(month, 1))
    if until + PATIENCE > work.now:
        return 0
    row: dict[str, object] = {"month": month, "until": until, "counted_at": work.now}
    if not claims.insert_once(work, table_of(ClosedMonth), row):
        return 0
    rows = counted(work, month, until)
    if rows:
        work.connection.execute(sa.insert(table_of(FactClass)), rows)
    return 1


def next_month(work: UnitOfWork) -> date | None:
    """The month after the last one counted, else that of the first task ever closed."""
    last = work.connection.execute(sa.select(sa.func.max(ClosedMonth.month))).scalar()
    if last is not None:
        return add_months(last, 1)
    # Said again, so that a database where nothing was ever closed looks in the index of closed tasks.
    closed = sa.select(sa.func.min(task.c.closed_at)).where(task.c.closed_at.is_not(None))
    first = work.connection.execute(closed).scalar()
    return None if first is None else first.astimezone(UTC).date().replace(day=1)


def start_of(month: date) -> datetime:
    """The first instant of a month of recording: UTC's, for every basin alike."""
    return datetime.combine(month, time.min, tzinfo=UTC)


def counted(work: UnitOfWork, month: date, until: datetime) -> list[dict[str, Any]]:
    """The rows of a month: one per step and month in which the thing was done."""
    columns = ("process", "step", "waits_for", "waiting_seconds", "working_seconds", "awaited_seconds",
               "occurred_on", "due_on")  # fmt: skip
    found = work.connection.execute(
        sa.select(*(task.c[name] for name in columns)).where(
            task.c.closed_at >= start_of(month), task.c.closed_at < until, task.c.outcome == "completed"
        )
    )
    rows: dict[tuple[str, str, str, date], dict[str, Any]] = {}
    classes: defaultdict[tuple[str, str, str, date], defaultdict[int, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for process, step, waits_for, waiting, working, awaited, occurred_on, due_on in found:
        key = (process, step, waits_for, occurred_on.replace(day=1))
        row = rows.setdefault(key, empty(month, key))
        row["completed"] += 1
        row["late"] += occurred_on > due_on
        row["waiting_seconds"] += waiting
        row["working_seconds"] += working
        row["awaited_seconds"] += awaited
        classes[key][estimates.class_of(waiting + working + awaited)] += 1
    return [row | {"classes": sorted(classes[key].items())} for key, row in rows.items()]


def empty(month: date, key: tuple[str, str, str, date]) -> dict[str, Any]:
    """A row before anything is counted."""
    process, step, waits_for, occurred_month = key
    return {
        "recorded_month": month, "occurred_month": occurred_month, "process": process, "step": step,
        "waits_for": waits_for, "completed": 0, "late": 0, "waiting_seconds": 0, "working_seconds": 0,
        "awaited_seconds": 0,
    }  # fmt: skip
