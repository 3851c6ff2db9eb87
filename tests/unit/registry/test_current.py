"""A current parameter changes at once, within its bounds, and keeps what it was."""

from __future__ import annotations

import pytest

from engine import errors
from engine.people import basins
from engine.registry import current


@pytest.fixture
def basin_id(sqlite):
    with sqlite.start_work() as work:
        return basins.add(work, slug="toulois", code="TOU", name="Toulois (démo)").id


def change(database, basin_id, key, value, reason="Vote du comité"):
    with database.start_work() as work:
        current.change(work, basin_id=basin_id, key=key, value=value, reason=reason)


def test_the_latest_value_counts_and_the_former_ones_are_listed(sqlite, clock, basin_id):
    change(sqlite, basin_id, "advance.max_months", 60)
    clock.advance(days=1)
    change(sqlite, basin_id, "advance.max_months", 40, "Trop de séances reportées")

    with sqlite.start_reading() as work:
        assert current.in_force(work, basin_id)["advance.max_months"] == 40
        told = [
            (each.value, each.reason) for each in current.changes_of(work, basin_id, "advance.max_months")
        ]
    assert told == [(40, "Trop de séances reportées"), (60, "Vote du comité")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("advance.max_months", 101),
        ("advance.max_months", "60"),
        ("advance.max_months", 24),  # What it is already.
        ("committee.decision_mode", "lottery"),
        ("follow_up.months", 17),  # The charter: eighteen at least.
        ("ladder.reminder", 30),  # After the call that follows it.
        ("advance.floor_cents", 3_000_000),  # Above the ceiling.
        ("calendar.quiet_periods", [["02-30", "03-01"]]),
        ("calendar.quiet_periods", [["01-01", "12-31"]]),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_to_do(sqlite, basin_id, key, value):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        change(sqlite, basin_id, key, value)

    assert set(refusal.value.messages) == {"value"}
    with sqlite.start_reading() as work:
        assert basins.changes(work, basin_id) == []


def test_the_charter_is_quoted_when_it_is_what_refuses(sqlite, basin_id):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        change(sqlite, basin_id, "follow_up.months", 12)

    assert "Cahier des charges" in refusal.value.messages["value"][0]


def test_a_change_says_why_and_a_published_parameter_waits_for_a_version(sqlite, basin_id):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        change(sqlite, basin_id, "advance.max_months", 60, " ")
    assert set(refusal.value.messages) == {"reason"}
    with pytest.raises(current.ChangesWithVersion):
        change(sqlite, basin_id, "follow_up.minimum", "P24M")
    with pytest.raises(current.UnknownParameter):
        change(sqlite, basin_id, "committee.colour", 1)
