"""A recusal on both databases: what the committee’s lists leave out, what an act refuses, who may then sign."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import errors, exports
from engine.committee import waiting
from engine.escalation import elsewhere
from engine.people import chairs, permissions, recusals
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.runtime import cases, inbox, locking
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    return programme


def step_back(programme, who):
    with programme.work_as("officer") as work:
        cases.lock(work, programme.case_id)
        recusals.recuse(
            work, case_id=programme.case_id, basin_id=programme.basin_id, person_id=programme.people[who]
        )


def reading(programme, who):
    return programme.database.start_reading(Actor(programme.people[who]))


def seen_by(programme, who) -> dict[str, bool]:
    """What each list shows of the project to somebody."""
    with reading(programme, who) as work:
        rights = permissions.permissions_of(work, programme.people[who])
        hidden = rights.hidden()
        found = {
            "projects": dossiers.list_projects(
                work, basin_ids={programme.basin_id}, also=set(), without=hidden
            ).projects,
            "session": waiting.ready(work, programme.basin_id, without=hidden),
            "history": [
                each
                for each in exports.history_after(work, after=0, without=hidden)
                if each["chain_id"] == programme.case_id.hex
            ],
            "tasks": inbox.page(work, inbox.Viewer.of(rights)).tasks,
            "signatures": waiting.to_sign(work, rights),
        }
    return {name: bool(each) for name, each in found.items()}


def test_lists_leave_the_project_out_for_them_alone(programme):
    everything = {"projects": True, "session": True, "history": True, "tasks": False, "signatures": False}
    assert seen_by(programme, "successor") == everything
    step_back(programme, "successor")

    assert seen_by(programme, "successor") == dict.fromkeys(everything, False)
    assert seen_by(programme, "mandatary") == everything


def test_a_recused_chair_is_shown_nothing_to_sign_and_signs_nothing(programme):
    programme.complete("committee_decision", "officer", programme.decision())
    task = programme.task("sign_off_decision")
    before = seen_by(programme, "chair")
    assert (before["tasks"], before["signatures"]) == (True, True)
    step_back(programme, "chair")

    assert not any(seen_by(programme, "chair").values())
    with reading(programme, "chair") as work, pytest.raises(locking.TaskNotFound):
        locking.read(work, task.id)
    with pytest.raises(errors.NotAllowed):
        programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    assert "sign_off_decision" in programme.steps()
    with reading(programme, "officer") as work:
        assert locking.read(work, task.id).is_officer


def test_another_eligible_member_signs_in_their_place(programme):
    programme.complete("committee_decision", "officer", programme.decision())
    step_back(programme, "chair")
    with programme.work_as("officer") as work:
        cases.lock(work, programme.case_id)
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["successor"],
            case_id=programme.case_id,
        )  # fmt: skip

    assert seen_by(programme, "successor")["signatures"]
    programme.complete("sign_off_decision", "successor", {"decision": "sign"})
    assert programme.steps() == ["notify_decision"]


def test_the_chair_who_stepped_back_is_not_whom_the_officer_calls(programme):
    programme.complete("committee_decision", "officer", programme.decision())
    programme.clock.advance(days=20)

    def called() -> list[str | None]:
        with reading(programme, "officer") as work:
            found = elsewhere.at_others(work, {programme.basin_id}, programme.people["officer"])
        return [each.person for each in found if each.step == "sign_off_decision"]

    assert called() == ["Chair (démo)"]
    step_back(programme, "chair")

    assert called() == [None]


def test_a_recusal_is_told_by_the_project_s_own_history(programme):
    step_back(programme, "successor")

    with programme.database.start_reading() as work:
        kept = work.database.scalars(sa.select(Assignment).where(Assignment.role == Role.RECUSED.value)).one()
        told = [each for each in exports.history_after(work, after=0) if each["subject_id"] == kept.id.hex]
    assert [(each["kind"], each["chain_id"]) for each in told] == [
        ("people.role.assigned", programme.case_id.hex)
    ]
