"""What sessions are called where only their case is known: their day, and whether they are in writing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.models import CommitteeSession
from engine.committee.voices import WRITTEN

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Named:
    """A session’s day; in writing, the last day on which it is answered."""

    held_on: date
    is_written: bool


def several(work: UnitOfWork, session_ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """The days of some sessions, in one statement; in none where there are no sessions."""
    if not session_ids:
        return {}
    rows = work.connection.execute(
        sa.select(CommitteeSession.id, CommitteeSession.held_on, CommitteeSession.kind).where(
            CommitteeSession.id.in_(list(session_ids))
        )
    )
    return {row.id: Named(row.held_on, row.kind == WRITTEN) for row in rows}
