"""Two versions compared, in sentences for somebody who reads no diagram."""

from __future__ import annotations

import pytest

from engine.registry import changes, differences, library, overlay, parameters, wording
from tests.applied import applied, step

REFERENCE = library.reference()


def sentences(new: dict[str, bytes], old: dict[str, bytes] = REFERENCE) -> list[str]:
    return [each.sentence() for each in differences.between(old, new)]


def redrawn(file: str, *replaced: tuple[str, str]) -> dict[str, bytes]:
    text = REFERENCE[file].decode()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    return {**REFERENCE, file: text.encode()}


def test_a_version_does_not_differ_from_itself():
    assert differences.between(REFERENCE, REFERENCE) == []


def test_where_things_are_drawn_is_no_difference():
    assert sentences(redrawn("closure.bpmn", ('x="132"', 'x="99"'), ('width="941"', 'width="1200"'))) == []


@pytest.mark.parametrize(
    ("point", "where"),
    [("before_diagnostic", "avant le diagnostic"), ("after_signature", "après la signature")],
)
def test_a_step_that_a_basin_adds_is_one_difference_and_one_sentence(point, where):
    found = differences.between(REFERENCE, applied(step(point, name="Visite de site")))

    assert [(each.kind, each.element) for each in found] == [("added", f"own_{point}")]
    assert found[0].sentence() == f"une étape ajoutée : Visite de site, {where}"
    assert differences.between(applied(step(point)), REFERENCE)[0].kind == "removed"


@pytest.mark.parametrize(
    ("file", "replaced", "expected"),
    [
        ("decision.bpmn", ('name="Notifier la décision"', 'name="Annoncer"'),
         "« Notifier la décision » s’appelle désormais « Annoncer »"),
        ("closure.bpmn", ('alize:due="P30D"', 'alize:due="P45D"'),
         "le délai de « Établir le bilan final » : 45 jours au lieu de 30 jours"),
        ("closure.bpmn", ('alize:role="mandatary"', 'alize:role="operator"'),
         "« Établir le bilan final » est désormais faite par l’opérateur, et non par le mandataire"),
        ("closure.bpmn", ('\n        alize:personal="true"', ""),
         "« Signer la clôture » peut désormais être faite au nom d’un autre"),
        ("closure.bpmn", ('alize:form="final_review"', 'alize:form="basin_note"'),
         "« Établir le bilan final » s’ouvre sur « Compte rendu d’une étape » au lieu de « Bilan de fin d’accompagnement »"),
        ("project.bpmn", (">P18M<", ">P24M<"), "Durée minimale du suivi : 24 mois au lieu de 18 mois"),
        ("closure.bpmn", ('name="renvoyée"', 'name="à revoir"'),
         ("de « Clôture signée ? » à « la suite de Terme atteint », la réponse s’appelle "
         "« à revoir » au lieu de « renvoyée »")),
        ("closure.bpmn", (">closure_signed<", ">not closure_signed<"),
         "de « Clôture signée ? » à « Clôture signée », le passage n’obéit plus à la même condition"),
        ("closure.bpmn", ('name="Bilan et clôture" isExecutable', 'name="Fin" isExecutable'),
         "le processus « Bilan et clôture » s’appelle désormais « Fin »"),
        ("project.bpmn", ('cancelActivity="false"', 'cancelActivity="true"'),
         "« Fin anticipée demandée » interrompt désormais « Accompagnement et suivi »"),
        ("project.bpmn", ('calledElement="closure"', 'calledElement="report"'),
         "« Bilan et clôture » ouvre le processus « report » au lieu de « closure »"),
    ],
)  # fmt: skip
def test_what_changed_of_a_step_is_one_sentence(file, replaced, expected):
    assert sentences(redrawn(file, replaced)) == [expected]


def test_an_arrow_that_leads_elsewhere_is_told_from_both_sides():
    found = sentences(
        redrawn("decision.bpmn", ('sourceRef="completion" targetRef="to_next_session"',
                                  'sourceRef="completion" targetRef="approved"')),
    )  # fmt: skip

    assert "« Compléter le dossier » mène désormais à « Approuvé »" in found
    assert len(found) == 2


def test_questions_are_differences_of_their_step():
    hours = {"key": "hours", "label": "Heures sur place", "type": "number"}
    asked = {"kind": "questions", "form": "final_review", "questions": [hours], "reason": "Des heures."}
    files = applied(asked)

    assert sentences(files) == ["une question ajoutée à « Établir le bilan final » : Heures sur place"]
    assert sentences(REFERENCE, files)[0].startswith("une question retirée de")
    again = applied(asked | {"questions": [hours | {"mandatory": True}]})
    assert sentences(again, files)[0].startswith("une question de « Établir le bilan final » a changé")


def test_a_process_that_came_or_went_is_one_difference():
    fewer = {name: text for name, text in REFERENCE.items() if name != "closure.bpmn"}

    assert sentences(fewer) == ["un processus retiré : Bilan et clôture"]
    assert sentences(REFERENCE, fewer) == ["un processus ajouté : Bilan et clôture"]


def test_every_element_of_every_process_can_be_told_to_come_and_go():
    nothing = {name: b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="'
               + name.removesuffix(".bpmn").encode() + b'"/></definitions>' for name in REFERENCE}  # fmt: skip

    came, went = differences.between(nothing, REFERENCE), differences.between(REFERENCE, nothing)

    assert {each.element for each in came if each.kind == "added"} == {
        each.element for each in went if each.kind == "removed"
    }
    assert all("{" not in each.sentence() and "{" not in each.sentence("en") for each in came + went)


def test_parameters_are_told_in_words_with_their_units():
    old = parameters.defaults()
    new = {
        **old, "advance.ceiling_cents": 1_500_000, "follow_up.minimum": "P24M", "committee.decision_mode": "vote",
        "committee.written_consultation": False, "calendar.quiet_periods": [["08-01", "08-20"]],
    }  # fmt: skip

    assert [wording.money(1_500_000), wording.money(150)] == ["15\u202f000\u00a0€", "1,50\u00a0€"]
    assert [each.sentence() for each in differences.of_parameters(old, new)] == [
        "Durée minimale du suivi : 24\u00a0mois au lieu de 18\u00a0mois",
        "Périodes calmes : du 1er août au 20 août, et non du 1er août au 20 août, du 24 décembre au 2 janvier",
        "Mode de décision du comité : par vote, et non par consensus",
        "Consultation écrite : non au lieu de oui",
        "Avance la plus élevée : 15\u202f000\u00a0€ au lieu de 25\u202f000\u00a0€",
    ]


def test_pairs_read_from_a_database_are_the_same_as_those_of_a_file():
    old = {"calendar.quiet_periods": (("08-01", "08-20"),)}

    assert differences.of_parameters(old, {"calendar.quiet_periods": [["08-01", "08-20"]]}) == []


def test_the_same_changes_give_no_difference():
    again = overlay.apply(
        REFERENCE, published=parameters.defaults(parameters.Kind.PUBLISHED),
        changes=changes.read({"changes": [step("before_agenda")]}),
    )  # fmt: skip

    assert differences.between(applied(step("before_agenda")), again) == []
