"""The published schema of a form says what the form accepts."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from forms import Context, catalogue, json_schema
from tests.unit.forms.samples import FIRST, SAMPLES, SECOND, THIRD, context

METASCHEMA = {"$ref": json_schema.DIALECT}


def schema(key: str, **surroundings: Any) -> dict[str, Any]:
    """The schema of a form."""
    return json_schema.schema_of(catalogue.form(key), context(**surroundings))


def sent(key: str) -> dict[str, Any]:
    """The sample answers as a program sends them: nothing where there is no answer."""
    stored = catalogue.to_json(catalogue.load(key, SAMPLES[key], context()))
    assert isinstance(stored, dict)
    asked = schema(key)["properties"]
    return {name: value for name, value in stored.items() if value not in (None, []) and name in asked}


@pytest.mark.parametrize("key", catalogue.keys())
def test_a_schema_is_a_schema_with_and_without_a_task(key: str) -> None:
    for described in (schema(key), json_schema.schema_of(catalogue.form(key), Context())):
        jsonschema_rs.meta.validate(described)
        assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert described["title"]


@pytest.mark.parametrize("key", catalogue.keys())
def test_what_the_form_accepts_is_what_the_schema_says(key: str) -> None:
    described = jsonschema_rs.validator_for(schema(key, limits={"interventions_optional": True}))

    assert [error.message for error in described.iter_errors(sent(key))] == []


@pytest.mark.parametrize("key", catalogue.keys())
def test_every_answer_needed_at_first_is_needed_in_the_schema(key: str) -> None:
    described = jsonschema_rs.validator_for(schema(key))

    for name in catalogue.form(key).mandatory:
        without = {other: value for other, value in sent(key).items() if other != name}
        assert not described.is_valid(without), name


@pytest.mark.parametrize("key", catalogue.keys())
def test_a_question_that_does_not_exist_is_refused(key: str) -> None:
    assert not jsonschema_rs.validator_for(schema(key)).is_valid(sent(key) | {"colour": "red"})


def test_choices_and_limits_of_the_moment_are_in_the_schema() -> None:
    properties = schema("committee_decision", limits={"follow_up_months": 24, "advance_ceiling": 1_500_000})[
        "properties"
    ]

    mandatary = properties["mandatary_id"]["anyOf"][0]
    assert [one["const"] for one in mandatary["oneOf"]] == [str(FIRST), str(SECOND), str(THIRD)]
    assert properties["follow_up_months"]["anyOf"][0]["minimum"] == 24
    assert properties["follow_up_months"]["default"] == 24
    assert properties["advance_amount"]["anyOf"][0]["maximum"] == 1_500_000


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("committee_decision", {"outcome": "rejected"}),
        ("committee_decision", {"outcome": "adjourned"}),
        ("committee_decision", {"mandatary_id": None}),
        ("committee_decision", {"advance_amount": 1_500_000}),
        ("committee_decision", {"advance_amount": 15_000.5}),
        ("prescription_answer", {"accepted": False}),
        ("preliminary_diagnostic", {"needs": []}),
        ("preliminary_diagnostic", {"needs": [{"domain": "quality", "days": 0.3}]}),
        ("agreement_signature", {"consent": False}),
        ("follow_up_report", {"new_intervention": True}),
        ("note", {"text": "x" * 2001}),
    ],
    ids=range(11),
)
def test_what_depends_on_another_answer_is_in_the_schema(key: str, changes: dict[str, Any]) -> None:
    answers = sent(key) | changes

    assert not jsonschema_rs.validator_for(schema(key)).is_valid(answers)
    with pytest.raises(catalogue.InvalidAnswers):
        catalogue.load(key, answers, context(channel="json"))


def test_an_advance_excuses_from_needs_in_skills() -> None:
    plan = [{"side": side, "label": "Total", "amount": 1_500_000} for side in ("use", "resource")]
    answers = sent("preliminary_diagnostic") | {"advance_requested": 1_500_000, "financing_plan": plan}
    del answers["needs"]

    assert jsonschema_rs.validator_for(schema("preliminary_diagnostic")).is_valid(answers)
    assert catalogue.load("preliminary_diagnostic", answers, context(channel="json"))["needs"] == []


def test_titles_are_in_the_language_of_the_reader() -> None:
    described = schema("note", translate=lambda text, **_values: f"[{text}]")

    assert described["title"] == "[Ajouter une note]"
    assert described["properties"]["text"]["title"] == "[Note]"
