"""The only readers of time: now() is the programme's, wall() the machine's (D6)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Two times: the programme's, which may be simulated, and the machine's, which never is."""

    def now(self, connection: object | None = None) -> datetime:
        """The programme's time, aware, in UTC. A stored clock reads it through `connection`."""
        ...

    def wall(self) -> datetime:
        """The machine's time, aware, in UTC: sessions, codes, leases, retries, idempotency."""
        ...


class RealClock:
    """Both times are the machine's."""

    def now(self, connection: object | None = None) -> datetime:
        """The machine's time."""
        return datetime.now(UTC)

    def wall(self) -> datetime:
        """The machine's time."""
        return datetime.now(UTC)


class FrozenClock:
    """A clock that moves only when told: for tests and for playing a past."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)
        self.wall_instant = self.instant

    def now(self, connection: object | None = None) -> datetime:
        """The instant last set."""
        return self.instant

    def wall(self) -> datetime:
        """The machine's time of this test: moves along with `advance`."""
        return self.wall_instant

    def set(self, instant: datetime) -> None:
        """Move both times to `instant`."""
        self.instant = self.wall_instant = instant.astimezone(UTC)

    def advance(self, **delay: float) -> None:
        """Move both times on by a `timedelta(**delay)`."""
        self.instant += timedelta(**delay)
        self.wall_instant += timedelta(**delay)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of `instant` in `zone`."""
    return instant.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a local day, in UTC: what is due that day is late after it (D5)."""
    return start_of_day(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, or the month's last when it has none (D5).

    18 months after 31 August 2026 is 29 February 2028.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
