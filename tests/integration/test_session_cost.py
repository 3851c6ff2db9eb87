"""What the chair's signatures cost: statements, counted, as many for a long session as for a short one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from engine.committee import minutes
from engine.runtime import tasks
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned
from tests.integration.test_hot_path import watched

HELD = date(2026, 12, 10)
AT_MOST_FOR_MINUTES = 28
AT_MOST_FOR_A_DECISION = 28


@pytest.fixture
def programme(database, clock) -> Programme:
    return Programme(database, clock).install()


def held(programme: Programme, files: int, **decided: object) -> tuple[Sitting, list[UUID]]:
    """A session that decided on some files; the chair has still to sign each decision."""
    sitting = planned(programme, HELD)
    found = []
    for _file in range(files):
        programme.appraise()
        found.append(programme.case_id)
    sitting.diffuse()
    programme.play_until(HELD)
    sitting.hold()
    for case_id in found:
        programme.case_id = case_id
        answers = programme.decision(session_id=str(sitting.id), **decided)
        programme.complete("committee_decision", "officer", answers)
    return sitting, found


def costs(programme: Programme, task_id: UUID, answers: dict[str, object]) -> list[str]:
    """The statements of one act of the chair."""
    with watched(programme.database) as seen, programme.work_as("chair") as work:
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")
    return [each for each in seen.statements if not each.startswith("BEGIN")]


@pytest.mark.parametrize("files", [1, 4])
def test_signing_minutes_costs_the_same_whatever_they_decide(programme, files):
    sitting, found = held(programme, files)
    for case_id in found:
        programme.case_id = case_id
        programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sitting.submit_minutes()
    with programme.database.start_reading() as work:
        shown = minutes.latest(work, sitting.id)
    (task,) = sitting.own.open_tasks()
    asked = costs(programme, task.id, {"decision": "sign", "document_digest": shown.body_hash})

    assert sitting.row.minutes_signed_on == HELD
    assert len(asked) <= AT_MOST_FOR_MINUTES, "\n".join(asked)


@pytest.mark.parametrize("lines", [1, 4])
def test_signing_a_decision_costs_the_same_whatever_it_grants(programme, lines):
    days = {"company_id": str(programme.firms["lender"]), "domain": "production", "days": "2"}
    _sitting, [case_id] = held(programme, 1, human_means=[days] * lines)
    programme.case_id = case_id
    asked = costs(programme, programme.task("sign_off_decision").id, {"decision": "sign"})

    assert len(asked) <= AT_MOST_FOR_A_DECISION, "\n".join(asked)
