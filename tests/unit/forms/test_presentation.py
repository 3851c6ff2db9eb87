"""A form is shown as inputs, and a page is read back, without a script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from forms import catalogue, fields, presentation
from forms.presentation import Input, Shown
from forms.questions import Form, Questions
from tests.unit.forms.samples import DIGEST, FIRST, SAMPLES, SECOND, THIRD, context

KINDS = {
    "text", "textarea", "number", "money", "date", "email", "tel", "hidden", "checkbox", "choice-radio",
    "choice-select", "choices", "file", "rows",
}  # fmt: skip


def shown(key: str, *arguments: Any, **surroundings: Any) -> dict[str, Input]:
    """The inputs of a form, by name."""
    inputs = presentation.inputs(catalogue.form(key), context(**surroundings), *arguments)
    return {one.name: one for one in inputs}


def controls_of(inputs: list[Input]) -> list[tuple[str, str]]:
    """What a browser would send for a page left as it is shown."""
    sent: list[tuple[str, str]] = []
    for one in inputs:
        if one.kind == "rows":
            sent += [pair for row in one.rows for pair in controls_of(list(row.inputs))]
        elif one.kind in ("choices", "file"):
            sent += [(one.name, value) for value in one.values]
        elif one.kind in ("checkbox", "choice-radio"):
            sent += [(one.name, one.value)] if one.value else []
        else:
            sent.append((one.name, one.value))
    return sent


def flattened(inputs: list[Input]) -> list[Input]:
    """Every input, those of rows included."""
    return [one for top in inputs for one in (top, *flattened([i for row in top.rows for i in row.inputs]))]


@pytest.mark.parametrize("key", catalogue.keys())
def test_every_input_has_what_a_page_needs(key: str) -> None:
    everything = flattened(presentation.inputs(catalogue.form(key), context()))

    assert len({one.id for one in everything}) == len(everything)
    for one in everything:
        assert one.kind in KINDS
        assert one.label
        assert one.id == presentation.anchor(one.name)
        if one.kind == "choice-radio":
            assert 1 <= len(one.choices) <= presentation.MOST_RADIOS


@pytest.mark.parametrize("key", catalogue.keys())
def test_a_page_sent_back_as_typed_says_the_same(key: str) -> None:
    raw = SAMPLES[key]
    inputs = presentation.inputs(catalogue.form(key), context(), raw)

    sent = presentation.answers_of(controls_of(inputs))

    assert catalogue.load(key, sent, context()) == catalogue.load(key, raw, context())


@pytest.mark.parametrize("key", catalogue.keys())
def test_recorded_answers_shown_and_sent_again_say_the_same(key: str) -> None:
    clean = catalogue.load(key, SAMPLES[key], context())
    inputs = presentation.inputs(catalogue.form(key), context(), clean)

    sent = presentation.answers_of(controls_of(inputs))

    assert catalogue.load(key, sent, context()) == clean


@pytest.mark.parametrize("key", catalogue.keys())
def test_a_stored_draft_is_shown_as_it_was_typed(key: str) -> None:
    raw = SAMPLES[key]

    fresh = presentation.inputs(catalogue.form(key), context(), raw)
    later = presentation.inputs(catalogue.form(key), context(), catalogue.draft(key, raw))

    assert later == fresh


def test_a_fresh_page_starts_from_what_the_host_knows() -> None:
    inputs = shown("follow_up_report", prefill={"jobs_created": 2, "weather": "green"})

    assert inputs["jobs_created"].value == "2"
    assert inputs["weather"].value == "green"
    assert inputs["weather"].kind == "choice-radio"
    assert inputs["new_intervention"].value == "no"
    assert "nothing_new" not in inputs
    assert "nothing_new" in shown("follow_up_report", limits={"nothing_new_allowed": True})


def test_a_question_says_on_what_it_depends() -> None:
    inputs = shown("committee_decision")

    assert inputs["reason"].shown_when == Shown("outcome", ("rejected",))
    assert inputs["advance_months"].shown_when == Shown("advance_amount", ("*",))
    assert shown("preliminary_diagnostic")["needs"].required_when == Shown("advance_requested", ("",))
    assert inputs["explanation"].required_when == Shown(
        "outcome", ("adjourned", "reoriented", "withdrawn", "lapsed")
    )
    assert inputs["mandatary_id"].required


def test_amounts_are_shown_as_they_are_typed() -> None:
    prefill = {"human_means": [{"company_id": THIRD, "domain": "quality", "days": "2,5", "day_rate": 65_050}]}
    row = shown("committee_decision", prefill=prefill)["human_means"].rows[0]

    assert [one.value for one in row.inputs] == [str(THIRD), "quality", "2,5", "650,50"]


def test_what_was_refused_is_shown_again_with_its_errors() -> None:
    raw: dict[str, object] = {"summary": "x", "jobs_to_create": "beaucoup", "needs": [{"domain": "quality"}]}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load("preliminary_diagnostic", raw, context())

    inputs = shown("preliminary_diagnostic", raw, refusal.value.messages)

    assert inputs["jobs_to_create"].value == "beaucoup"
    assert inputs["jobs_to_create"].errors == ("Écrivez un nombre entier, en chiffres.",)
    days = inputs["needs"].rows[0].inputs[2]
    assert (days.name, days.id) == ("needs-0-days", "answer-needs-0-days")
    assert days.errors == ("Indiquez un nombre de jours.",)


@pytest.mark.parametrize("key", [key for key in catalogue.FORMS if catalogue.form(key).mandatory])
def test_every_error_has_a_place_on_the_page(key: str) -> None:
    holes = {"needs": [{"days": "x"}], "interventions": [{"place": "x"}]}
    raw = dict.fromkeys(SAMPLES[key], "") | holes
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load(key, raw, context())

    inputs = presentation.inputs(catalogue.form(key), context(), raw, refusal.value.messages)

    assert {one.name for one in flattened(inputs) if one.errors} == set(refusal.value.messages)


def test_a_list_starts_with_blank_rows_that_count_for_nothing() -> None:
    needs = shown("preliminary_diagnostic")["needs"]

    assert [row.title for row in needs.rows] == ["Ligne 1", "Ligne 2"]
    assert needs.can_add
    sent = presentation.answers_of(controls_of([needs]))
    assert sent == {"needs": [{"domain": "", "description": "", "days": ""}] * 2}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load("preliminary_diagnostic", SAMPLES["preliminary_diagnostic"] | sent, context())
    assert set(refusal.value.messages) == {"needs"}


def test_a_blank_row_with_a_preset_choice_still_counts_for_nothing() -> None:
    plan = shown("preliminary_diagnostic")["financing_plan"]
    sent = presentation.answers_of(controls_of([plan]))

    raw = SAMPLES["preliminary_diagnostic"] | sent | {"advance_requested": "15 000"}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load("preliminary_diagnostic", raw, context())

    assert refusal.value.messages == {"financing_plan": ["Ajoutez au moins une ligne."]}


def test_a_row_is_added_without_a_script() -> None:
    raw = SAMPLES["preliminary_diagnostic"] | {"add_row": "needs"}

    assert presentation.wants_row(raw) == "needs"
    assert len(shown("preliminary_diagnostic", raw)["needs"].rows) == 1 + presentation.ROWS_ADDED
    assert len(shown("preliminary_diagnostic", SAMPLES["preliminary_diagnostic"])["needs"].rows) == 1


def test_a_list_never_shows_more_rows_than_it_takes() -> None:
    raw = {"needs": [{"days": "1"}] * 29, "add_row": "needs"}

    assert len(shown("preliminary_diagnostic", raw)["needs"].rows) == 30


def test_rows_of_the_host_carry_their_subject_and_cannot_be_added() -> None:
    conditions = shown("conditions_lift")["conditions"]

    assert [row.title for row in conditions.rows] == [f"Personne {n} (démo)" for n in (1, 2, 3)]
    assert not conditions.can_add
    subject = conditions.rows[1].inputs[0]
    assert (subject.kind, subject.value) == ("hidden", str(SECOND))


def test_names_of_rows_are_read_in_their_order() -> None:
    items = [
        ("needs-10-days", "3"),
        ("needs-2-days", "2"),
        ("needs-2-domain", "quality"),
        ("x", "1"),
        ("x", "2"),
    ]

    assert presentation.answers_of([*items, ("needs-x-days", "4"), ("x", "3")]) == {
        "needs": [{"days": "2", "domain": "quality"}, {"days": "3"}],
        "x": ["1", "2", "3"],
        "needs-x-days": "4",
    }


def test_boxes_are_ticked_by_id() -> None:
    class Seats(Questions):
        act_id = fields.References("Sièges")

    form = Form("seats", 1, "Sièges", "", Seats)
    (boxes,) = presentation.inputs(form, context(), {"act_id": [str(FIRST), UUID(int=2)]})

    assert boxes.kind == "choices"
    assert boxes.values == (str(FIRST), str(SECOND))


def test_dates_and_numbers_carry_their_bounds() -> None:
    awaiting = shown("awaiting")["until"]
    months = shown("committee_decision", limits={"follow_up_months": 24})["follow_up_months"]

    assert (awaiting.kind, awaiting.minimum, awaiting.maximum) == ("date", "2026-11-02", "2199-12-31")
    assert (months.minimum, months.maximum, months.inputmode) == ("24", "60", "numeric")
    assert months.value == "24"


def test_the_document_shown_travels_with_the_page() -> None:
    digest = shown("agreement_signature", prefill={"document_digest": DIGEST})["document_digest"]

    assert (digest.kind, digest.value) == ("hidden", DIGEST)


def test_excluded_choices_are_not_offered() -> None:
    offered = shown("committee_decision", excluded={"mandatary_id": {str(FIRST): "Conflit"}})["mandatary_id"]

    assert [choice.value for choice in offered.choices] == [str(SECOND), str(THIRD)]


def test_labels_and_choices_are_in_the_language_of_the_reader() -> None:
    def shout(text: str, **values: object) -> str:
        return text.upper().format(**values)

    weather = shown("follow_up_report", translate=shout, locale="en")["weather"]

    assert weather.label == "MÉTÉO DU PROJET"
    assert weather.choices[0].label == "VERT\u202f: TOUT VA BIEN"


def test_what_cannot_be_shown_is_left_out_of_what_is_shown_again() -> None:
    assert shown("note", {"text": "a\x00\ud800b"})["text"].value == "ab"
