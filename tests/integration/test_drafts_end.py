"""What somebody typed and did not send goes with its task, however the task is closed (D35)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.agreements import signatures
from engine.persistence.unit_of_work import Actor
from engine.projects import closing, documents
from engine.runtime import tasks
from engine.runtime.models import Draft
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def type_something(programme, step, person_id=None, position=None):
    task = programme.task(step, position=position)
    with programme.database.start_work(Actor(person_id or task.assignee_id)) as work:
        tasks.save_draft(work, task_id=task.id, answers={"reason": "Entre nous, le dirigeant est malade."})
    return task


def drafts(programme):
    with programme.database.start_reading() as work:
        return work.database.scalar(sa.select(sa.func.count()).select_from(Draft))


def test_drafts_go_when_the_project_is_withdrawn(programme):
    programme.open()
    type_something(programme, "qualify", programme.people["officer"])
    assert drafts(programme) == 1

    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Renonce.")

    assert (programme.steps(), drafts(programme)) == ([], 0)


def test_drafts_go_when_the_step_is_left_by_another_way(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in (1, 2):
        type_something(programme, "sign_agreement", position=position)
    assert drafts(programme) == 2

    programme.sign(0, answer="refuse", reason="Trop cher.")

    assert "sign_agreement" not in programme.steps()
    assert drafts(programme) == 0


def test_drafts_go_when_the_signature_is_on_paper(programme, tmp_path):
    programme.appraise()
    programme.decide()
    programme.prepare()
    task = type_something(programme, "sign_agreement", position=1)

    with programme.work_as("officer") as work:
        scan = documents.add(
            work, documents.Store(tmp_path), project_id=programme.case_id, name="signé.pdf",
            content=b"%PDF-1.4 x",
        )  # fmt: skip
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=scan.id)

    assert drafts(programme) == 0


def test_a_draft_saved_too_late_is_forgotten_at_night_and_no_other(programme):
    programme.open()
    done = type_something(programme, "qualify", programme.people["officer"])
    programme.complete("qualify", "officer", programme.qualification())
    waiting = type_something(programme, "accept_prescription")
    with programme.database.start_work() as work:
        row = {"form": "qualification", "form_number": 1, "answers": {}, "saved_at": work.now}
        work.connection.execute(
            sa.insert(Draft).values(task_id=done.id, person_id=programme.people["chair"], **row)
        )

    with programme.database.start_work() as work:
        assert tasks.forget_drafts(work) == 1

    with programme.database.start_reading() as work:
        assert work.database.scalars(sa.select(Draft.task_id)).all() == [waiting.id]
