"""One report, whoever asks: of a file or of a version, here or in the child, with what to change and why."""

from __future__ import annotations

import pytest

from engine import installing
from engine.registry import checks, library
from engine.registry.problems import Level
from tests.rules.editing import edited, said, turned_into, without

PATIENCE = 20.0
NO_DIAGNOSTIC = edited(without("appraisal", "preliminary_diagnostic"))
TWELVE_MONTHS = edited(said("project", "minimum_duration", "timeDuration", "P12M"))
NOT_JOINED = edited(turned_into("project", "execution_join", "exclusiveGateway"))
NEVER_JOINED = edited(turned_into("agreement", "to_mandate", "parallelGateway"))


def of_file(files: dict[str, bytes], name: str) -> checks.Report:
    return checks.check(files[name], filename=name, context=installing.known(files, name), seconds=PATIENCE)


def of_version(files: dict[str, bytes]) -> checks.Report:
    return checks.check_version(files, installing.known(), seconds=PATIENCE)


def found(report: checks.Report, code: str) -> checks.Problem:
    return next(problem for problem in report.problems if problem.code == code)


@pytest.mark.parametrize(("files", "name", "code"), [
    (NO_DIAGNOSTIC, "appraisal.bpmn", "CHARTER_DIAGNOSTIC"),
    (TWELVE_MONTHS, "project.bpmn", "CHARTER_MINIMUM_DURATION"),
    (NOT_JOINED, "project.bpmn", "LACK_OF_SYNCHRONISATION"),
], ids=["diagnostic", "months", "join"])  # fmt: skip
def test_a_file_and_its_version_are_refused_for_the_same_reason(files, name, code):
    alone, together = found(of_file(files, name), code), found(of_version(files), code)

    assert alone.message() == together.message()
    assert alone.file == together.file
    assert len(alone.story) == len(together.story)


def test_a_file_is_judged_in_the_lives_that_reach_it_whatever_its_name_is():
    files = edited(without("appraisal", "preliminary_diagnostic"))
    around = installing.known(library.reference(), "mine.bpmn")

    report = checks.check(files["appraisal.bpmn"], filename="mine.bpmn", context=around, seconds=PATIENCE)

    assert {problem.code for problem in report.problems} == {"CHARTER_DIAGNOSTIC"}
    assert found(report, "CHARTER_DIAGNOSTIC").file == "decision.bpmn"


def test_a_file_that_breaks_nothing_is_not_blamed_for_its_siblings():
    report = of_file(NO_DIAGNOSTIC, "invalid_address.bpmn")

    assert report.verdict == checks.Verdict.ACCEPTED


def test_the_child_gives_the_same_report():
    here = of_version(TWELVE_MONTHS)

    there = checks.check_version_safely(TWELVE_MONTHS, installing.known(), seconds=PATIENCE)

    assert there.problems == here.problems
    assert there.levels == here.levels
    assert (there.sound, there.conformant) == (True, False)


def test_a_story_is_told_with_the_names_of_the_steps_from_the_start():
    problem = found(of_version(NO_DIAGNOSTIC), "CHARTER_DIAGNOSTIC")
    sentences = [told.sentence() for told in problem.story]

    assert sentences[0] == "Tout commence par « Saisine reçue »."
    assert "Le prescripteur : « Accepter la prescription »." in sentences
    assert "À « Suite ? », la réponse est « diagnostic »." in sentences
    assert sentences[-1] == "L’opérateur : « Consigner la décision »."
    assert not any("_" in sentence for sentence in sentences)
    assert problem.trace[0] == "intake_received"
    assert "appraisal.qualify" in problem.trace
    assert problem.trace[-1] == "decision.committee_decision"


def test_a_refusal_gives_the_article_and_what_to_do():
    written = found(of_version(TWELVE_MONTHS), "CHARTER_MINIMUM_DURATION").as_json()

    assert written["article"] == "§VI"
    assert written["rule"] == "Le suivi dure au moins dix-huit mois."
    assert "P18M" in written["remedy"]
    assert "P12M" in written["message"]
    assert written["elements"] == ["minimum_duration"]
    assert written["file"] == "project.bpmn"
    assert written["story"][0]["sentence"] == "Tout commence par « Saisine reçue »."


def test_a_refusal_is_told_in_english_too():
    written = found(of_version(TWELVE_MONTHS), "CHARTER_MINIMUM_DURATION").as_json("en")

    assert written["rule"] == "The follow-up lasts at least eighteen months."
    assert written["story"][0]["sentence"].startswith("It all begins with")


def test_of_steps_that_are_never_reached_the_first_is_told_with_the_way_to_it():
    report = of_version(NEVER_JOINED)

    problem = found(report, "DEAD_ACTIVITY")
    assert problem.level is Level.SOUNDNESS
    assert (problem.file, problem.elements[0]) == ("agreement.bpmn", "to_mandate")
    assert "Accepter le mandat" in problem.message()
    assert problem.story[-1].element in ("conditions_gateway", "lift_conditions")
    assert report.sound is False
    assert report.conformant is not True


def test_a_file_alone_is_asked_who_does_what_and_nothing_of_lives():
    name = "decision.bpmn"
    content = library.reference()[name].replace(b'alize:role="chair"', b'alize:role="operator"')

    alone = checks.check(library.reference()[name], filename=name, seconds=PATIENCE)
    wrong = checks.check(content, filename=name, seconds=PATIENCE)

    assert alone.levels[Level.CHARTER] == checks.Answer.NOT_ASKED
    assert alone.conformant is None
    assert [problem.code for problem in wrong.problems if problem.level is Level.CHARTER] == [
        "CHARTER_PERSONAL"
    ]
    assert wrong.conformant is False


def test_an_unused_file_is_no_project_beside_one_and_is_one_alone():
    stray = (
        library.reference()["closure.bpmn"]
        .replace(b'id="closure"', b'id="stray"', 1)
        .replace(b'<bpmn:process id="closure"', b'<bpmn:process id="stray"')
    )
    files = {**library.reference(), "stray.bpmn": stray}

    together = {problem.code for problem in of_version(files).problems if problem.level is Level.CHARTER}
    alone = of_file(files, "stray.bpmn")

    assert together == set()
    assert "CHARTER_OUTCOME" in {problem.code for problem in alone.problems}
