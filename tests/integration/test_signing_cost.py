"""What signing costs: statements, counted; whatever the files weigh, they are made after the act."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.documents.models import Paper
from engine.runtime import tasks
from tests.integration.programme import NOBODY
from tests.integration.test_annexes_and_amendments import ADVANCE, WithAdvance, with_operator
from tests.integration.test_hot_path import watched

AT_MOST = 12


@pytest.fixture
def programme(database, clock):
    """A project whose agreement and annex wait for their five signatures."""
    made = with_operator(WithAdvance(database, clock).install())
    made.appraise()
    made.decide(**ADVANCE)
    made.prepare()
    return made


def costs(programme, position: int) -> list[str]:
    """The statements of one signature, its code given before."""
    task = programme.task("sign_agreement", position=position)
    answers = {"answer": "accept", "consent": True, **programme.shown(task)}
    programme.people["signing"] = task.assignee_id or NOBODY
    with watched(programme.database) as seen, programme.work_as("signing") as work:
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")
    return [each for each in seen.statements if not each.startswith("BEGIN")]


@pytest.mark.parametrize("position", [0, 2, 4])
def test_signing_the_agreement_and_its_annex_costs_few_statements(programme, position):
    found = costs(programme, position)

    assert len(found) <= AT_MOST, "\n".join(found)


def test_no_document_is_made_in_the_act_that_labels_the_firm(programme):
    for position in range(4):
        programme.sign(position)
    before = {each.id for each in programme.rows(Paper)}
    costs(programme, 4)

    asked = [each for each in programme.rows(Paper) if each.id not in before]
    assert {(each.kind, each.state) for each in asked} == {("envelope", "requested")}
    with programme.database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).where(Paper.state == "requested")) == 2
