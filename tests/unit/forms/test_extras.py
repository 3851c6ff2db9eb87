"""A basin's own questions are read, refused in words, asked at the end of any form, and kept."""

from __future__ import annotations

import gc
import json
import weakref
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest

from forms import catalogue, extras, json_schema, presentation, texts
from forms.questions import Questions
from tests.unit.forms.extra_samples import EVERY_KIND, QUESTIONS, TYPED
from tests.unit.forms.samples import SAMPLES, context


def told(raws: object) -> list[tuple[int, str, str]]:
    """What is wrong with questions: rank, part, sentence."""
    wrongs = extras.wrongs_of(raws)
    return [(each.at, each.part, texts.plain(str(each.message), **each.message.values)) for each in wrongs]


def one(**changes: Any) -> dict[str, Any]:
    """A right question, with what a test changes."""
    return {"key": "bank", "label": "Quelle banque\u202f?", "type": "text"} | changes


def refused(answers: dict[str, object], **surroundings: Any) -> dict[str, list[str]]:
    """What a form with every kind of question says of answers."""
    typed: dict[str, object] = {**SAMPLES["basin_opinion"], **TYPED, **answers}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load("basin_opinion", typed, context(questions=QUESTIONS, **surroundings))
    return refusal.value.messages


def test_questions_are_kept_as_they_are_read() -> None:
    assert [extras.as_mapping(each) for each in QUESTIONS] == EVERY_KIND
    assert extras.kept(json.loads(json.dumps(EVERY_KIND))) == QUESTIONS


@pytest.mark.parametrize(
    ("changes", "part", "sentence"),
    [
        ({"key": "Banque"}, "key", "minuscules"),
        ({"key": "a" * 41}, "key", "40 caractères"),
        ({"key": None}, "key", "minuscules"),
        ({"key": "a\x00b"}, "key", "minuscules"),
        ({"label": ""}, "label", "Écrivez la question"),
        ({"label": " \u00a0 "}, "label", "Écrivez la question"),
        ({"label": "x" * 121}, "label", "121 caractères"),
        ({"label": "a\x00b"}, "label", "illisibles"),
        ({"label": "gnp\u202egnol"}, "label", "illisibles"),
        ({"label": "\ud800"}, "label", "illisibles"),
        ({"label": 7}, "label", "illisibles"),
        ({"hint": "x" * 301}, "hint", "301 caractères"),
        ({"type": "file"}, "type", "types de réponse"),
        ({"type": ["text"]}, "type", "types de réponse"),
        ({"unit": "m²"}, "unit", "Seul un nombre"),
        ({"mandatory": "peut-être"}, "mandatory", "obligatoire"),
        ({"mandatory": []}, "mandatory", "obligatoire"),
        ({"choices": [{"value": "a", "label": "A"}]}, "choices", "Seul un choix"),
        ({"type": "choice"}, "choices", "de 2 à 12"),
        ({"type": "choice", "choices": 5}, "choices", "forme attendue"),
        ({"type": "choice", "choices": [{"value": "é", "label": "A"}, {"value": "b", "label": "B"}]},
         "choices", "valeur"),
        ({"type": "choice", "choices": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
         "choices", "les mêmes"),
        ({"type": "choice", "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": " A"}]},
         "choices", "les mêmes"),
        ({"type": "choice", "choices": [{"value": "a", "label": ""}, {"value": "b", "label": "B"}]},
         "choices", "Écrivez chaque réponse"),
        ({"nature": "text"}, "key", "nature"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words_about_its_part(
    changes: dict[str, Any], part: str, sentence: str
) -> None:
    said = told([one(**changes)])

    assert [(at, where) for at, where, _text in said] == [(0, part)]
    assert sentence in said[0][2]


def test_what_is_no_question_at_all_is_refused_too() -> None:
    assert told(7)
    assert told({"key": "bank"})
    assert [at for at, _part, _text in told([one(), 7, None])] == [1, 2]
    assert "déjà cette clé" in told([one(), one(label="Et l’autre\u202f?")])[0][2]
    assert "13 questions" in told([one(key=f"q{rank}") for rank in range(13)])[0][2]


def test_a_label_in_letters_read_from_the_right_is_a_label() -> None:
    assert extras.read(one(label="ما هو البنك؟")).label == "ما هو البنك؟"


@pytest.mark.parametrize("key", catalogue.keys())
def test_any_form_asks_them_last_under_their_heading(key: str) -> None:
    own = presentation.inputs(catalogue.form(key), context())
    inputs = presentation.inputs(catalogue.form(key), context(questions=QUESTIONS))

    assert inputs[: len(own)] == own
    assert [each.name for each in inputs[len(own) :]] == list(TYPED)
    assert {each.group for each in own} <= {""}
    assert {each.group for each in inputs[len(own) :]} == {"Questions du bassin"}


def test_their_answers_are_clean_values_like_any_other() -> None:
    typed: dict[str, object] = {**SAMPLES["basin_opinion"], **TYPED}
    clean = catalogue.load("basin_opinion", typed, context(questions=QUESTIONS))
    own, ours = extras.split(clean, QUESTIONS)

    assert set(own) == {"opinion", "reasons", "attachments"}
    assert ours == {
        "extra_bank": "Crédit du Vallon (démo)", "extra_surface": Decimal("1250.5"),
        "extra_rent": 1_200_000, "extra_lease_ends": date(2027, 6, 30), "extra_owner": False,
        "extra_district": "port",
    }  # fmt: skip
    stored = json.loads(json.dumps(catalogue.to_json(clean)))
    assert catalogue.from_json("basin_opinion", stored, questions=QUESTIONS) == clean
    again = catalogue.load("basin_opinion", stored, context(questions=QUESTIONS, channel="json"))
    assert again == clean


def test_stored_answers_are_written_as_people_read_them() -> None:
    typed: dict[str, object] = {**SAMPLES["basin_opinion"], **TYPED}
    clean = catalogue.load("basin_opinion", typed, context(questions=QUESTIONS))
    stored = catalogue.to_json(clean)

    said = [extras.spoken(each, stored[each.name], context()).replace("\u202f", " ") for each in QUESTIONS]
    assert [text.replace("\u00a0", " ") for text in said] == [
        "Crédit du Vallon (démo)", "1 250,5 m²", "12 000,00 €", "30 juin 2027", "Non", "Port",
    ]  # fmt: skip
    assert extras.spoken(QUESTIONS[2], None, context()) == ""


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("extra_bank", ""), ("extra_bank", "\x00"), ("extra_bank", "x" * 1001), ("extra_bank", ["a"]),
        ("extra_surface", "beaucoup"), ("extra_surface", "1e999"), ("extra_surface", "9" * 5000),
        ("extra_surface", "1,23456"), ("extra_rent", "-1"), ("extra_rent", "NaN"),
        ("extra_lease_ends", "30/02/2027"), ("extra_lease_ends", "0001-01-01"),
        ("extra_owner", ""), ("extra_owner", "peut-être"), ("extra_district", "gare"),
        ("extra_district", {"port": "port"}),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_where_it_stands(name: str, given: object) -> None:
    assert list(refused({name: given})) == [name]


def test_a_program_is_told_of_the_types_expected() -> None:
    sent = {"extra_bank": 7, "extra_surface": True, "extra_rent": "12 000", "extra_lease_ends": 20270630,
            "extra_owner": "no", "extra_district": 1, "extra_other": "?"}  # fmt: skip

    assert list(refused(dict(sent), channel="json")) == ["extra_other", *list(sent)[:-1]]


def test_the_schema_of_a_form_says_what_they_accept() -> None:
    described = json_schema.schema_of(catalogue.form("basin_opinion"), context(questions=QUESTIONS))
    jsonschema_rs.meta.validate(described)
    validator = jsonschema_rs.validator_for(described)
    answers = {"opinion": "reserved", "reasons": "Le bail.", "extra_bank": "Crédit du Vallon (démo)",
               "extra_surface": 12.5, "extra_owner": False, "extra_district": "port"}  # fmt: skip

    assert described["required"] == ["opinion", "reasons", "extra_bank", "extra_owner"]
    assert validator.is_valid(answers)
    assert not validator.is_valid(answers | {"extra_district": "gare"})
    assert not validator.is_valid({name: value for name, value in answers.items() if name != "extra_bank"})


def test_a_draft_keeps_them_and_forgets_what_is_asked_no_more() -> None:
    typed: dict[str, object] = {"reasons": "Le bail", "extra_bank": "Créd", "extra_gone": "?"}

    kept = catalogue.draft("basin_opinion", typed, QUESTIONS)
    assert kept == {"reasons": "Le bail", "extra_bank": "Créd"}
    assert catalogue.draft("basin_opinion", typed) == {"reasons": "Le bail"}


def test_the_same_questions_make_one_schema_and_a_forgotten_one_leaves_nothing() -> None:
    form = catalogue.form("basin_note")
    asked = context(questions=QUESTIONS)
    assert form.schema_in(asked) is form.schema_in(context(questions=extras.read_all(EVERY_KIND)))
    assert form.schema_in(context()) is form.schema

    with form.lent_questions(asked):
        pass
    forgotten: weakref.ref[type[Questions]] = weakref.ref(form.schema_in(asked))
    extras.joined.cache_clear()
    gc.collect()
    assert forgotten() is None
