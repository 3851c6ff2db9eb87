"""One task, one person, one commit: what completing does, and whom it refuses."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people.models import Assignment
from engine.persistence import anchors, history
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, incidents, instances, locking, messages, tasks, timers
from engine.runtime.advance import OperationFailed
from engine.runtime.models import Instance, Task
from tests.integration.visits import Bench


@pytest.fixture
def bench(database) -> Bench:
    """The three-task process, with its people."""
    made = Bench(database)
    made.install()
    return made


def kinds(bench, case_id):
    with bench.database.start_reading() as work:
        table = history.history
        return work.connection.execute(
            sa.select(table.c.kind).where(table.c.chain_id == case_id).order_by(table.c.number)
        ).scalars().all()  # fmt: skip


def instance_of(bench, case_id):
    with bench.database.start_reading() as work:
        return work.connection.execute(sa.select(Instance.__table__).where(Instance.id == case_id)).one()


def test_a_dossier_goes_from_its_first_task_to_its_end(bench, clock):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    assert (plan.step, plan.role, plan.pool, plan.due_on) == ("plan", "operator", True, date(2026, 11, 21))

    bench.complete(plan.id, bench.officer)
    assert bench.open_tasks(case_id) == []
    assert timers.fire_due(bench.database) == 0
    clock.advance(days=10)
    assert timers.fire_due(bench.database) == 1
    assert timers.fire_due(bench.database) == 0

    [meet] = bench.open_tasks(case_id)
    assert (meet.step, meet.assignee_id) == ("meet", bench.member)
    bench.complete(meet.id, bench.member)
    [sign] = bench.open_tasks(case_id)
    bench.complete(sign.id, bench.chair)

    assert bench.told == ["plan", "meet", "tell", "sign"]
    assert bench.ended == ["visited"]
    assert instance_of(bench, case_id).ended_at is not None
    assert kinds(bench, case_id) == [
        "runtime.instance.started", "runtime.task.opened", "runtime.task.completed", "runtime.timer.fired",
        "runtime.task.opened", "runtime.task.completed", "runtime.task.opened", "runtime.task.completed",
        "runtime.instance.ended",
    ]  # fmt: skip
    with bench.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []


def test_second_of_two_people_is_told_who_completed_the_task_and_when(bench, clock):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    bench.complete(plan.id, bench.officer)
    done_at = clock.now()
    clock.advance(minutes=5)

    with pytest.raises(locking.AlreadyClosed) as refusal:
        bench.complete(plan.id, bench.other_officer)

    assert refusal.value.details == {"who": bench.officer, "when": done_at, "outcome": "completed"}
    assert bench.told == ["plan"]


def test_another_basin_s_officer_does_not_see_the_task(bench):
    [plan] = bench.open_tasks(bench.start())

    with pytest.raises(locking.TaskNotFound):
        bench.complete(plan.id, bench.stranger)


def test_a_seat_alone_completes_nothing(bench):
    [plan] = bench.open_tasks(bench.start())

    with pytest.raises(locking.NotYours):
        bench.complete(plan.id, bench.member)


def test_a_claimed_task_is_its_taker_s_until_released(bench):
    [plan] = bench.open_tasks(bench.start())
    with bench.database.start_work(Actor(bench.officer)) as work:
        tasks.claim(work, task_id=plan.id)

    with pytest.raises(locking.TakenBySomeoneElse):
        bench.complete(plan.id, bench.other_officer)
    with bench.database.start_work(Actor(bench.officer)) as work:
        tasks.release(work, task_id=plan.id)
    bench.complete(plan.id, bench.other_officer)

    assert bench.told == ["plan"]


def to_meeting(bench, clock):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    bench.complete(plan.id, bench.officer)
    clock.advance(days=10)
    timers.fire_due(bench.database)
    return case_id


def test_an_officer_records_what_the_member_said_by_phone(bench, clock):
    case_id = to_meeting(bench, clock)
    [meet] = bench.open_tasks(case_id)

    bench.complete(meet.id, bench.officer, on_behalf_of=bench.member)

    with bench.database.start_reading() as work:
        row = work.connection.execute(sa.select(Task.__table__).where(Task.id == meet.id)).one()
    assert (row.closed_by, row.on_behalf_of) == (bench.officer, bench.member)


def test_another_basin_s_officer_who_sits_here_is_no_officer_here(bench, clock):
    [meet] = bench.open_tasks(to_meeting(bench, clock))
    with bench.database.start_work(Actor(bench.officer)) as work:
        bench.assign(work, bench.stranger, "seat", 1)

    with bench.database.start_reading(Actor(bench.stranger)) as work:
        standing = tasks.find(work, task_id=meet.id)
        allowed = tasks.allowed(work, standing)

    assert (meet.assignee_id, standing.is_here) == (bench.member, True)
    assert (standing.is_officer, allowed.hold, allowed.on_behalf) == (False, False, False)
    with pytest.raises(locking.NotYours):
        bench.complete(meet.id, bench.stranger, on_behalf_of=bench.member)


def test_a_guest_s_seat_shows_nobody_the_task(bench):
    [plan] = bench.open_tasks(bench.start())
    with bench.database.start_reading(Actor(bench.member)) as work:
        assert tasks.find(work, task_id=plan.id).is_here

    with bench.database.start_work() as work:
        seat = sa.and_(Assignment.person_id == bench.member, Assignment.role == "seat")
        work.connection.execute(sa.update(Assignment.__table__).where(seat).values(guest=True))
        of_the_project = Assignment.case_id == plan.case_id
        work.connection.execute(sa.delete(Assignment.__table__).where(of_the_project))

    with bench.database.start_reading(Actor(bench.member)) as work, pytest.raises(locking.TaskNotFound):
        tasks.find(work, task_id=plan.id)


def test_nobody_signs_for_the_chair(bench, clock):
    case_id = to_meeting(bench, clock)
    [meet] = bench.open_tasks(case_id)
    bench.complete(meet.id, bench.member)
    [sign] = bench.open_tasks(case_id)

    for on_behalf_of in (None, bench.chair):
        with pytest.raises(locking.PersonalTask):
            bench.complete(sign.id, bench.officer, on_behalf_of=on_behalf_of)


def test_an_act_dated_tomorrow_is_refused(bench):
    [plan] = bench.open_tasks(bench.start())

    with pytest.raises(errors.InvalidAnswers) as refusal:
        bench.complete(plan.id, bench.officer, occurred_on=date(2026, 11, 17))

    assert list(refusal.value.messages) == ["occurred_on"]


def test_an_act_before_its_step_opened_needs_a_reason(bench):
    [plan] = bench.open_tasks(bench.start())
    with pytest.raises(errors.InvalidAnswers):
        bench.complete(plan.id, bench.officer, occurred_on=date(2026, 11, 3))

    bench.complete(plan.id, bench.officer, occurred_on=date(2026, 11, 3), late_reason="donné par téléphone")

    assert bench.told == ["plan"]


def test_a_failing_operation_leaves_the_dossier_as_it_was_and_can_be_retried(bench):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    before = instance_of(bench, case_id)
    bench.failing = {"plan"}

    with pytest.raises(OperationFailed) as failure:
        bench.complete(plan.id, bench.officer)
    incidents.record(bench.database, failure.value, actor=Actor(bench.officer))

    after = instance_of(bench, case_id)
    assert (after.state, after.wake_at) == (before.state, before.wake_at)
    with bench.database.start_reading() as work:
        [incident] = incidents.list_open(work)
    assert (incident.step, incident.operation) == ("plan", "tests.plan")
    assert "ZeroDivisionError" in incident.error
    bench.failing = set()
    bench.complete(plan.id, bench.officer)
    assert bench.told == ["plan"]


def test_a_poisoned_dossier_stops_no_other_and_goes_on_when_retried(bench, clock):
    first, second = bench.start(), bench.start()
    for case_id in (first, second):
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    with bench.database.start_work() as work:
        work.connection.execute(
            sa.update(Instance).where(Instance.id == first).values(state='{"v": "broken"}')
        )
    clock.advance(days=10)

    timers.fire_due(bench.database)

    assert [task.step for task in bench.open_tasks(second)] == ["meet"]
    assert bench.open_tasks(first) == []
    assert timers.fire_due(bench.database) == 0
    with bench.database.start_reading() as work:
        [incident] = incidents.list_open(work)
    assert incident.case_id == first


def test_a_message_ends_the_dossier_and_its_tasks_disappear(bench):
    case_id = bench.start()

    with bench.database.start_work(Actor(bench.officer)) as work:
        messages.send(work, case_id=case_id, name="visit_cancelled")

    assert bench.open_tasks(case_id) == []
    assert bench.ended == ["not_visited"]
    with pytest.raises(messages.NobodyWaits), bench.database.start_work() as work:
        messages.send(work, case_id=case_id, name="visit_cancelled")


def test_a_suspension_stops_the_dates_and_moves_them_on_by_what_was_lost(bench, clock):
    case_id = bench.start()
    bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    clock.advance(days=4)
    with bench.database.start_work(Actor(bench.officer)) as work:
        instances.suspend(work, case_id=case_id, until=date(2027, 2, 1), reason="arrêt maladie")
    clock.advance(days=20)
    assert timers.fire_due(bench.database) == 0

    with bench.database.start_work(Actor(bench.officer)) as work:
        instances.resume(work, case_id=case_id)

    assert timers.fire_due(bench.database) == 0
    clock.advance(days=6)
    timers.fire_due(bench.database)
    assert [task.step for task in bench.open_tasks(case_id)] == ["meet"]


def test_a_draft_is_kept_for_its_author_until_the_task_is_done(bench):
    [plan] = bench.open_tasks(bench.start())
    with bench.database.start_work(Actor(bench.officer)) as work:
        tasks.save_draft(work, task_id=plan.id, answers={"summary": "à moitié"})
    with bench.database.start_reading(Actor(bench.officer)) as work:
        assert tasks.read_draft(work, task_id=plan.id).answers == {"summary": "à moitié"}
    with bench.database.start_reading(Actor(bench.other_officer)) as work:
        assert tasks.read_draft(work, task_id=plan.id) is None

    bench.complete(plan.id, bench.officer)

    with bench.database.start_reading(Actor(bench.officer)) as work:
        assert tasks.read_draft(work, task_id=plan.id) is None
