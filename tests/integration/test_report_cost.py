"""What completing a report costs: statements, counted."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.runtime import tasks
from tests.integration.programme import Programme

DUE = date(2027, 2, 16)  # Three months after the tests' Monday, on which the agreement is signed.


@pytest.fixture
def labelled(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    return programme


def test_completing_a_report_costs_at_most_eight_statements(labelled):
    labelled.play_until(DUE)
    labelled.report()
    labelled.play_until(date(2027, 5, 10))

    statements: list[str] = []
    task = labelled.task("follow_up_report")
    answers = {
        "weather": "green", "progress": "Bien.", "jobs_created": 1, "jobs_sustained": 8,
        "contact_on": DUE.isoformat(), "new_intervention": False,
    }  # fmt: skip
    with labelled.work_as("mandatary") as work:
        sa.event.listen(work.connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")

    # One of them drops drafts, and one reads the open days, on one of which the next report opens.
    assert len(statements) <= 8, "\n".join(statements)
