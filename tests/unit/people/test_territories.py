"""A basin begins with a territory, and with the national committee's decision."""

from __future__ import annotations

from datetime import date

import pytest

from engine import errors
from engine.people import basins, territories
from engine.persistence import history
from tests.unit.people.conftest import TODAY


def add(database, **changed):
    with database.start_work() as work:
        about = {"name": "Val d’Orge (démo)", "code": "vdo", "territory": "FR"} | changed
        return territories.add(work, **about)


def test_the_short_name_the_code_and_the_zone_follow_from_what_people_say(sqlite):
    orge = add(sqlite)
    reunion = add(sqlite, name="Sud Réunion (démo)", code="RUN", territory="RE")

    assert (orge.slug, orge.code, orge.zone) == ("val-d-orge-demo", "VDO", "Europe/Paris")
    assert (reunion.slug, reunion.zone) == ("sud-reunion-demo", "Indian/Reunion")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"code": "T"}, "code"),
        ({"code": "1TD"}, "code"),
        ({"code": "TOO-LONG"}, "code"),
        ({"territory": "FR-99"}, "territory"),
        ({"slug": "Nord Ouest"}, "slug"),
        ({"slug": "nouveau"}, "slug"),
    ],
)
def test_a_basin_that_could_not_be_named_is_refused_on_its_field(sqlite, changed, field):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        add(sqlite, **changed)

    assert field in refusal.value.messages


def test_two_basins_share_neither_their_code_nor_their_short_name(sqlite):
    add(sqlite)
    with pytest.raises(errors.InvalidAnswers) as same_code:
        add(sqlite, name="Autre (démo)")
    with pytest.raises(errors.InvalidAnswers) as same_slug:
        add(sqlite, code="VDA")

    assert set(same_code.value.messages) == {"code"}
    assert set(same_slug.value.messages) == {"slug"}


def test_a_correction_changes_the_holidays_and_leaves_the_code_alone(sqlite):
    basin = add(sqlite)
    with sqlite.start_work() as work:
        territories.describe(work, basin.id, name="Val d’Orge et Moselle (démo)", territory="FR-57")
    with sqlite.start_reading() as work:
        found = basins.find(work, basin.id)
        kinds = [row.kind for row in work.connection.execute(history.history.select())]

    assert (found.name, found.territory, found.code) == ("Val d’Orge et Moselle (démo)", "FR-57", "VDO")
    assert kinds == ["people.basin.added", "people.basin.described"]


def test_the_national_decision_is_recorded_once_taken_with_its_minutes(sqlite, committee):
    with sqlite.start_reading() as work:
        assert territories.validation(work, committee.basin_id) is None
    for wrong, field in (
        ({"decided_on": date(2026, 11, 17)}, "decided_on"),
        ({"minutes": " "}, "minutes"),
    ):
        with pytest.raises(errors.InvalidAnswers) as refusal, sqlite.start_work() as work:
            territories.validate(
                work, committee.basin_id, **{"decided_on": TODAY, "minutes": "Relevé nᵒ 4"} | wrong
            )
        assert set(refusal.value.messages) == {field}

    with sqlite.start_work() as work:
        territories.validate(work, committee.basin_id, decided_on=date(2026, 3, 3), minutes="Relevé nᵒ 4")
    with sqlite.start_reading() as work:
        known = territories.validation(work, committee.basin_id)

    assert (known.decided_on, known.minutes) == (date(2026, 3, 3), "Relevé nᵒ 4")
