"""Waiting, working and waiting for a third party: the facts that figures read, checked by hand (D21, D23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.runtime import tasks
from engine.runtime.models import Task
from tests.integration.programme import DIAGNOSTIC, PARIS, Programme

DAY = 86_400


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def closed_task(programme, step):
    """The completed task of a step."""
    [done] = [each for each in programme.rows(Task) if each.step == step and each.closed_at is not None]
    return done


def put_on_hold(programme, task, *, by, days):
    """A task waits for the firm, for some days from today."""
    with programme.work_as(by) as work:
        tasks.await_third_party(
            work, task_id=task.id, until=programme.today + timedelta(days=days), cause="firm", reason="Bilan."
        )


def end_of_day(day):
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=PARIS)


def test_waiting_runs_to_the_claim_and_working_to_the_day_of_the_act(programme, clock):
    programme.open()
    task = programme.task("qualify")
    clock.advance(days=2)
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)
    clock.advance(days=3)
    programme.complete("qualify", "officer", programme.qualification())

    done = closed_task(programme, "qualify")
    assert (done.waiting_seconds, done.working_seconds, done.awaited_seconds) == (2 * DAY, 3 * DAY, 0)


def test_a_wait_for_a_third_party_is_apart_and_ends_with_the_day_it_was_to_end(programme, clock):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    task = programme.task("preliminary_diagnostic")
    clock.advance(days=1)
    put_on_hold(programme, task, by="prescriber", days=3)
    opened, held = task.opened_at, clock.instant
    until = end_of_day(programme.today + timedelta(days=3))
    clock.advance(days=10)
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    done = closed_task(programme, "preliminary_diagnostic")
    awaited = int((until.astimezone(UTC) - held).total_seconds())
    assert abs(done.awaited_seconds - awaited) <= 1
    total = int((clock.instant - opened).total_seconds())
    assert done.waiting_seconds + done.working_seconds + done.awaited_seconds == total


def test_two_waits_do_not_count_the_days_between_them(programme, clock):
    programme.open()
    task = programme.task("qualify")
    put_on_hold(programme, task, by="officer", days=3)
    first = end_of_day(programme.today + timedelta(days=3)) - clock.instant
    clock.advance(days=10)

    put_on_hold(programme, task, by="officer", days=2)
    second = end_of_day(programme.today + timedelta(days=2)) - clock.instant
    clock.advance(days=10)
    programme.complete("qualify", "officer", programme.qualification())

    done = closed_task(programme, "qualify")
    assert abs(done.awaited_seconds - (first + second).total_seconds()) <= 2
    assert done.waiting_seconds + done.working_seconds + done.awaited_seconds == 20 * DAY


def test_a_wait_before_the_claim_is_not_counted_twice(programme, clock):
    programme.open()
    task = programme.task("qualify")
    put_on_hold(programme, task, by="officer", days=30)
    clock.advance(days=10)
    with programme.work_as("officer") as work:
        tasks.resume(work, task_id=task.id)
    clock.advance(days=2)
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)
    clock.advance(days=1)
    programme.complete("qualify", "officer", programme.qualification())

    done = closed_task(programme, "qualify")
    assert done.awaited_seconds == 10 * DAY
    assert done.waiting_seconds + done.working_seconds == 3 * DAY


def test_a_wait_longer_than_the_act_took_is_cut_to_it(programme, clock):
    programme.open()
    task = programme.task("qualify")
    put_on_hold(programme, task, by="officer", days=30)
    clock.advance(days=10)
    with programme.work_as("officer") as work:
        tasks.resume(work, task_id=task.id)
    programme.complete(
        "qualify", "officer", programme.qualification(), occurred_on=programme.today - timedelta(days=7)
    )

    done = closed_task(programme, "qualify")
    total = done.waiting_seconds + done.working_seconds + done.awaited_seconds
    assert total <= 4 * DAY
    assert done.working_seconds == 0
