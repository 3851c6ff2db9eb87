"""Forms propose the documents of a dossier to those who may read them, and to nobody else."""

from __future__ import annotations

import pytest

from engine.persistence.unit_of_work import Actor
from engine.projects import documents
from engine.projects.models import Document
from engine.runtime import tasks
from forms import catalogue
from tests.integration.programme import Programme

PDF = b"%PDF-1.4 essai"
OPINION = {"findings": "Le marché est là.", "recommendation": "favourable", "days_spent": "2"}


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


@pytest.fixture
def store(tmp_path):
    return documents.Store(tmp_path / "documents")


def add(programme, store, name, *, by="officer", audience="committee"):
    with programme.work_as(by) as work:
        return documents.add(
            work, store, project_id=programme.case_id, name=name, content=PDF, audience=audience
        ).id


def proposed(programme, step, question, person_id=None, position=None):
    task = programme.task(step, position=position)
    with programme.database.start_reading(Actor(person_id or task.assignee_id)) as work:
        standing = tasks.find(work, task_id=task.id)
        context = work.domain.context(work, standing.task)
        return {choice.label for choice in context.choices[question]}


def test_an_expert_is_proposed_what_is_for_the_project_and_what_they_added(programme, store):
    programme.ask_opinion()
    for audience in ("operator", "committee", "project"):
        add(programme, store, f"{audience}.pdf", audience=audience)
    add(programme, store, "étude.pdf", by="expert")

    expert = proposed(programme, "complementary_diagnostic", "attachments")
    officer = proposed(programme, "complementary_diagnostic", "attachments", programme.people["officer"])

    assert expert == {"project.pdf", "étude.pdf"}
    assert officer == {"operator.pdf", "committee.pdf", "project.pdf", "étude.pdf"}


def test_a_document_kept_from_somebody_cannot_be_joined_to_their_answer(programme, store):
    programme.ask_opinion()
    hidden = add(programme, store, "operator.pdf", audience="operator")

    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.complete("complementary_diagnostic", "expert", OPINION | {"attachments": [str(hidden)]})

    assert set(refusal.value.messages) == {"attachments"}
    mine = add(programme, store, "étude.pdf", by="expert")
    programme.complete("complementary_diagnostic", "expert", OPINION | {"attachments": [str(mine)]})
    assert programme.rows(Document)[-1].subject_id is not None


def test_a_signatory_is_proposed_no_document_of_the_operator(programme, store):
    programme.appraise()
    programme.decide()
    programme.prepare()
    for audience in ("operator", "committee"):
        add(programme, store, f"{audience}.pdf", audience=audience)

    head, chair = (proposed(programme, "sign_agreement", "attachments", position=each) for each in (0, 1))

    assert head == set()
    assert chair == {"committee.pdf"}


def test_a_document_that_proves_something_already_is_not_proposed_again(programme, store):
    programme.ask_opinion()
    kept = add(programme, store, "signature.pdf", audience="project")
    with programme.work_as("officer") as work:
        documents.attach(work, [kept], project_id=programme.case_id, subject_id=programme.case_id)
    add(programme, store, "libre.pdf", audience="project")

    assert proposed(programme, "complementary_diagnostic", "attachments") == {"libre.pdf"}
