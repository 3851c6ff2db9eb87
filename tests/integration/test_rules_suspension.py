"""What a suspension stops, what it leaves possible, and what it takes off the figures (D7, D23)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.analytics import bottlenecks
from engine.analytics.questions import Question
from engine.calendar import working_days
from engine.escalation.replacement import replace_mandatary
from engine.people.models import Role
from engine.projects import closing, everyday
from engine.runtime import locking, tasks
from engine.runtime.models import Task
from tests.integration.programme import Programme

DAY = 86_400


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def suspend(programme, days=60, by="officer"):
    with programme.work_as(by) as work:
        everyday.suspend(
            work, project_id=programme.case_id, requested_by="firm", reason="Sinistre.",
            until=programme.today + timedelta(days=days),
        )  # fmt: skip


def resume(programme, by="officer"):
    with programme.work_as(by) as work:
        everyday.resume(work, project_id=programme.case_id)


def task_facts(programme, step):
    """The row of a step's completed task."""
    with programme.database.start_reading() as work:
        return work.database.scalars(
            sa.select(Task).where(
                Task.case_id == programme.case_id, Task.step == step, Task.outcome == "completed"
            )
        ).one()


def being_signed_again(programme):
    """Suspended while all sign, then another mandatary: the lines are opened again."""
    programme.appraise()
    programme.decide()
    programme.prepare()
    suspend(programme)
    programme.clock.advance(days=10)
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )


def test_nothing_is_signed_under_a_suspension(programme):
    being_signed_again(programme)

    lines = programme.open_tasks()
    assert [each.step for each in lines] == ["sign_agreement"] * 4
    assert all(each.suspended for each in lines)
    with pytest.raises(locking.Suspended):
        programme.sign(0)


def test_what_opened_meanwhile_is_announced_once_work_goes_on(programme):
    being_signed_again(programme)
    opened = {each.id: each for each in programme.open_tasks()}
    assert [each for each in programme.mails("task_opened") if each.task_id in opened] == []

    programme.play_until(programme.today + timedelta(days=51))

    told = [each for each in programme.mails("task_opened") if each.task_id in opened]
    assert {each.task_id for each in told} == set(opened)
    assert {each.recipient_id for each in told} == {each.assignee_id for each in opened.values()}
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_a_task_that_was_announced_is_not_announced_again(programme):
    programme.appraise()
    programme.decide()
    before = [each.kind for each in programme.mails()]
    suspend(programme)
    resume(programme)

    assert [each.kind for each in programme.mails()] == before


def test_a_task_opened_meanwhile_moves_by_the_days_it_lost_only(programme):
    being_signed_again(programme)
    before = {each.id: each.due_on for each in programme.open_tasks()}
    opened_on = programme.today

    programme.clock.advance(days=7)
    resume(programme)

    assert opened_on == date(2026, 11, 26)  # Until 3 December: five working days lost, not twelve.
    assert {each.id: each.due_on for each in programme.open_tasks()} == {
        task_id: working_days.add_working_days(due_on, 5, working_days.Territory.FRANCE)
        for task_id, due_on in before.items()
    }


def test_a_due_day_given_meanwhile_moves_by_the_days_lost_since_only(programme):
    """A mandatary named under a suspension has their delay, and what was left of the suspension then."""
    programme.label()
    programme.play_until(date(2027, 2, 10))
    suspend(programme, by="chair")
    programme.clock.advance(days=14)
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )
    given = programme.task("follow_up_report").due_on

    programme.clock.advance(days=7)
    resume(programme, by="chair")

    assert programme.task("follow_up_report").due_on == working_days.add_working_days(
        given, 5, working_days.Territory.FRANCE
    )


def test_a_termination_is_signed_under_a_suspension_and_keeps_its_day(programme):
    programme.label()
    suspend(programme, by="chair")
    programme.clock.advance(days=10)
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )
    asked = programme.task("sign_termination")
    assert not asked.suspended

    resume(programme)
    assert programme.task("sign_termination").due_on == asked.due_on
    suspend(programme, by="chair")
    assert not programme.task("sign_termination").suspended
    programme.complete("sign_termination", "chair", {"decision": "sign"})

    assert programme.project().status == "terminated"


def test_an_acting_chair_is_named_for_a_termination_under_a_suspension(programme):
    programme.label()
    suspend(programme, by="chair")
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )

    assert programme.steps() == ["designate_acting_chair", "plan_interventions", "sign_termination"]
    assert {each.step for each in programme.open_tasks() if each.suspended} == {"plan_interventions"}


def test_the_past_shows_what_a_suspension_left_alone(programme):
    programme.label()
    suspend(programme, by="chair")
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )

    def figures(as_of=None):
        with programme.database.start_reading() as work:
            asked = Question(date(2026, 1, 1), date(2027, 12, 31), (programme.basin_id,), as_of)
            return bottlenecks.read(work, asked).open

    then, before = programme.clock.instant, figures()
    programme.clock.advance(days=20)
    resume(programme)

    assert (before.waiting, before.suspended) == (2, 1)
    assert figures(then) == before


# Figures.


def test_a_suspension_is_nobody_s_time(programme):
    programme.appraise()
    programme.clock.advance(days=2)
    suspend(programme)
    programme.clock.advance(days=30)
    resume(programme)
    programme.clock.advance(days=1)
    programme.complete("committee_decision", "officer", programme.decision())

    done = task_facts(programme, "committee_decision")
    assert done.waiting_seconds + done.working_seconds + done.awaited_seconds == 3 * DAY
    assert done.suspended_seconds == 30 * DAY


def test_an_act_of_a_day_before_the_suspension_keeps_the_time_it_took(programme):
    programme.appraise()
    opened = programme.task("committee_decision")
    programme.clock.advance(days=4)
    said = programme.today - timedelta(days=1)
    suspend(programme)
    programme.clock.advance(days=30)
    resume(programme)
    programme.complete("committee_decision", "officer", programme.decision(), occurred_on=said)

    done = task_facts(programme, "committee_decision")
    assert done.id == opened.id
    assert 3 * DAY <= done.waiting_seconds + done.working_seconds < 4 * DAY
    assert done.suspended_seconds == 0


def test_a_wait_for_a_third_party_stops_with_the_project_and_goes_on_with_it(programme):
    programme.appraise()
    task = programme.task("committee_decision")
    with programme.work_as("officer") as work:
        tasks.await_third_party(
            work, task_id=task.id, cause="bank", until=programme.today + timedelta(days=90), reason="Prêt."
        )
    programme.clock.advance(days=5)
    suspend(programme)
    programme.clock.advance(days=30)
    resume(programme)
    programme.clock.advance(days=2)
    with programme.work_as("officer") as work:
        tasks.resume(work, task_id=task.id)
    programme.clock.advance(days=1)
    programme.complete("committee_decision", "officer", programme.decision())

    done = task_facts(programme, "committee_decision")
    assert (done.awaited_seconds, done.working_seconds) == (7 * DAY, DAY)
    assert done.suspended_seconds == 30 * DAY
