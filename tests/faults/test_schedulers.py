"""Promises 4 and 5: a timer fires exactly once, whoever dies, whatever the clocks say, however late."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import clock as clocks
from engine.clock import FrozenClock
from engine.persistence import anchors, history
from engine.persistence.database import Database
from engine.runtime import cases, timers
from tests.effort import dice, times
from tests.integration.visits import PARIS, Bench

# Clocks go forward in the night of 27 to 28 March 2027, and back in that of 30 to 31 October.
SPRING = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)
AUTUMN = datetime(2027, 10, 29, 9, 0, tzinfo=UTC)


def waiting_cases(bench: Bench, clock: FrozenClock, start: datetime, count: int) -> None:
    """Dossiers whose visit is one to four days away, across the night when the clocks change."""
    clock.set(start)
    for number in range(count):
        bench.visit_in = timedelta(days=1 + number % 4)
        case_id = bench.start()
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)


def fired(bench: Bench) -> Counter:
    """How often each dossier's timer fired, by its history."""
    table = history.history
    with bench.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
        return Counter(
            work.connection.scalars(sa.select(table.c.chain_id).where(table.c.kind == "runtime.timer.fired"))
        )


def scheduler(bench: Bench, url: str, seed: str, start: datetime, *, latest: int) -> None:
    """A scheduler whose clock jumps, and who dies at some statement: what a child process does."""
    own = random.Random(seed)
    clock = FrozenClock(start)
    bench.database = Database(url, clock=clock)
    bench.database.sources.insert(0, cases.CaseHeads())
    bench.database.domain = bench.domain()
    left = own.randrange(5, latest)

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(bench.database.engine, "before_cursor_execute", count)
    sa.event.listen(bench.database.engine, "commit", count)
    for _ in range(60):
        clock.set(start + timedelta(hours=own.randrange(0, 24 * 6)))  # Forward or back, at each tick.
        timers.fire_due(bench.database, at_most=own.choice([1, 3, 20]))


def born(bench: Bench, url: str, seed: str, start: datetime, *, latest: int) -> int:
    """Start a scheduler in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            scheduler(bench, url, seed, start, latest=latest)
        finally:
            os._exit(0)
    return child


@pytest.mark.parametrize("start", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_several_schedulers_that_die_and_whose_clocks_jump_fire_each_timer_once(database, clock, start):
    bench = Bench(database)
    bench.install()
    waiting_cases(bench, clock, start, times(24, 400))
    fate = dice("schedulers", start, database.engine.dialect.name)
    deaths = 0
    for generation in range(times(3, 12)):
        database.dispose()
        # The first of each generation certainly dies: sixty ticks read sixty times, even with nothing due.
        children = [
            born(bench, database.url, f"{fate.random()}/{generation}/{place}", start, latest=latest)
            for place, latest in enumerate((60, 400, 400, 400))
        ]
        for child in children:
            _, status = os.waitpid(child, 0)
            deaths += os.WIFSIGNALED(status)

    clock.set(start + timedelta(days=6))
    while timers.fire_due(database):
        pass

    counted = fired(bench)
    assert len(counted) == times(24, 400)
    assert set(counted.values()) == {1}
    with database.start_reading() as work:
        opened = Counter(work.connection.scalars(sa.text("SELECT case_id FROM task WHERE step = 'meet'")))
    assert set(opened.values()) == {1}
    assert len(opened) == len(counted)
    assert deaths, "nobody was killed: the test proves nothing"


def test_no_timer_fires_before_its_local_midnight_even_when_the_clocks_change(database, clock):
    bench = Bench(database)
    bench.install()
    waiting_cases(bench, clock, SPRING, 4)
    instants = []
    for _ in range(24 * 5):
        clock.advance(hours=1)
        if timers.fire_due(database):
            instants.append(clock.now())

    midnights = [clocks.start_of_day((SPRING + timedelta(days=days)).date(), PARIS) for days in (1, 2, 3, 4)]
    assert [instant.hour for instant in midnights] == [23, 23, 22, 22]
    assert instants == midnights


def test_after_an_outage_what_was_due_fires_once_each_in_the_order_of_its_dates(sqlite, clock):
    bench = Bench(sqlite)
    bench.install()
    waiting_cases(bench, clock, SPRING, 12)
    clock.advance(days=40)

    assert timers.fire_due(sqlite) == 12
    assert timers.fire_due(sqlite) == 0

    table = history.history
    with sqlite.start_reading() as work:
        due = work.connection.scalars(
            sa.select(table.c.data).where(table.c.kind == "runtime.timer.fired").order_by(table.c.seq)
        ).all()
    assert len(due) == 12
    assert due == sorted(due)
