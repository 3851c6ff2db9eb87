"""What a basin changes, as data: read in sentences, written back as it was."""

from __future__ import annotations

import pytest

from engine.registry import changes

STEP = {
    "kind": "step", "point": "before_diagnostic", "id": "site_visit", "name": "Visiter le site",
    "role": "operator", "due": "P15D", "form": "basin_visit", "reason": "Voir l’atelier.",
}  # fmt: skip
QUESTION = {"key": "takeover", "label": "Une reprise ?", "type": "yes_no"}
EVERY_KIND = [
    STEP | {"since": "2026-01-31", "personal": True, "questions": [QUESTION]},
    {"kind": "questions", "form": "qualification", "questions": [QUESTION], "reason": "Pour savoir."},
    {"kind": "questions", "process": "closure", "step": "final_review", "questions": [QUESTION], "reason": "Oui."},
    {"kind": "due", "process": "appraisal", "step": "qualify", "due": "P9D", "reason": "Deux communes."},
    {"kind": "name", "process": "appraisal", "step": "qualify", "name": "Orienter", "reason": "Notre mot."},
    {"kind": "diagram", "process": "completion", "reason": "Une relecture de plus."},
]  # fmt: skip


def problems(*entries: object, drawn: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(changes.InvalidChanges) as refused:
        changes.read({"changes": list(entries)}, drawn)
    return refused.value.problems


def test_every_kind_is_read_and_written_back_as_it_was():
    read = changes.read({"changes": EVERY_KIND}, ["completion.bpmn"])

    assert [change.kind for change in read] == ["step", "questions", "questions", "due", "name", "diagram"]
    assert [changes.as_mapping(change) for change in read] == EVERY_KIND


def test_an_empty_overlay_changes_nothing():
    assert changes.read({}) == ()
    assert changes.read({"changes": []}) == ()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"point": "before_breakfast"}, "le point « before_breakfast » n’existe pas"),
        ({"role": "mandatary"}, "peut être confiée à : operator, prescriber, chair"),
        ({"role": "steering"}, "peut être confiée à"),
        ({"due": "P2M"}, "un nombre de jours"),
        ({"due": "P0D"}, "un nombre de jours"),
        ({"name": "Deux\nlignes"}, "un nom d’une ligne"),
        ({"name": " "}, "un nom d’une ligne"),
        ({"id": "Visite du site"}, "n’est pas un identifiant"),
        ({"form": "committee_decision"}, "s’ouvre sur l’un de ces formulaires"),
        ({"form": "basin_questions"}, "en pose une au moins"),
        ({"reason": ""}, "son motif"),
        ({"since": "hier"}, "est une date"),
        ({"personal": "oui"}, "vaut « true » ou « false »"),
        ({"script": "x"}, "« script » ne veut rien dire ici"),
        ({"questions": [{"key": "a", "label": "A", "type": "poem"}]}, "question n° 1"),
        ({"questions": "lesquelles ?"}, "question n° 1"),
    ],
)
def test_a_wrong_step_is_refused_with_a_sentence_that_names_it(wrong, sentence):
    found = problems(STEP | wrong)

    assert any(sentence in problem for problem in found), found
    assert all(problem.startswith("Changement n° 1") for problem in found)


@pytest.mark.parametrize(
    ("step", "is_right"),
    [("Activity_0x1b2c3", True), ("appraise", True), ("", False), ("étape", False), ("a b", False)],
)
def test_a_change_may_be_about_a_step_that_a_drawing_tool_named(step, is_right):
    asked = {"kind": "questions", "process": "appraisal", "step": step, "reason": "Pour savoir.",
             "questions": [{"key": "a", "label": "A", "type": "text"}]}  # fmt: skip

    if is_right:
        assert changes.read({"changes": [asked]})[0].step == step
    else:
        assert problems(asked)


@pytest.mark.parametrize(
    "entry", [None, "step", 3, [], {}, {"kind": ["step"]}, {"kind": "skip_the_committee"}]
)
def test_what_is_no_change_at_all_is_refused(entry):
    assert "l’une de : step, questions, due, name, diagram" in problems(entry)[0]


def test_what_is_missing_is_said_field_by_field():
    assert len(problems({"kind": "step"})) >= 6
    assert len(problems({"kind": "due"})) == 4


def test_two_changes_may_not_say_the_same_thing():
    assert "n’en gardez qu’un" in problems(STEP, STEP | {"name": "Autre"})[-1]


def test_a_drawn_file_and_its_change_go_together():
    diagram = EVERY_KIND[-1]

    assert "n’est pas dans le dossier" in problems(diagram)[0]
    assert "sans être annoncé" in problems(drawn=("closure.bpmn",))[0]


@pytest.mark.parametrize("table", [{"changes": {}}, {"changes": "x"}, {"changes": [], "scripts": []}])
def test_an_overlay_that_is_no_list_of_changes_is_refused(table):
    with pytest.raises(changes.InvalidChanges):
        changes.read(table)


@pytest.mark.parametrize("name", ["Visite\u202f: l’atelier", "Visite\u00a0?", "Avis de la banque", "x" * 80])
def test_a_name_is_written_as_french_is(name):
    assert changes.check_name(name) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Vis\u200eite", "Une\nligne", "Un\tnom", 12])
def test_a_name_that_hides_something_or_is_none_is_refused(name):
    assert "sans signe invisible" in str(changes.check_name(name))


def test_a_step_gets_an_id_from_its_name_unlike_any_other():
    assert changes.identifier("Visite d’été à l’atelier", []) == "basin_visite_dete_a_latelier"
    assert changes.identifier("Visite", ["basin_visite", "basin_visite_2"]) == "basin_visite_3"
    assert changes.identifier("访问", []) == "basin_step"
    assert changes.check_identifier(changes.identifier("É" * 200, [])) is None
