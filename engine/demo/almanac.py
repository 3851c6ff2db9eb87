"""The days of the demonstration: counted from its own day, on working days, with a committee now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine import clock
from engine.calendar import Territory, add_working_days, is_working_day

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = 3
BETWEEN_SESSIONS = timedelta(weeks=6)  # Eight or nine a year (cahier des charges: six to ten).
PLANNED_AHEAD = 3
# Hours at which people act, one after the other: nobody works at noon sharp every day.
HOURS = ((9, 12), (14, 5), (10, 40), (16, 20), (8, 55), (11, 25), (15, 35), (17, 10))


@dataclass(slots=True)
class Almanac:
    """Days before and after the demonstration's own."""

    now: datetime
    _turn: int = field(default=0)

    @property
    def today(self) -> date:
        """The day the demonstration stands at."""
        return clock.local_date(self.now, PARIS)

    @property
    def curtain(self) -> datetime:
        """When the story begins: the first working day of the month, twenty-five months before."""
        first = clock.add_months(self.today.replace(day=1), -25)
        return datetime.combine(working(first), time(8), tzinfo=PARIS).astimezone(UTC)

    def ago(self, days: int = 0, *, months: int = 0) -> date:
        """A day before the demonstration's own, whatever day of the week it is."""
        return clock.add_months(self.today, -months) - timedelta(days=days)

    def at(self, day: date, hour: int | None = None, minute: int = 0) -> datetime:
        """An hour of work of a day, in Paris; the next of the usual hours when none is said."""
        if hour is None:
            self._turn += 1
            hour, minute = HOURS[self._turn % len(HOURS)]
        return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)

    def sessions(self, next_in: int) -> list[date]:
        """A basin's sessions from the beginning on, the last few still to come."""
        coming = self.today + timedelta(days=next_in)
        coming += timedelta(days=(THURSDAY - coming.weekday()) % 7)
        first = clock.local_date(self.curtain, PARIS) + timedelta(days=7)
        days = [coming + BETWEEN_SESSIONS * number for number in range(PLANNED_AHEAD)]
        while (coming := coming - self._before(coming)) >= first:
            days.append(coming)
        return sorted(session_day(day) for day in days)

    def _before(self, day: date) -> timedelta:
        """How long before a session the one before was: in its first year, a committee met half as often."""
        return BETWEEN_SESSIONS if day > self.ago(months=12) else 2 * BETWEEN_SESSIONS


def session_day(day: date) -> date:
    """The day itself, or the next on which a committee may meet: not in August, not at Christmas."""
    while is_holiday_time(day) or not is_working_day(day, Territory.FRANCE):
        day += timedelta(days=7 if is_holiday_time(day) else 1)
    return day


def is_holiday_time(day: date) -> bool:
    """The weeks when committees do not meet."""
    return (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3) or day.month == 8


def working(day: date, count: int = 0) -> date:
    """The working day on or after a day, then so many working days later (or before, when negative)."""
    while not is_working_day(day, Territory.FRANCE):
        day += timedelta(days=1)
    return add_working_days(day, count, Territory.FRANCE)
