"""When a dossier was suspended, as its history has it: time that is nobody's (D7, D23)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.persistence import history

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

SUSPENDED, RESUMED = "runtime.case.suspended", "runtime.case.resumed"

Span = tuple[datetime, datetime | None]
entry = history.history
TOLD = (
    sa.select(entry.c.kind, entry.c.recorded_at)
    .where(entry.c.chain_id == bindparam("case"), entry.c.kind.in_((SUSPENDED, RESUMED)))
    .order_by(entry.c.number)
)


def spans(work: UnitOfWork, case_id: UUID) -> list[Span]:
    """From when to when a dossier was suspended, in order; the last one may not have ended."""
    found: list[Span] = []
    for kind, at in work.connection.execute(TOLD, {"case": case_id}):
        if kind == SUSPENDED:
            found.append((at, None))
        elif found:
            found[-1] = (found[-1][0], at)
    return found


def seconds_within(known: Iterable[Span], since: datetime, until: datetime) -> int:
    """How much of a stretch of time a dossier was suspended."""
    total = 0
    for begins, ends in known:
        lasted = (min(ends or until, until) - max(begins, since)).total_seconds()
        total += max(0, int(lasted))
    return total
