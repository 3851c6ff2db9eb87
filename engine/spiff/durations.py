"""ISO 8601 durations, added the way a calendar does it, in the basin's time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine import errors

LONGEST_TEXT = 40
MOST_YEARS = 100
PATTERN = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?",
    re.ASCII,
)


class InvalidDuration(errors.EngineError):
    """« {text} » n’est pas une durée au format ISO 8601, comme P18M ou P10D."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration as written: months and days keep their calendar meaning until they are added."""

    months: int
    days: int
    seconds: int


def parse_iso(text: str) -> Duration:
    """Read `P1Y2M3W4DT5H6M7S`, any part of it; no fraction, no sign.

    Raises `InvalidDuration`.
    """
    found = PATTERN.fullmatch(text.strip()) if len(text) <= LONGEST_TEXT else None
    if found is None:
        raise InvalidDuration(text=text[:LONGEST_TEXT])
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    if years + months // 12 > MOST_YEARS:
        raise InvalidDuration(text=text)
    return Duration(
        months=12 * years + months,
        days=7 * weeks + days,
        seconds=3600 * hours + 60 * minutes + seconds,
    )


def add_duration(start_utc: datetime, iso: str, zone: ZoneInfo) -> datetime:
    """Give the UTC instant a duration after another, counted on the zone's calendar.

    Months keep the day number, or take the month's last day (31 August + 18 months is 29 February
    2028: D5). Days keep the local hour across a change of clock; hours, minutes and
    seconds are elapsed time.

    Raises `InvalidDuration`.
    """
    duration = parse_iso(iso)
    local = start_utc.astimezone(zone)
    day = add_months(local.date(), duration.months) + timedelta(days=duration.days)
    wall = datetime.combine(day, local.time(), tzinfo=zone).replace(fold=local.fold)
    return wall.astimezone(UTC) + timedelta(seconds=duration.seconds)


def add_months(day: date, months: int) -> date:
    """Give the same day number some months later, or that month's last day."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Give the UTC instant at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
