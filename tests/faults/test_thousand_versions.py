"""A long batch is killed half-way: what was moved stays moved, and the rest is, once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.benchmark import version_changing
from engine.people.models import Role
from engine.persistence import anchors, history
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, timers, version_change
from engine.runtime.models import Instance, Task
from engine.runtime.version_change import moving
from tests import effort
from tests.faults import killing
from tests.faults.trials import opened
from tests.integration.test_benchmark import new_bench

STATEMENTS = 8  # Of each project: see tests/integration/test_version_change.py.


@pytest.fixture
def bench(address, tmp_path):
    """Projects by the hundred, their report open."""
    with new_bench(address, tmp_path) as bench:
        yield bench


def on(bench, version_id):
    """How many projects, and how many open tasks, are on a version."""
    with bench.database.start_reading() as work:
        return [
            work.connection.execute(
                sa.select(sa.func.count()).select_from(table).where(table.version_id == version_id, still)
            ).scalar_one()
            for table, still in ((Instance, Instance.ended_at.is_(None)), (Task, Task.closed_at.is_(None)))
        ]


def test_a_batch_killed_half_way_is_taken_up_again_where_it_stopped(bench):
    count = effort.times(120, 1_000)
    ids = bench.follow(count)
    while timers.fire_due(bench.database):
        pass
    former, target = bench.version_id, version_changing.publish(bench)
    with bench.database.start_work(Actor(bench.people[Role.OPERATOR])) as work:
        batch_id = version_change.order(
            work, basin_id=bench.basin_id, case_ids=ids, to_version_id=target, reason="Essai."
        )
    address = bench.engine.settings.database_url
    for database in (bench.database, bench.rehearsals):
        database.dispose()

    # Each statement has two sides, each project a commit: this falls well within the batch.
    boundary = count * STATEMENTS + effort.dice("half-way").randrange(count)
    assert killing.in_a_child(
        address, bench.clock.instant, lambda database: version_change.carry_out(database, batch_id), boundary
    )

    moved, followed = on(bench, target)
    assert 0 < moved < count
    assert followed == moved
    assert on(bench, former) == [count - moved, count - moved]
    another = opened(address, bench.clock.instant)
    assert version_change.carry_out(another, batch_id) == count - moved
    another.dispose()
    assert on(bench, target) == [count, count]
    with bench.database.start_reading(Actor(bench.people[Role.OPERATOR])) as work:
        report = version_change.report(work, batch_id)
        entries = history.history
        told = work.connection.execute(
            sa.select(sa.func.count(), sa.func.count(entries.c.chain_id.distinct())).where(
                entries.c.kind == moving.CHANGED
            )
        ).one()
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
    assert (report.counts, bool(report.ended_at)) == ({"moved": count}, True)
    assert tuple(told) == (count, count)
