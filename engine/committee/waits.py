"""How long files wait for a session: what is usual, the longest now, and which would wait too long."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee.item_kinds import DECIDED
from engine.committee.waiting import STEP
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.committee.agenda import Line
    from engine.persistence.unit_of_work import UnitOfWork

SESSION = "session"
YEAR = timedelta(days=365)
# Beyond this, a written consultation is offered; nothing is ever opened by itself.
TOO_LONG = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Waits:
    """The median wait of a year, in days, and the longest present one with whose it is."""

    median_days: int | None
    longest_days: int | None
    longest_firm: str | None


def of_basin(work: UnitOfWork, basin_id: int, today: date) -> Waits:
    """How long the files of a basin waited for a session over twelve months, and wait now: one statement."""
    rows = work.connection.execute(
        sa.select(Task.opened_on, Task.occurred_on, Task.firm).where(
            Task.basin_id == basin_id,
            Task.step == STEP,
            Task.waits_for == SESSION,
            sa.or_(
                Task.closed_at.is_(None),
                sa.and_(Task.outcome == "completed", Task.occurred_on >= today - YEAR),
            ),
        )
    ).all()
    waited = [max(0, (row.occurred_on - row.opened_on).days) for row in rows if row.occurred_on is not None]
    waiting = sorted((row.opened_on, row.firm) for row in rows if row.occurred_on is None)
    return Waits(
        round(statistics.median(waited)) if waited else None,
        (today - waiting[0][0]).days if waiting else None,
        waiting[0][1] if waiting else None,
    )


def too_long(lines: Iterable[Line], held_on: date) -> list[Line]:
    """The files that will have waited more than thirty days on the day of their session."""
    return [
        each
        for each in lines
        if each.kind in DECIDED and each.since is not None and held_on - each.since > TOO_LONG
    ]
