"""Medians, their intervals, and the periods that figures are asked for."""

from __future__ import annotations

import math
from datetime import date
from math import comb

import pytest

from engine.analytics import estimates
from engine.analytics.questions import quarter_of, year_until


@pytest.mark.parametrize("count", [*range(6, 200), 500, 1_000])
def test_the_interval_holds_the_median_ninety_five_times_in_a_hundred(count):
    low, high = estimates.interval_ranks(count)

    assert low + high == count + 1
    assert 1 - 2 * sum(comb(count, below) for below in range(low)) / 2**count >= 0.95


def test_a_class_is_five_per_cent_wide():
    for seconds in (1, 59, 3_600, 86_400, 9_999_999):
        middle = estimates.middle_of(estimates.class_of(seconds))
        assert math.isclose(1 + middle, 1 + seconds, rel_tol=0.0251)


def test_quarters_and_years_are_whole_months():
    assert quarter_of(date(2026, 11, 16)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert year_until(date(2026, 11, 16)) == (date(2025, 12, 1), date(2026, 11, 30))
