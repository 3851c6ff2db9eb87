"""Timers that an act moves: the case wakes on their new day, and on no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.clock import local_date
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, instances, messages, timers
from tests.integration.visits import PARIS, Bench


@pytest.fixture
def bench(database) -> Bench:
    """The small process of visits, in which a timer waits for the day of the visit."""
    made = Bench(database)
    made.install()
    return made


def wakes_at(bench: Bench, case_id: UUID) -> datetime:
    """When the case's earliest timer is due."""
    root = cases.instance
    with bench.database.start_reading() as work:
        found = work.connection.execute(sa.select(root.c.wake_at).where(root.c.id == case_id)).scalar_one()
    assert found is not None
    return found


def steps_after_firing(bench: Bench, case_id: UUID) -> list[str]:
    """What is open once the due timers have fired."""
    timers.fire_due(bench.database)
    return [task.step for task in bench.open_tasks(case_id)]


@pytest.mark.parametrize("days", [3, -2])
def test_an_armed_timer_moves_and_the_case_wakes_on_its_new_day(bench, clock, days):
    case_id = bench.start()
    bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    before = wakes_at(bench, case_id)

    with bench.database.start_work(Actor(bench.officer)) as work:
        instances.move_timers(
            work, case_id=case_id, move=lambda instant, _since: instant + timedelta(days=days)
        )

    moved = wakes_at(bench, case_id)
    assert local_date(moved, PARIS) == local_date(before, PARIS) + timedelta(days=days)
    clock.set(moved - timedelta(minutes=1))
    assert steps_after_firing(bench, case_id) == []
    clock.set(moved)
    assert steps_after_firing(bench, case_id) == ["meet"]


def test_no_timer_moves_in_a_case_that_has_ended(bench):
    case_id = bench.start()
    with bench.database.start_work() as work:
        messages.send(work, case_id=case_id, name="visit_cancelled")

    with pytest.raises(instances.CaseEnded), bench.database.start_work() as work:
        instances.move_timers(work, case_id=case_id, move=lambda instant, _since: instant)
