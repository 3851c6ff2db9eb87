"""The open days of a basin: working days of its territory outside its quiet periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from engine.calendar import working_days
from engine.calendar.working_days import ONE_DAY, Territory

LEAP_YEAR = 2024
FARTHEST_SEARCH = timedelta(days=800)
OPENS_AT = time(8, 0)
CLOSES_AT = time(19, 0)


class NoOpenDay(ValueError):
    """The quiet periods leave no open day."""


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """Days of every year when nobody is chased, both ends included: (month, day) to (month, day).

    A period whose end comes before its start wraps the year: (12, 20) to (1, 4) is Christmas.
    """

    first: tuple[int, int]
    last: tuple[int, int]

    def __post_init__(self) -> None:
        """Refuse a month and day that no year has."""
        for month, day in (self.first, self.last):
            date(LEAP_YEAR, month, day)

    @classmethod
    def parse(cls, first: str, last: str) -> Self:
        """Read two « MM-DD » texts, as a basin's parameters keep them.

        Raises `ValueError` for anything else.
        """
        return cls(read_month_day(first), read_month_day(last))

    def covers(self, day: date) -> bool:
        """Tell whether `day` falls within the period, whatever its year."""
        month_day = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= month_day <= self.last
        return month_day >= self.first or month_day <= self.last


def read_month_day(text: str) -> tuple[int, int]:
    """Read « 08-15 » as (8, 15), or raise `ValueError`."""
    month, separator, day = text.strip().partition("-")
    if not separator or not (month.isascii() and month.isdigit() and day.isascii() and day.isdigit()):
        raise ValueError(f"not a month and a day: {text!r}")
    return int(month), int(day)


@dataclass(frozen=True)
class Calendar:
    """When a basin may be written to, chased or summoned."""

    territory: Territory = Territory.FRANCE
    quiet_periods: Sequence[QuietPeriod] = ()

    def __post_init__(self) -> None:
        """Refuse quiet periods that leave no day at all in the year."""
        year = (date(LEAP_YEAR, 1, 1) + timedelta(days=n) for n in range(366))
        if all(self.is_quiet(day) for day in year):
            raise NoOpenDay

    def is_working_day(self, day: date) -> bool:
        """Tell whether people are at work, quiet period or not."""
        return working_days.is_working_day(day, self.territory)

    def is_quiet(self, day: date) -> bool:
        """Tell whether the basin has asked to be left in peace that day."""
        return any(period.covers(day) for period in self.quiet_periods)

    def is_open(self, day: date) -> bool:
        """Tell whether a reminder may leave that day: a working day outside quiet periods."""
        return self.is_working_day(day) and not self.is_quiet(day)

    def first_open_on_or_after(self, day: date) -> date:
        """Give `day` if it is open, else the next open day; raises `NoOpenDay` when there is none."""
        return self._search(day, ONE_DAY)

    def last_open_on_or_before(self, day: date) -> date:
        """Give `day` if it is open, else the open day before; raises `NoOpenDay` when there is none."""
        return self._search(day, -ONE_DAY)

    def _search(self, day: date, step: timedelta) -> date:
        try:
            for _ in range(FARTHEST_SEARCH.days):
                if self.is_open(day):
                    return day
                day += step
        except OverflowError as end_of_time:
            raise NoOpenDay from end_of_time
        raise NoOpenDay

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after `start`, up to and including `end`; negative when before."""
        return working_days.working_days_between(start, end, self.territory)

    def add_working_days(self, day: date, count: int) -> date:
        """Give the `count`-th working day after `day`, or before it when `count` is negative."""
        return working_days.add_working_days(day, count, self.territory)

    def next_sending_time(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """Give the first instant from `instant` on when a reminder may leave.

        Reminders leave on open days, from 8:00 and before 19:00 local (D9).
        """
        local = instant.astimezone(zone)
        if self.is_open(local.date()) and OPENS_AT <= local.time() < CLOSES_AT:
            return instant
        day = local.date() if local.time() < OPENS_AT else local.date() + ONE_DAY
        opening = datetime.combine(self.first_open_on_or_after(day), OPENS_AT, tzinfo=zone)
        return opening.astimezone(instant.tzinfo)
