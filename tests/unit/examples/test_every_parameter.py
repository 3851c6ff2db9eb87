"""No current parameter is without an example, none is told of a parameter that is not current."""

from __future__ import annotations

from datetime import date, timedelta

from engine.calendar import Calendar, QuietPeriod
from engine.examples import quiet
from engine.examples.comparing import EXAMPLES
from engine.registry import parameters

MONDAY = date(2026, 11, 16)


def test_every_current_parameter_has_its_example():
    assert set(EXAMPLES) == set(parameters.defaults(parameters.Kind.CURRENT))


def test_periods_that_touch_are_one_stretch_and_each_year_s_is_told_once():
    calendar = Calendar(
        quiet_periods=[
            QuietPeriod((12, 24), (1, 2)),
            QuietPeriod((1, 1), (1, 5)),
            QuietPeriod((8, 1), (8, 20)),
        ]
    )

    found = list(quiet.stretches(calendar, MONDAY))

    assert found == [
        (date(2026, 12, 24), date(2027, 1, 5)),
        (date(2027, 8, 1), date(2027, 8, 20)),
    ]


def test_a_stretch_that_runs_already_is_told_from_today():
    calendar = Calendar(quiet_periods=[QuietPeriod((11, 10), (11, 20))])

    first, second = quiet.stretches(calendar, MONDAY)

    assert first == (MONDAY, date(2026, 11, 20))
    assert second == (date(2027, 11, 10), date(2027, 11, 20))
    assert second[0] - MONDAY < timedelta(days=quiet.YEAR)
