"""Working days of each territory."""

from datetime import date

import pytest

from engine.calendar import Territory, add_working_days, is_working_day, working_days_between


@pytest.mark.parametrize(
    ("day", "working_in"),
    [
        (date(2026, 3, 2), {"FR", "FR-57", "FR-67", "RE"}),  # an ordinary Monday
        (date(2026, 3, 7), set()),  # Saturday
        (date(2026, 3, 8), set()),  # Sunday
        (date(2026, 5, 1), set()),  # Labour Day, a Friday
        (date(2026, 5, 14), set()),  # Ascension
        (date(2026, 5, 25), set()),  # Whit Monday
        (date(2026, 7, 14), set()),
        (date(2026, 4, 3), {"FR", "RE"}),  # Good Friday
        (date(2025, 12, 26), {"FR", "RE"}),  # Saint Stephen's Day, a Friday
        (date(2027, 12, 20), {"FR", "FR-57", "FR-67"}),  # abolition of slavery in Réunion, a Monday
    ],
)
def test_each_territory_keeps_its_own_holidays(day, working_in):
    assert {territory for territory in Territory if is_working_day(day, territory)} == working_in


def test_a_long_may_weekend_counts_no_working_day_but_its_own():
    ascension_eve, monday_after = date(2026, 5, 13), date(2026, 5, 18)

    assert working_days_between(ascension_eve, monday_after, Territory.FRANCE) == 2
    assert working_days_between(monday_after, ascension_eve, Territory.FRANCE) == -2
    assert working_days_between(monday_after, monday_after, Territory.FRANCE) == 0


def test_adding_working_days_steps_over_holidays_in_both_directions():
    assert add_working_days(date(2026, 4, 2), 1, Territory.FRANCE) == date(2026, 4, 3)
    assert add_working_days(date(2026, 4, 2), 1, Territory.MOSELLE) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 7), -1, Territory.MOSELLE) == date(2026, 4, 2)
    assert add_working_days(date(2026, 4, 4), 0, Territory.FRANCE) == date(2026, 4, 4)
