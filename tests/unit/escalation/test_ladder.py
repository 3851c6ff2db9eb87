"""The ladder of a late report, on named days."""

from datetime import date
from itertools import pairwise

import pytest

from engine.calendar import Calendar, QuietPeriod, Territory
from engine.escalation import ladder
from engine.escalation.ladder import Ladder, Rung

FRANCE = Calendar(Territory.FRANCE)
AUGUST_OFF = Calendar(Territory.FRANCE, (QuietPeriod((8, 1), (8, 31)),))


def days(due_on, opened_on, calendar):
    """The day of each rung that follows the opening, each climbed on its day."""
    climbed = {Rung.EARLY: opened_on}
    for before, rung in pairwise(Rung):
        climbed[rung] = ladder.next_rung_date(
            Ladder(), calendar, due_on=due_on, rung=rung, previous=before, previous_sent_on=climbed[before]
        )
    return {rung.value: day for rung, day in climbed.items() if rung is not Rung.EARLY}


def test_an_ordinary_ladder_follows_the_table():
    assert days(date(2026, 3, 2), date(2026, 2, 16), FRANCE) == {
        "due": date(2026, 3, 2),
        "reminder": date(2026, 3, 11),
        "call": date(2026, 3, 23),
        "chair": date(2026, 4, 16),
    }


def test_closed_days_push_reminders_back():
    assert days(date(2026, 5, 17), date(2026, 4, 30), FRANCE) == {  # A Sunday.
        "due": date(2026, 5, 18),
        "reminder": date(2026, 5, 26),  # day +9 is Whit Tuesday, open
        "call": date(2026, 6, 8),
        "chair": date(2026, 7, 1),
    }


def test_after_a_quiet_month_rungs_leave_one_by_one_half_a_gap_apart():
    # Due 3 August, in the quiet month: due day and day +9 both fall in August, day +21 too.
    planned = days(date(2026, 8, 3), date(2026, 7, 20), AUGUST_OFF)

    assert planned["due"] == date(2026, 9, 1)
    assert planned["reminder"] == date(2026, 9, 7)  # 1 September + 5 is a Sunday
    assert planned["call"] == date(2026, 9, 14)  # 7 September + 6 is a Sunday
    assert planned["chair"] == date(2026, 9, 28)  # 14 September + 12 is a Saturday


def test_spacing_counts_from_the_day_the_rung_before_really_left():
    due_on = date(2026, 3, 2)

    held_up = ladder.next_rung_date(
        Ladder(),
        FRANCE,
        due_on=due_on,
        rung=Rung.CALL,
        previous=Rung.REMINDER,
        previous_sent_on=date(2026, 4, 1),
    )

    assert held_up == date(2026, 4, 7)  # 1 April + 6, and the sixth is Easter Sunday's Monday


def test_a_rung_without_one_before_waits_for_its_own_delay_only():
    assert ladder.rung_date(date(2026, 3, 2), 9, None, None, FRANCE) == date(2026, 3, 11)


def test_a_mandatary_kept_is_asked_about_again_45_days_later():
    assert ladder.choice_again_date(date(2026, 4, 16), Ladder(), FRANCE) == date(2026, 6, 1)


@pytest.mark.parametrize(
    "offsets",
    [
        {"reminder": 21},
        {"call": 50},
        {"early": 0},
        {"early": 3},
        {"due": 1},
        {"keep_again": 0},
        {"replaced": -1},
    ],
)
def test_a_ladder_out_of_order_is_refused(offsets):
    with pytest.raises(ValueError, match=r".+"):
        Ladder.from_parameters(offsets)


def test_a_basin_changes_only_what_it_says():
    assert Ladder.from_parameters({"reminder": 12}) == Ladder(reminder=12)
