"""Working days of a French territory: Monday to Friday, less its public holidays."""

from __future__ import annotations

import enum
import functools
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class Territory(enum.StrEnum):
    """A territory with public holidays of its own."""

    FRANCE = "FR"
    MOSELLE = "FR-57"
    ALSACE = "FR-67"
    REUNION = "RE"


# Local law gives Moselle and Alsace Good Friday and 26 December; Réunion keeps 20 December.
SUBDIVISIONS: dict[Territory, str | None] = {
    Territory.FRANCE: None,
    Territory.MOSELLE: "57",
    Territory.ALSACE: "6AE",
    Territory.REUNION: "974",
}


@functools.lru_cache(maxsize=512)
def public_holidays(year: int, territory: Territory) -> frozenset[date]:
    """Give the public holidays of a year in a territory."""
    import holidays  # noqa: PLC0415 — it reads the calendars of the world, and few pages need one.

    subdivision = SUBDIVISIONS[Territory(territory)]
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year))


def is_working_day(day: date, territory: Territory) -> bool:
    """Tell whether people of this territory are at work that day."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year, territory)


def working_days_between(start: date, end: date, territory: Territory) -> int:
    """Count the working days after `start`, up to and including `end`; negative when `end` is before."""
    if end < start:
        return -working_days_between(end, start, territory)
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), territory) for n in range(1, days + 1))


def add_working_days(day: date, count: int, territory: Territory) -> date:
    """Give the `count`-th working day after `day` (before it when negative; `day` itself for 0)."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, territory):
            day += step
    return day
