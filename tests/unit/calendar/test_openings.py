"""Open days, quiet periods, and the hours when a reminder may leave."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import Calendar, NoOpenDay, QuietPeriod, Territory

PARIS = ZoneInfo("Europe/Paris")
AUGUST = QuietPeriod((8, 1), (8, 31))
CHRISTMAS = QuietPeriod((12, 20), (1, 4))
QUIET = Calendar(Territory.FRANCE, (AUGUST, CHRISTMAS))


def test_a_quiet_period_includes_both_its_ends():
    assert [day for day in range(30, 32) if QUIET.is_open(date(2026, 7, day))] == [30, 31]
    assert not QUIET.is_open(date(2026, 8, 3))
    assert not QUIET.is_open(date(2026, 8, 31))
    assert QUIET.is_open(date(2026, 9, 1))


def test_a_quiet_period_may_wrap_the_year():
    assert QUIET.is_open(date(2026, 12, 18))
    assert not QUIET.is_open(date(2026, 12, 22))
    assert not QUIET.is_open(date(2027, 1, 4))
    assert QUIET.is_open(date(2027, 1, 5))


def test_a_day_in_a_quiet_period_is_still_a_working_day():
    assert QUIET.is_working_day(date(2026, 8, 4))
    assert QUIET.working_days_between(date(2026, 8, 3), date(2026, 8, 7)) == 4
    assert QUIET.add_working_days(date(2026, 8, 3), 4) == date(2026, 8, 7)


def test_the_open_day_around_a_closed_one_is_found_on_either_side():
    assert QUIET.first_open_on_or_after(date(2026, 8, 1)) == date(2026, 9, 1)
    assert QUIET.last_open_on_or_before(date(2026, 8, 31)) == date(2026, 7, 31)
    assert QUIET.first_open_on_or_after(date(2026, 9, 1)) == date(2026, 9, 1)


def test_a_leap_day_may_end_a_quiet_period_in_any_year():
    end_of_february = Calendar(Territory.FRANCE, (QuietPeriod((2, 15), (2, 29)),))

    assert end_of_february.first_open_on_or_after(date(2027, 2, 15)) == date(2027, 3, 1)
    assert end_of_february.first_open_on_or_after(date(2028, 2, 15)) == date(2028, 3, 1)


def test_quiet_periods_that_cover_the_year_are_refused():
    with pytest.raises(NoOpenDay):
        Calendar(Territory.FRANCE, (QuietPeriod((1, 1), (6, 30)), QuietPeriod((7, 1), (12, 31))))


def test_a_single_holiday_left_open_is_reported_rather_than_searched_for_ever():
    only_christmas_day = Calendar(Territory.FRANCE, (QuietPeriod((12, 26), (12, 24)),))

    with pytest.raises(NoOpenDay):
        only_christmas_day.first_open_on_or_after(date(2026, 1, 1))


def test_the_end_of_the_calendar_is_not_a_crash():
    with pytest.raises(NoOpenDay):
        QUIET.first_open_on_or_after(date(9999, 12, 31))
    with pytest.raises(NoOpenDay):
        QUIET.last_open_on_or_before(date(1, 1, 1))


@pytest.mark.parametrize("text", ["", "8", "13-01", "02-30", "08/01", "août-01", "²-01", "08-"])
def test_a_quiet_period_is_read_from_month_and_day_only(text):
    with pytest.raises(ValueError, match=r".+"):
        QuietPeriod.parse(text, "08-31")


def test_a_quiet_period_is_read_as_the_parameters_keep_it():
    assert QuietPeriod.parse("12-20", "01-04") == CHRISTMAS


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ((2026, 3, 2, 0, 0), (2026, 3, 2, 8, 0)),  # a rung fires at midnight: the mail waits for 8:00
        ((2026, 3, 2, 10, 30), (2026, 3, 2, 10, 30)),
        ((2026, 3, 2, 18, 59), (2026, 3, 2, 18, 59)),
        ((2026, 3, 2, 19, 0), (2026, 3, 3, 8, 0)),
        ((2026, 3, 6, 23, 0), (2026, 3, 9, 8, 0)),  # Friday night to Monday
        ((2026, 3, 28, 12, 0), (2026, 3, 30, 8, 0)),  # across the change of hour
        ((2026, 7, 31, 20, 0), (2026, 9, 1, 8, 0)),  # across the quiet month
    ],
)
def test_a_reminder_waits_for_an_open_day_between_eight_and_seven(local, expected):
    instant = datetime(*local, tzinfo=PARIS).astimezone(UTC)

    leaves = QUIET.next_sending_time(instant, PARIS)

    assert leaves == datetime(*expected, tzinfo=PARIS)
    assert leaves.tzinfo is UTC


def test_reunion_opens_by_its_own_hour():
    calendar, zone = Calendar(Territory.REUNION), ZoneInfo("Indian/Reunion")

    leaves = calendar.next_sending_time(datetime(2026, 3, 2, 3, 0, tzinfo=UTC), zone)

    assert leaves == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
