"""The table of parameters says what a basin may set, and the charter's limits hold."""

from __future__ import annotations

from typing import Any

import pytest

from engine.calendar import Calendar, QuietPeriod
from engine.escalation.ladder import Ladder
from engine.registry import library, parameters
from engine.registry.parameters import InvalidParameters, Kind

BASIN = {
    "name": "Bassin d’essai (démo)",
    "code": "ESS",
    "zone": "Europe/Paris",
    "territory": "FR",
    "charter_version": "2010",
}


def read(kind: str, **values: Any) -> parameters.Parameters:
    return parameters.read(
        {"basin": BASIN, kind: {key.replace("__", "."): value for key, value in values.items()}}
    )


def test_a_basin_that_says_nothing_has_the_defaults():
    found = parameters.read({"basin": BASIN})

    assert found["follow_up.minimum"] == "P18M"
    assert {**found.published, **found.current} == parameters.defaults()


def test_nested_tables_are_the_same_as_dotted_keys():
    nested = parameters.read({"basin": BASIN, "current": {"ladder": {"call": 25}}})

    assert nested == read("current", ladder__call=25)


@pytest.mark.parametrize("value", ["P17M", "P1Y", "P547D", "P18M1D", "P61M", "18", "", "P18MT1H"])
def test_follow_up_shorter_than_eighteen_months_or_not_in_whole_months_is_refused(value):
    with pytest.raises(InvalidParameters) as refusal:
        read("published", follow_up__minimum=value)

    assert len(refusal.value.problems) == 1
    assert "§VI" in refusal.value.problems[0]


def test_a_basin_may_ask_for_a_longer_follow_up():
    found = parameters.read(
        {"basin": BASIN, "published": {"follow_up.minimum": "P2Y"}, "current": {"follow_up.months": 24}}
    )

    assert found["follow_up.minimum"] == "P2Y"


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("current", "follow_up__cadence_months", 7),
        ("current", "follow_up__cadence_months", True),
        ("current", "follow_up__months", 12),
        ("current", "ladder__call", 9),
        ("current", "ladder__early", 1),
        ("current", "ladder__due", 1),
        ("current", "advance__ceiling_cents", 15_000.0),
        ("current", "advance__floor_cents", 3_000_000),
        ("current", "committee__decision_mode", "sort"),
        ("current", "committee__written_consultation", "oui"),
        ("current", "calendar__quiet_periods", [["01-01", "12-31"]]),
        ("current", "calendar__quiet_periods", [["13-01", "13-02"]]),
        ("current", "calendar__quiet_periods", "août"),
        ("current", "perimeter__communes", "54528"),
        ("current", "perimeter__communes", ["Toul"]),
        ("current", "perimeter__communes", ["54528", "54528"]),
        ("current", "follow_up__minimum", "P18M"),
        ("published", "ladder__call", 21),
        ("published", "agreement__signature_expiry", "P30D"),
        ("published", "agreement__signature_expiry", "P3M"),
        ("current", "ghost__value", 1),
    ],
)
def test_a_value_out_of_its_bounds_kind_or_type_is_refused_with_one_sentence(kind, key, value):
    with pytest.raises(InvalidParameters) as refusal:
        read(kind, **{key: value})

    assert len(refusal.value.problems) == 1


def test_beside_its_field_a_value_is_refused_without_its_name_and_with_the_charter_s_line():
    said = parameters.refusal_of("follow_up.months", 12, parameters.Kind.CURRENT)

    assert said is not None
    assert said[0].isupper()
    assert "§VI" in said
    assert "follow_up.months" not in said
    assert parameters.refusal_of("follow_up.months", 18, parameters.Kind.CURRENT) is None
    assert "n’existe pas" in str(parameters.refusal_of("follow_up.moon", 1, parameters.Kind.CURRENT))


def test_every_problem_of_a_file_is_said_at_once():
    with pytest.raises(InvalidParameters) as refusal:
        parameters.read({"basin": {"territory": "XX", "zone": "Nulle/Part"}, "autre": {}, "current": []})

    assert len(refusal.value.problems) == 7


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    file = tmp_path / "parameters.toml"
    file.write_text("[basin", encoding="utf-8")

    with pytest.raises(InvalidParameters):
        parameters.read(file)


def test_the_table_itself_is_within_its_bounds_and_has_unique_keys():
    assert len(parameters.BY_KEY) == len(parameters.TABLE)
    assert parameters.read({
        "basin": BASIN,
        "published": parameters.defaults(Kind.PUBLISHED),
        "current": parameters.defaults(Kind.CURRENT),
    })  # fmt: skip


def test_defaults_of_the_ladder_are_those_of_the_escalation():
    rungs = {
        key.removeprefix("ladder."): value
        for key, value in parameters.defaults().items()
        if key.startswith("ladder.")
    }

    assert Ladder.from_parameters(rungs) == Ladder()


@pytest.mark.parametrize("slug", library.slugs())
def test_every_basin_of_the_package_can_be_read(slug):
    found = library.basin(slug).parameters

    quiet = [QuietPeriod.parse(*pair) for pair in found["calendar.quiet_periods"]]
    assert Calendar(quiet_periods=quiet)
    assert set(found.published) == set(parameters.defaults(Kind.PUBLISHED))
    assert set(found.current) == set(parameters.defaults(Kind.CURRENT))
