"""A firm registered, moved or renamed after its intake: its open projects and its agreement follow (story 1)."""

from __future__ import annotations

import pytest

from engine import errors
from engine.agreements.models import Agreement
from engine.people import organisations
from engine.people.models import Organisation
from engine.projects import closing, firms
from engine.runtime.models import Instance
from tests.integration.programme import DIAGNOSTIC, FIRM, Programme

SIRET = str(FIRM["siret"])
MOVED = "00000001800010"
NEW_NAME = "Ateliers du Grand Pré (démo)"


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def register(programme, siret=SIRET):
    with programme.work_as("officer") as work:
        firms.register(work, programme.project().organisation_id, siret=siret, from_date=programme.today)


def rename(programme, name=NEW_NAME):
    with programme.work_as("officer") as work:
        firms.correct(work, programme.project().organisation_id, name=name, city="Toul")


def appraised(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})


def test_a_firm_registered_after_its_intake_signs_with_its_siret(programme):
    programme.open(siret=None, not_registered=True)
    assert (programme.project().siret, programme.project().not_registered) == (None, True)

    register(programme)

    assert (programme.project().siret, programme.project().not_registered) == (SIRET, False)
    assert programme.kinds()[-1] == "projects.firm.registered"
    appraised(programme)
    programme.decide()
    programme.prepare()
    [agreement] = programme.rows(Agreement)
    assert agreement.text["siret"] == SIRET
    assert "SIRET 000\u202f000\u202f018\u202f00002" in agreement.body


def test_a_firm_that_moves_is_shown_where_it_is(programme):
    programme.open()
    with programme.work_as("officer") as work:
        number = organisations.siret_on(work, programme.project().organisation_id, programme.today)
    assert programme.project().siret == number == SIRET

    register(programme, MOVED)

    assert programme.project().siret == MOVED


def test_a_project_of_another_establishment_keeps_it(programme):
    programme.open(siret=None, not_registered=True)
    register(programme)
    first = programme.case_id
    programme.open(siret=MOVED)  # The same firm, whose second establishment asks.
    assert programme.project().siret == MOVED

    rename(programme)

    assert (programme.project().siret, programme.project().firm) == (MOVED, NEW_NAME)
    programme.case_id = first
    assert (programme.project().siret, programme.project().firm) == (SIRET, NEW_NAME)


def test_a_firm_renamed_has_its_name_on_its_project_its_tasks_and_its_agreement(programme):
    programme.open()
    rename(programme)

    project, [task] = programme.project(), programme.open_tasks()
    assert (project.firm, task.firm) == (NEW_NAME, NEW_NAME)
    assert project.city is None  # The project's own, told when it is qualified.
    assert "ateliers du grand pre demo" in project.search_text
    assert "ateliers du grand pre" in task.search_text
    of_project = [each for each in programme.rows(Instance) if each.case_id == programme.case_id]
    assert {each.firm for each in of_project} == {NEW_NAME}
    assert programme.kinds()[-1] == "projects.firm.renamed"
    appraised(programme)
    assert {each.firm for each in programme.open_tasks()} == {NEW_NAME}
    programme.decide()
    programme.prepare()
    [agreement] = programme.rows(Agreement)
    assert agreement.text["firm"] == NEW_NAME


def test_what_has_ended_keeps_its_words_and_nothing_is_written_for_nothing(programme):
    programme.open()
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")
    ended = programme.case_id
    programme.open()
    rename(programme)
    before = programme.kinds()
    rename(programme)

    assert programme.kinds() == before
    programme.case_id = ended
    assert programme.project().firm == FIRM["name"]


def test_a_number_of_another_firm_changes_no_project(programme):
    programme.open()
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        firms.register(work, programme.project().organisation_id, siret="73282932000074")

    assert programme.project().siret == SIRET
    with programme.database.start_reading() as work:
        assert work.database.get_one(Organisation, programme.project().organisation_id).siren == SIRET[:9]
