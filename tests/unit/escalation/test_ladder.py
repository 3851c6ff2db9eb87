"""The ladder of a late report, on named days."""

from datetime import date

import pytest

from engine.calendar import Calendar, QuietPeriod, Territory
from engine.escalation import ladder
from engine.escalation.ladder import Ladder, Rung

FRANCE = Calendar(Territory.FRANCE)
AUGUST_OFF = Calendar(Territory.FRANCE, (QuietPeriod((8, 1), (8, 31)),))


def days(due_on, calendar):
    return {planned.rung.value: planned.planned_on for planned in ladder.plan(due_on, Ladder(), calendar)}


def test_an_ordinary_ladder_follows_the_table():
    assert days(date(2026, 3, 2), FRANCE) == {
        "early": date(2026, 2, 16),
        "due": date(2026, 3, 2),
        "reminder": date(2026, 3, 11),
        "call": date(2026, 3, 23),
        "chair": date(2026, 4, 16),
    }


def test_closed_days_push_reminders_back_and_the_early_one_forward():
    # Due on Sunday 17 May 2026: day −14 is Sunday 3 May, moved to Thursday 30 April (1 May is a holiday).
    assert days(date(2026, 5, 17), FRANCE) == {
        "early": date(2026, 4, 30),
        "due": date(2026, 5, 18),
        "reminder": date(2026, 5, 26),  # day +9 is Whit Tuesday, open
        "call": date(2026, 6, 8),
        "chair": date(2026, 7, 1),
    }


def test_after_a_quiet_month_rungs_leave_one_by_one_half_a_gap_apart():
    # Due 3 August, in the quiet month: due day and day +9 both fall in August, day +21 too.
    planned = days(date(2026, 8, 3), AUGUST_OFF)

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


def test_three_mails_at_most_go_to_the_mandatary():
    assert len(ladder.MAIL_RUNGS) == ladder.MAILS_AT_MOST


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
