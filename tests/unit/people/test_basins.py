"""Basins and their current parameters, read as of the day of the act (D14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.people import basins
from engine.people.models import BasinParameter
from tests.conftest import START


def change(database, basin_id, value, *, on=None, reason="Décision du comité"):
    with database.start_work() as work:
        basins.change_parameter(
            work, basin_id=basin_id, key="committee.quorum", value=value, reason=reason, valid_from=on
        )


def test_a_parameter_is_read_as_of_a_day_and_earlier_values_stay(sqlite, clock, committee):
    change(sqlite, committee.basin_id, 5)
    clock.advance(days=10)
    change(sqlite, committee.basin_id, 6)
    change(sqlite, committee.basin_id, 7, on=START + timedelta(days=20))

    with sqlite.start_reading() as work:
        read = {
            day: basins.parameter(
                work, committee.basin_id, "committee.quorum", date(2026, 11, day), default=4
            )
            for day in (15, 16, 25, 26, 27)
        }
        assert read == {15: 4, 16: 5, 25: 5, 26: 6, 27: 6}
        assert basins.parameter(work, committee.basin_id, "committee.quorum") == 6
        later = START + timedelta(days=20)
        assert basins.parameter(work, committee.basin_id, "committee.quorum", later) == 7


def test_all_parameters_of_a_table_are_one_read_and_unknown_keys_are_left_out(sqlite, committee):
    change(sqlite, committee.basin_id, None)

    with sqlite.start_reading() as work:
        found = basins.parameters(work, committee.basin_id, {"committee.quorum": 4, "notice.days": 5})
        assert found == {"committee.quorum": None, "notice.days": 5}
        assert basins.parameters(work, committee.basin_id, {"notice.days": 5}) == {"notice.days": 5}


def test_a_change_is_seen_within_its_own_act_and_keeps_author_and_reason(sqlite, committee):
    with sqlite.start_work() as work:
        assert basins.parameter(work, committee.basin_id, "committee.quorum", default=4) == 4
        basins.change_parameter(
            work, basin_id=committee.basin_id, key="committee.quorum", value=5, reason=" Vote du 3 "
        )
        assert basins.parameter(work, committee.basin_id, "committee.quorum", default=4) == 5
        [changed] = basins.changes(work, committee.basin_id)
        assert isinstance(changed, BasinParameter)
        assert (changed.reason, changed.recorded_by) == ("Vote du 3", work.actor.person_id)


def test_the_last_of_several_changes_holds_though_the_clock_stands_still(sqlite, committee):
    for value in range(1, 9):
        change(sqlite, committee.basin_id, value)

        with sqlite.start_reading() as work:
            assert basins.parameter(work, committee.basin_id, "committee.quorum") == value
            assert [each.value for each in basins.changes(work, committee.basin_id)] == list(
                range(1, value + 1)
            )


def test_a_change_needs_a_reason_and_a_value_somewhere(sqlite, committee):
    with pytest.raises(errors.InvalidAnswers):
        change(sqlite, committee.basin_id, 5, reason=" ")
    with sqlite.start_reading() as work, pytest.raises(basins.ParameterNotSet, match=r"notice\.days"):
        basins.parameter(work, committee.basin_id, "notice.days")


def test_a_basin_has_its_own_day(sqlite, clock):
    with sqlite.start_work() as work:
        reunion = basins.add(
            work, slug="reunion", code="RUN", name="La Réunion (démo)", zone="Indian/Reunion", territory="RE"
        )
    clock.set(START.replace(hour=21))

    with sqlite.start_reading() as work:
        assert basins.today(work, reunion.id) == date(2026, 11, 17)
        assert basins.today(work, None) == date(2026, 11, 16)
        assert basins.by_slug(work, "reunion").id == reunion.id
        assert [basin.code for basin in basins.every(work)] == ["RUN"]


def test_a_basin_is_refused_with_a_taken_name_or_an_unknown_zone(sqlite, committee):
    for wrong in (
        {"slug": "terres-de-lorraine"},
        {"code": "TDL"},
        {"zone": "Europe/Toul"},
        {"zone": "../etc"},
    ):
        with pytest.raises(errors.InvalidAnswers), sqlite.start_work() as work:
            basins.add(work, **{"slug": "toul", "code": "TOU", "name": "Toul (démo)"} | wrong)
    with sqlite.start_work() as work:
        for look in (
            lambda: basins.find(work, 99),
            lambda: basins.by_slug(work, "x"),
            lambda: basins.lock(work, 99),
        ):
            with pytest.raises(basins.UnknownBasin):
                look()
