"""The days of a session whose case it is: its own, and the one by which its agenda is to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee.models import CommitteeSession
from engine.people import calendars

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork

OWN_SESSION = "own_session"  # How a step of a session says that it is due on its day, or in time for it.
OWN_NOTICE = "own_notice"
NOTICE_DAYS = 5  # Working days that members have to read what they will decide on.


def own_day(work: UnitOfWork, case_id: UUID) -> date | None:
    """The day of the session that a case is; None for the case of a project."""
    found: date | None = work.connection.execute(
        sa.select(CommitteeSession.held_on).where(CommitteeSession.id == case_id)
    ).scalar_one_or_none()
    return found


def notice_day(work: UnitOfWork, basin_id: int, held_on: date) -> date:
    """The last day on which an agenda reaches its readers in time for a session."""
    return calendars.calendar_of(work, basin_id).add_working_days(held_on, -NOTICE_DAYS)


def due_day(work: UnitOfWork, *, basin_id: int, case_id: UUID, rule: str, opened_on: date) -> date | None:
    """The day by which a step of a session is due, not before it opens; None where the case is none."""
    day = own_day(work, case_id)
    if day is not None and rule == OWN_NOTICE:
        day = notice_day(work, basin_id, day)
    return None if day is None else max(day, opened_on)
