"""The grid of follow-up reports and the earliest day a project may be closed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.projects.grid import Grid, ends_on

DAYS = st.dates(min_value=date(2003, 1, 1), max_value=date(2060, 12, 31))


def test_due_dates_are_counted_from_the_anchor_and_never_drift() -> None:
    grid = Grid(date(2026, 1, 31), 3, date(2027, 7, 31))

    assert [grid.due_on(number) for number in range(1, 7)] == [
        date(2026, 4, 30),
        date(2026, 7, 31),
        date(2026, 10, 31),
        date(2027, 1, 31),
        date(2027, 4, 30),
        date(2027, 7, 31),
    ]


def test_a_report_given_on_the_third_and_typed_on_the_twelfth_is_not_late() -> None:
    grid = Grid(date(2026, 8, 5), 3, date(2028, 2, 5))

    covered = grid.covered(1, occurred_on=date(2026, 11, 3), today=date(2026, 11, 12))

    assert [(each.number, each.days_late) for each in covered] == [(1, 0)]


def test_a_report_that_comes_after_the_next_due_date_covers_both_periods_each_with_its_lateness() -> None:
    grid = Grid(date(2026, 1, 15), 1, date(2027, 7, 15))

    covered = grid.covered(2, occurred_on=date(2026, 4, 20), today=date(2026, 4, 20))

    assert [(each.number, each.due_on, each.days_late) for each in covered] == [
        (2, date(2026, 3, 15), 36),
        (3, date(2026, 4, 15), 5),
    ]
    assert grid.next_number(2, date(2026, 4, 20)) == 4


def test_a_report_given_early_covers_its_own_period_only_and_is_followed_by_the_next() -> None:
    grid = Grid(date(2026, 1, 15), 3, date(2027, 7, 15))

    assert [
        each.number for each in grid.covered(1, occurred_on=date(2026, 4, 2), today=date(2026, 4, 2))
    ] == [1]
    assert grid.next_number(1, date(2026, 4, 2)) == 2


def test_the_first_report_is_asked_for_even_when_the_agreement_is_recorded_months_later() -> None:
    grid = Grid(date(2026, 1, 15), 3, date(2027, 7, 15))

    assert grid.next_number(0, date(2026, 9, 1)) == 1


def test_the_follow_up_is_over_when_the_next_report_would_be_due_after_its_end() -> None:
    grid = Grid(date(2026, 1, 31), 3, date(2027, 7, 31))

    assert not grid.is_over(6)
    assert grid.is_over(7)


def test_eighteen_months_after_the_last_of_august_is_the_last_of_february() -> None:
    assert ends_on(date(2026, 8, 31), 18) == date(2028, 2, 29)


def test_a_cadence_of_no_month_is_refused() -> None:
    with pytest.raises(ValueError, match="cadence"):
        Grid(date(2026, 1, 1), 0, date(2027, 7, 1))


@given(effective_on=DAYS, cadence=st.integers(1, 6), months=st.integers(0, 36))
def test_the_grid_is_strictly_increasing_and_keeps_the_day_number(
    effective_on: date, cadence: int, months: int
) -> None:
    grid = Grid(effective_on, cadence, ends_on(effective_on, months))

    dues = [grid.due_on(number) for number in range(1, 40)]

    assert all(earlier < later for earlier, later in pairwise(dues))
    lasts = [monthrange(due.year, due.month)[1] for due in dues]
    assert [due.day for due in dues] == [min(effective_on.day, last) for last in lasts]


@given(effective_on=DAYS, cadence=st.integers(1, 6), days=st.integers(-60, 4000))
def test_the_first_report_after_a_day_is_after_it_and_the_one_before_is_not(
    effective_on: date, cadence: int, days: int
) -> None:
    grid = Grid(effective_on, cadence, ends_on(effective_on, 18))
    day = date.fromordinal(effective_on.toordinal() + days)

    number = grid.first_after(day)

    assert grid.due_on(number) > day
    assert number == 1 or grid.due_on(number - 1) <= day


@given(
    effective_on=DAYS,
    cadence=st.integers(1, 6),
    months=st.integers(18, 36),
    delays=st.lists(st.integers(0, 400), max_size=40),
)
def test_whatever_the_delays_every_period_is_covered_once_and_none_after_the_end(
    effective_on: date, cadence: int, months: int, delays: list[int]
) -> None:
    grid = Grid(effective_on, cadence, ends_on(effective_on, months))
    covered: list[int] = []
    number, today = 0, effective_on

    for delay in delays:
        number = grid.next_number(number, today)
        if grid.is_over(number):
            break
        today = date.fromordinal(max(today.toordinal(), grid.due_on(number).toordinal() - 14) + delay)
        covered += [each.number for each in grid.covered(number, occurred_on=today, today=today)]

    assert covered == list(range(1, len(covered) + 1))
    assert all(grid.due_on(each) <= grid.ends_on for each in covered)


@given(effective_on=DAYS, months=st.integers(0, 60))
def test_a_follow_up_never_ends_before_eighteen_calendar_months(effective_on: date, months: int) -> None:
    end = ends_on(effective_on, months)

    elapsed = (end.year - effective_on.year) * 12 + end.month - effective_on.month
    assert elapsed == max(18, months)
    assert end.day == effective_on.day or end.day < effective_on.day
