"""A report that opens when it is late already is asked for like any other (D8, D9)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.runtime import timers
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


@pytest.mark.parametrize("day", [date(2027, 2, 10), date(2027, 2, 16), date(2027, 2, 20)], ids=str)
def test_after_a_held_clock_the_ladder_begins_once(programme, day):
    programme.label()
    programme.clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    timers.fire_due(programme.database)
    assert programme.task("follow_up_report").due_on == date(2027, 2, 16)

    programme.play_until(date(2027, 3, 20))

    assert programme.kinds().count("escalation.ladder.started") == 1
    assert "call_mandatary" in programme.steps()
