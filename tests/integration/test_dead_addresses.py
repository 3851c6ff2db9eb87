"""An address that mail does not reach: one call is asked for, on a dossier where it can be made (D10)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.people import persons
from engine.projects import addresses, closing
from engine.projects.follow_up_models import AddressProblem
from tests.integration.programme import Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


@pytest.fixture
def labelled(programme):
    programme.label()
    return programme


def test_an_address_that_died_about_no_dossier_is_called_at_the_next_mail_about_one(labelled):
    person = labelled.people["mandatary"]
    with labelled.work_as("officer") as work:
        persons.mark_address_invalid(work, person)
        asked = {"person_id": person, "address": "mandatary@exemple.test"}
        assert not addresses.ask_to_call(work, case_id=uuid4(), **asked), "a session's case is no dossier"
        assert addresses.ask_to_call(work, case_id=labelled.case_id, **asked)
    labelled.complete("call_person", "officer", {"outcome": "left"})
    with labelled.work_as("officer") as work:
        assert not addresses.ask_to_call(work, case_id=labelled.case_id, **asked), "once for a dead address"


def test_a_call_that_fell_with_its_project_is_asked_for_again_elsewhere(programme):
    person = programme.people["mandatary"]
    given_up, other = programme.open(), programme.open(name="Menuiserie de la Moselle (démo)")
    with programme.work_as("officer") as work:
        persons.mark_address_invalid(work, person)
        asked = {"person_id": person, "address": "mandatary@exemple.test"}
        assert addresses.ask_to_call(work, case_id=given_up, **asked)
    with programme.work_as("officer") as work:
        assert not addresses.ask_to_call(work, case_id=other, **asked), "the call is still to make"
        closing.withdraw(work, project_id=given_up, requested_by="firm", reason="Plus d’actualité.")

    with programme.work_as("officer") as work:
        assert addresses.ask_to_call(work, case_id=other, **asked)


def test_a_dead_address_becomes_a_call_and_a_right_one(labelled):
    person = labelled.people["mandatary"]
    with labelled.work_as("officer") as work:
        persons.mark_address_invalid(work, person)
        asked = {"case_id": labelled.case_id, "person_id": person, "address": "mandatary@exemple.test"}
        assert addresses.ask_to_call(work, **asked)
        work.database.flush()
        assert not addresses.ask_to_call(work, **asked)
    task = labelled.task("call_person")
    with labelled.database.start_reading() as work:
        assert ("Téléphone", "01 99 00 12 34") in work.domain.context(work, task).facts

    labelled.complete("call_person", "officer", {"outcome": "corrected", "email": "autre@exemple.test"})

    [problem] = labelled.rows(AddressProblem)
    assert problem.outcome == "corrected"
    with labelled.database.start_reading() as work:
        found = persons.find(work, person)
        assert (found.email, found.address_invalid_at) == ("autre@exemple.test", None)
