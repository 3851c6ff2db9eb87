"""A process is killed between two rows of an erasure: the next tick goes on, and nothing is lost nor kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import doctor
from engine.documents.store import Store
from engine.people import assignments, persons
from engine.persistence import schema
from engine.projects import documents, everyday
from engine.projects.models import Project
from engine.retention import erasing, plans, replaying
from engine.retention.models import Plan
from tests.conftest import START
from tests.effort import dice, times
from tests.faults.killing import in_a_child
from tests.faults.trials import opened
from tests.integration.forgetting import play
from tests.integration.programme import Programme

KILLS = times(sampled=4, exhaustive=16)


def lived(url: str, folder) -> Programme:
    database = opened(url, START)
    schema.upgrade(database)
    programme = Programme(database, database.clock).install()
    programme.appraise()
    with programme.work_as("officer") as work:
        everyday.write_note(
            work, project_id=programme.case_id, text="Mme Prescriber a appelé.", audience="committee"
        )
    with programme.work_as("prescriber") as work:
        documents.add(
            work, Store(folder), project_id=programme.case_id, name="cv.pdf", content=b"%PDF-1.4 cv"
        )
        persons.correct(work, programme.people["prescriber"], full_name="Pia Prescriber")
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    with programme.database.start_work() as work:
        for each in assignments.of_person(work, programme.people["prescriber"]):
            if each.valid_to is None and each.case_id is None:
                assignments.end(work, each.id, reason="départ")
    return programme


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_anywhere_an_erasure_goes_on_from_there(address, tmp_path, kill):
    programme = lived(address, tmp_path / "documents")
    who, store = programme.people["prescriber"], Store(tmp_path / "documents")
    instant = programme.clock.now()
    programme.database.dispose()
    boundary = dice(kill).randrange(0, 160)
    was_killed = in_a_child(address, instant, lambda database: erasing.erase(database, who), boundary)

    database = opened(address, instant)
    with database.start_reading() as work:
        is_begun = erasing.is_begun(work, who)
        assert list(doctor.history_problems(work)) == []
    if not is_begun:
        assert was_killed
        erasing.erase(database, who)
    plans.forget_due(database, store)

    with database.start_reading() as work:
        assert persons.find(work, who).full_name == "Personne effacée"
        assert not erasing.unfinished(work)
        assert list(doctor.history_problems(work)) == []
    assert not [each for each in store.folder.rglob("*") if each.is_file()]
    database.dispose()


@pytest.mark.parametrize("kill", range(KILLS))
def test_killed_anywhere_what_is_due_is_done_wholly_or_left_and_goes_with_its_files_next_time(
    address, tmp_path, kill
):
    programme = lived(address, tmp_path / "documents")
    store, head = Store(tmp_path / "documents"), programme.project().sme_head_id
    programme.clock.advance(days=365 * 2)
    play(programme, store, days=30)
    programme.clock.advance(days=1)
    instant = programme.clock.now()
    programme.database.dispose()
    boundary = dice(kill).randrange(0, 240)
    in_a_child(address, instant, lambda database: plans.forget_due(database, store), boundary)

    database = opened(address, instant)
    with database.start_reading() as work:
        project = work.database.get_one(Project, programme.case_id)
        done_at = work.connection.execute(sa.select(Plan.done_at).where(Plan.rule == "rejected")).scalar_one()
        assert (project.erased_at is None) == (done_at is None), "what is noted done is done"
        assert (project.firm == "Entreprise effacée") == (done_at is not None)
        assert list(doctor.history_problems(work)) == []
    plans.forget_daily(database, store)

    with database.start_reading() as work:
        assert work.database.get_one(Project, programme.case_id).firm == "Entreprise effacée"
        assert persons.find(work, head).full_name == "Personne effacée"
        assert not erasing.unfinished(work)
        assert list(doctor.history_problems(work)) == []
    assert not [each for each in store.folder.rglob("*") if each.is_file()]
    assert {each["kind"] for each in replaying.read(tmp_path / replaying.FILE)} == {"skeleton", "person"}
    database.dispose()
