"""The fences behind the forms: what a form never proposes is refused all the same when it is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors
from engine.agreements import annex, drafting
from engine.clock import start_of_day
from engine.committee import recording, sessions
from engine.committee.models import CommitteeSession
from engine.people import assignments, basins, chairs, persons
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import UnitOfWork
from engine.projects import closing
from engine.registry import versions
from engine.runtime import cases, locking, tasks
from engine.runtime.acts import Act
from tests.integration.programme import LONG_AGO, PARIS, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def act_on(work: UnitOfWork, programme: Programme, step: str, **answers: object) -> Act:
    """An act as an operation receives it, whatever a form would have said of its answers."""
    locked = cases.lock(work, programme.case_id)
    return Act(
        work=work, case=locked.case, instance_id=programme.case_id, process="project", step=step,
        task=None, answers=answers, routing={}, occurred_on=programme.today,
    )  # fmt: skip


@pytest.mark.parametrize("capacity", ["partner_company", "mandatary", "operator"])
def test_the_firm_of_the_project_signs_in_no_other_capacity(programme, capacity):
    programme.appraise()
    programme.decide()
    project = programme.project()
    own = {"capacity": capacity, "organisation_id": project.organisation_id, "mode": "online",
           "person_id": project.sme_head_id}  # fmt: skip

    with programme.work_as("officer") as work:
        act = act_on(work, programme, "prepare_agreement", signatories=[own])
        with pytest.raises(errors.InvalidAnswers) as refused:
            drafting.chosen(act, project, annex.kinds(project))

    assert list(refused.value.messages) == ["signatories-0-organisation_id"]


def test_a_decision_is_taken_in_a_session_of_its_own_basin(programme):
    programme.appraise()
    with programme.database.start_work() as work:
        elsewhere = basins.add(work, slug="ailleurs", code="AIL", name="Ailleurs").id
        with pytest.raises(versions.NothingPublished):
            sessions.plan(work, basin_id=elsewhere, answers={"held_on": programme.today, "kind": "meeting"})
        theirs = new_id()
        work.database.add(
            CommitteeSession(
                id=theirs, basin_id=elsewhere, held_on=programme.today, kind="meeting", state="planned",
                planned_at=work.now, planned_by=programme.people["officer"],
            )
        )  # fmt: skip
        work.flush()
        ours = sessions.open_for_decisions(work, programme.basin_id, programme.today)[0].id

    with programme.work_as("officer") as work:
        act = act_on(work, programme, "committee_decision")
        with pytest.raises(errors.InvalidAnswers):
            recording.session_of(act, theirs)
        assert recording.session_of(act, ours).id == ours


def test_a_task_that_somebody_took_is_given_back_by_nobody_else(programme):
    programme.open()
    task = programme.task("qualify")
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)
        colleague = persons.add(work, full_name="Colleague (démo)", email="colleague@exemple.test").id
        assignments.assign(
            work, role=Role.OPERATOR, person_id=colleague, basin_id=programme.basin_id, from_date=LONG_AGO
        )
        programme.people["colleague"] = colleague

    with programme.work_as("colleague") as work, pytest.raises(locking.TakenBySomeoneElse):
        tasks.release(work, task_id=task.id)
    with programme.work_as("chair") as work, pytest.raises(locking.NotYours):
        tasks.release(work, task_id=task.id)

    assert programme.task("qualify").assignee_id == programme.people["officer"]
    assert "runtime.task.released" not in programme.kinds()


def test_an_ended_project_leaves_nobody_able_to_sign_or_preside_for_it(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    with programme.work_as("officer") as work:
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["successor"],
            case_id=programme.case_id, until=programme.today + timedelta(days=30),
        )  # fmt: skip
    before = roles_in_force(programme)

    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    programme.clock.set(start_of_day(programme.today + timedelta(days=1), PARIS))
    assert before - roles_in_force(programme) == {"signatory", "chair"}
    assert {"prescriber", "mandatary", "sme_head"} <= roles_in_force(programme)


def roles_in_force(programme: Programme) -> set[str]:
    """The roles that somebody holds on the project today."""
    with programme.database.start_reading() as work:
        return {str(each.role) for each in assignments.of_case(work, programme.case_id, programme.today)}
