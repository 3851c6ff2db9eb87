"""The calendar of a basin: its territory's working days, its quiet periods as of a day (D14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.calendar import Calendar, QuietPeriod, Territory
from engine.people import basins

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# A list of ["MM-DD", "MM-DD"], both days included; a period may wrap the year.
QUIET_PERIODS = "calendar.quiet_periods"


def calendar_of(work: UnitOfWork, basin_id: int | None, *, on: date | datetime | None = None) -> Calendar:
    """The calendar of a basin as of a day, an instant, or now; France's for what is national.

    Raises `UnknownBasin`.
    """
    if basin_id is None:
        return Calendar()
    periods = basins.parameter(work, basin_id, QUIET_PERIODS, on, default=[])
    return Calendar(
        Territory(basins.find(work, basin_id).territory),
        tuple(QuietPeriod.parse(first, last) for first, last in periods),
    )
