"""Durations follow the calendar of the basin."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spiff import durations

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")


def paris(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "iso", "expected"),
    [
        (paris(2026, 1, 31), "P1M", paris(2026, 2, 28)),
        (paris(2026, 8, 31), "P18M", paris(2028, 2, 29)),
        (paris(2024, 2, 29), "P1Y", paris(2025, 2, 28)),
        (paris(2026, 1, 15), "P18M", paris(2027, 7, 15)),
        (paris(2026, 12, 31), "P2M", paris(2027, 2, 28)),
        (paris(2026, 1, 31), "P1M1D", paris(2026, 3, 1)),
        (paris(2026, 5, 1), "P2W", paris(2026, 5, 15)),
        (paris(2026, 5, 1), "PT36H", paris(2026, 5, 2, 12)),
        (paris(2026, 5, 1), "P0D", paris(2026, 5, 1)),
    ],
)
def test_months_keep_the_day_number_or_take_the_months_last_day(start, iso, expected):
    assert durations.add_duration(start, iso, PARIS) == expected


def test_three_times_six_months_is_a_day_short_of_eighteen_months():
    by_steps = paris(2026, 8, 31)
    for _ in range(3):
        by_steps = durations.add_duration(by_steps, "P6M", PARIS)

    assert by_steps == paris(2028, 2, 28)
    assert durations.add_duration(paris(2026, 8, 31), "P18M", PARIS) == paris(2028, 2, 29)


def test_days_keep_the_local_hour_when_the_clocks_change_and_hours_do_not():
    evening_before = paris(2026, 3, 28, 9)

    assert durations.add_duration(evening_before, "P1D", PARIS) == paris(2026, 3, 29, 9)
    assert durations.add_duration(evening_before, "PT24H", PARIS) == paris(2026, 3, 29, 10)


def test_a_basin_counts_on_its_own_calendar():
    almost_midnight_in_paris = datetime(2026, 1, 30, 21, 0, tzinfo=UTC)

    in_paris = durations.add_duration(almost_midnight_in_paris, "P1M", PARIS)
    on_the_island = durations.add_duration(almost_midnight_in_paris, "P1M", REUNION)

    assert in_paris.astimezone(PARIS).date() == date(2026, 2, 28)
    assert on_the_island.astimezone(REUNION).date() == date(2026, 2, 28)
    assert in_paris - on_the_island == durations.timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "1M", "P1", "P-1M", "-P1M", "P0.5M", "P1,5D", "P1M2Y", "P1DT", "R3/P1M", "P1M ; x", "'P1M'",
     "P9999Y", "P1M\nP1M", "p1m", "P" + "1" * 50 + "D", "2026-01-01", "P１M"],
)  # fmt: skip
def test_what_is_not_a_plain_duration_is_refused(text):
    with pytest.raises(durations.InvalidDuration):
        durations.parse_iso(text)


@given(
    day=st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    months=st.integers(0, 120),
    zone=st.sampled_from([PARIS, REUNION]),
)
def test_adding_months_never_leaves_the_month_aimed_at(day, months, zone):
    start = durations.start_of_day(day, zone)

    reached = durations.add_duration(start, f"P{months}M", zone).astimezone(zone)

    assert (reached.year * 12 + reached.month) - (day.year * 12 + day.month) == months
    assert reached.day == day.day or (
        reached.day < day.day and (reached + durations.timedelta(days=1)).day == 1
    )
    assert (reached.hour, reached.minute) == (0, 0)
