"""A basin's questions, from the rows of a page to what a change keeps: keys that never move."""

from __future__ import annotations

import pytest

from forms.variants import QuestionType
from web.variants import question_rows


def row(label, *, key="", kind=QuestionType.TEXT, proposed=""):
    return {"key": key, "label": label, "type": kind, "mandatory": False, "unit": "", "proposed": proposed}


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Qui donne l’avis ?", "qui_donne_l_avis"),
        ("Qui donne l'avis ?", "qui_donne_l_avis"),
        ("Main-d’œuvre employée", "main_d_oeuvre_employee"),
        ("Curriculum vitæ", "curriculum_vitae"),
        ("10 salariés ou plus", "q_10_salaries_ou_plus"),
        ("ملاحظات", "q"),
        (
            "Une question beaucoup plus longue que ce que garde une clé",
            "une_question_beaucoup_plus_longue_que",
        ),
    ],
)
def test_a_key_is_made_of_the_words_of_a_question(label, key):
    assert question_rows.free_key(label, ()) == key


def test_a_key_that_is_known_is_never_made_again():
    kept = question_rows.kept([row("L’avis du maire", key="lavis"), row("Lavis"), row("L’avis")])

    assert [each["key"] for each in kept] == ["lavis", "lavis_2", "l_avis"]


def test_answers_proposed_before_keep_the_value_under_which_they_are_stored():
    before = [{"key": "filiere", "label": "Filière", "type": "choice", "choices": [
        {"value": "metier_dart", "label": "Métier d’art"}, {"value": "bois", "label": "Bois"},
    ]}]  # fmt: skip
    typed = row(
        "Filière", key="filiere", kind=QuestionType.CHOICE, proposed="Bois\nMétier d’art\nPièces d’or"
    )

    [kept] = question_rows.kept([typed], before)

    assert [each["value"] for each in kept["choices"]] == ["bois", "metier_dart", "pieces_d_or"]


def test_an_answer_proposed_anew_never_takes_a_value_that_another_had():
    before = [{"key": "filiere", "choices": [{"value": "bois", "label": "Bois massif"}]}]
    typed = row("Filière", key="filiere", kind=QuestionType.CHOICE, proposed="Bois\nMétal")

    [kept] = question_rows.kept([typed], before)

    assert [each["value"] for each in kept["choices"]] == ["bois_2", "metal"]


def test_what_a_page_does_not_ask_of_a_question_stays_as_it_was():
    [kept] = question_rows.kept(
        [row("Filière", key="filiere")], [{"key": "filiere", "hint": "La principale."}]
    )

    assert kept == {"key": "filiere", "label": "Filière", "type": "text", "hint": "La principale."}
