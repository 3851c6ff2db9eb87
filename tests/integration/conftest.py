"""What most claims about whole lives begin with: a basin at work, and a folder for its documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.clock import FrozenClock
from engine.documents.store import Store
from engine.people import absences, accounts
from engine.people.models import Person
from engine.persistence.database import Database
from engine.projects import documents, everyday
from tests.integration.programme import Programme


@pytest.fixture
def programme(database: Database, clock: FrozenClock) -> Programme:
    """A basin at work with the reference diagrams."""
    return Programme(database, clock).install()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Where the documents of a test lie."""
    return Store(tmp_path / "documents")


@pytest.fixture
def rejected(programme: Programme, store: Store) -> Programme:
    """A rejected project; its prescriber wrote, sent a file, was away, had an account, and has left."""
    programme.appraise()
    with programme.work_as("officer") as work:
        everyday.write_note(
            work, project_id=programme.case_id, text="Mme Prescriber rappelle demain.", audience="committee"
        )
        everyday.write_note(work, project_id=programme.case_id, text="Rien à signaler.", audience="committee")
    with programme.work_as("prescriber") as work:
        documents.add(work, store, project_id=programme.case_id, name="cv.pdf", content=b"%PDF-1.4 cv")
        accounts.create(work, person_id=programme.people["prescriber"])
        absences.declare(
            work,
            person_id=programme.people["prescriber"],
            first_day=date(2026, 12, 1),
            last_day=date(2026, 12, 5),
        )
    with programme.database.start_work() as work:
        person = work.database.get_one(Person, programme.people["prescriber"])
        person.full_name = "Pia Prescriber"
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    return programme
