"""A database too busy, or gone for an instant, is nobody's mistake: no incident, and it is tried again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.persistence.database import Busy, Database
from engine.runtime import incidents, timers
from tests.conftest import postgres_database
from tests.integration.visits import Bench


@pytest.fixture
def bench(postgres_server, postgres_template, clock):
    """The small process, on PostgreSQL: SQLite has one writer, who waits for nobody once begun."""
    for database in postgres_database(postgres_server, postgres_template, clock):
        made = Bench(database)
        made.install()
        yield made


def waiting_for_a_row(bench: Bench, step: str) -> None:
    """Have a step's operation wait, a short time, for a row that somebody else holds."""
    operation = bench.database.domain.operations[step]

    def wait(act):
        act.work.connection.execute(sa.text("SET LOCAL lock_timeout = '30ms'"))
        act.work.connection.execute(sa.text("SELECT 1 FROM basin WHERE id = 1 FOR UPDATE"))
        return operation(act)

    bench.database.domain.operations[step] = wait


def open_incidents(database: Database):
    with database.start_reading() as work:
        return incidents.list_open(work)


def test_an_act_whose_operation_waits_too_long_is_refused_as_busy_and_can_be_done_again(bench):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    waiting_for_a_row(bench, "tests.plan")

    with bench.database.start_work() as holder:
        holder.connection.execute(sa.text("SELECT 1 FROM basin WHERE id = 1 FOR UPDATE"))
        with pytest.raises(Busy):
            bench.complete(plan.id, bench.officer)

    bench.complete(plan.id, bench.officer)
    assert bench.told == ["plan"]
    assert open_incidents(bench.database) == []


def test_a_timer_that_waits_too_long_is_left_for_the_next_tick_without_an_incident(bench, clock):
    cases = [bench.start() for _ in range(2)]
    for case_id in cases:
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    clock.advance(days=10)
    cast = bench.database.domain.cast

    def busy_cast(work, case, role, position, instance_id):
        if case.id == cases[0]:
            work.connection.execute(sa.text("SET LOCAL lock_timeout = '30ms'"))
            work.connection.execute(sa.text("SELECT 1 FROM basin WHERE id = 1 FOR UPDATE"))
        return cast(work, case, role, position, instance_id)

    object.__setattr__(bench.database.domain, "cast", busy_cast)
    with bench.database.start_work() as holder:
        holder.connection.execute(sa.text("SELECT 1 FROM basin WHERE id = 1 FOR UPDATE"))
        assert timers.fire_due(bench.database) == 1
    assert [task.step for task in bench.open_tasks(cases[1])] == ["meet"]
    assert bench.open_tasks(cases[0]) == []
    assert open_incidents(bench.database) == []

    assert timers.fire_due(bench.database) == 1
    assert [task.step for task in bench.open_tasks(cases[0])] == ["meet"]
