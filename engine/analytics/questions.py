"""What figures are asked about: which basins, which days, and what had been recorded by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from engine.clock import add_months

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """A period of local days, both included, in some basins (None: all of them).

    `as_of` keeps to what had been recorded by that instant (D1): None is now. The same question asked
    again with the same `as_of` has the same answer for ever.
    """

    first_day: date
    last_day: date
    basin_ids: tuple[int, ...] | None = None
    as_of: datetime | None = None

    @property
    def is_national(self) -> bool:
        """True when every basin is asked about."""
        return self.basin_ids is None

    @property
    def is_whole_months(self) -> bool:
        """True when closed months can answer, being neither cut at the start nor at the end."""
        return self.first_day.day == 1 and (self.last_day + A_DAY).day == 1

    @property
    def since(self) -> datetime:
        """An instant before which nothing of the period can have been recorded, whatever the zone."""
        return datetime.combine(self.first_day - A_DAY, time.min, tzinfo=UTC)

    def until(self, work: UnitOfWork) -> datetime:
        """The instant by which things had been recorded."""
        return work.now if self.as_of is None else min(self.as_of, work.now)

    def is_past(self, work: UnitOfWork) -> bool:
        """True when the question is about what was known earlier than now."""
        return self.until(work) < work.now


def quarter_of(day: date) -> tuple[date, date]:
    """The first and the last day of the quarter that a day is in."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return first, add_months(first, 3) - A_DAY


def year_until(day: date) -> tuple[date, date]:
    """The twelve whole months that end with the month of a day."""
    first = day.replace(day=1)
    return add_months(first, -11), add_months(first, 1) - A_DAY
