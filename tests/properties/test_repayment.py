"""The calendar of an advance: to the cent, as many parts as months, never a drifting day (R44)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.agreements import repayment

CENTS = st.integers(1, 10_000_000)
MONTHS = st.integers(1, 84)
DEFERRALS = st.none() | st.integers(0, 36)
DAYS = st.dates(date(2010, 1, 1), date(2090, 12, 31))


@given(cents=CENTS, months=MONTHS, deferral=DEFERRALS)
def test_the_parts_are_the_advance_to_the_cent_and_only_the_last_one_differs(cents, months, deferral):
    found = repayment.schedule(cents, months, deferral)

    assert sum(each.cents for each in found) == cents
    assert [each.number for each in found] == list(range(1, months + 1))
    assert len({each.cents for each in found[:-1]}) <= 1
    assert 0 <= found[-1].cents - found[0].cents < months
    assert all(each.cents >= 0 for each in found)


@given(cents=CENTS, months=MONTHS, deferral=DEFERRALS)
def test_nothing_is_due_before_the_deferral_is_over_then_one_part_a_month(cents, months, deferral):
    found = repayment.schedule(cents, months, deferral)

    assert found[0].after_months == (deferral or 0) + 1
    assert all(later.after_months - one.after_months == 1 for one, later in pairwise(found))
    assert {each.due_on for each in found} == {None}


@given(months=MONTHS, first=DAYS)
def test_each_is_due_on_the_same_day_of_its_month(months, first):
    assume(first.day <= repayment.LAST_DAY)

    found = repayment.schedule(100_000, months, first_on=first)

    assert [each.due_on.day for each in found] == [first.day] * months
    assert [each.due_on.year * 12 + each.due_on.month for each in found] == [
        first.year * 12 + first.month + after for after in range(months)
    ]


@given(paid=DAYS, deferral=DEFERRALS)
def test_the_first_day_is_the_payments_the_28th_at_the_latest(paid, deferral):
    first = repayment.first_day(paid, deferral)

    assert first.day == min(paid.day, 28)
    assert (first.year * 12 + first.month) - (paid.year * 12 + paid.month) == (deferral or 0) + 1
    assert repayment.schedule(1, 1, deferral, first_on=first)[0].due_on == first


@pytest.mark.parametrize(
    ("cents", "months", "part", "last"),
    [
        (1_500_000, 24, 62_500, 62_500),
        (2_500_000, 24, 104_166, 104_182),
        (2_500_000, 36, 69_444, 69_460),
        (2_000_000, 18, 111_111, 111_113),
        (5, 6, 0, 5),
        (7, 1, 7, 7),
    ],
)
def test_known_calendars(cents, months, part, last):
    found = repayment.schedule(cents, months)

    assert [each.cents for each in found] == [part] * (months - 1) + [last]


@pytest.mark.parametrize(
    "asked",
    [
        {"cents": 0, "months": 12},
        {"cents": -1, "months": 12},
        {"cents": 100, "months": 0},
        {"cents": 100, "months": -1},
        {"cents": 100, "months": 12, "deferral": -1},
        {"cents": 100, "months": 12, "first_on": date(2027, 1, 29)},
    ],
)
def test_a_calendar_that_cannot_be_is_refused(asked):
    with pytest.raises(ValueError, match=r"no calendar|is due by"):
        repayment.schedule(**asked)
