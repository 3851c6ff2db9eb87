"""P5: a tick over a million sleepers, and ten thousand timers due at once for several schedulers."""

from __future__ import annotations

import multiprocessing
import time
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import scheduler
from engine.benchmark import cloning, listing, raw_bound
from engine.benchmark.figures import Figure, Times
from engine.benchmark.installation import BASINS, Bench, Build, assignment, instance, project, task
from engine.clock import FrozenClock
from engine.people.models import Role
from engine.persistence import history
from engine.registry import versions
from engine.runtime import incidents, timers

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from engine.benchmark.raw_bound import Asked

SCHEDULERS = 4
IDLE_MILLISECONDS = 10.0
A_SECOND = 1300.0
SIGN_OFFS = 10 * BASINS  # What waits for a chair, ten in each basin.


def measure(bench: Bench, build: Build, url: str, *, quick: bool) -> list[Figure]:
    """The figures of P5; on SQLite, whose scheduler is alone, only what one process does."""
    sleepers = 100_000 if quick else 1_000_000
    due = 1_000 if quick else 10_000
    schedulers = 1 if bench.database.is_sqlite else SCHEDULERS
    figures = idle_ticks(bench, sleepers)
    for spread in (1,) if quick or bench.database.is_sqlite else (1, BASINS):
        figures += many_due(bench, build, url, count=due, spread=spread, schedulers=schedulers)
    return figures


def idle_ticks(bench: Bench, sleepers: int) -> list[Figure]:
    """A tick with nothing due, among sleepers."""
    [model] = bench.follow(1)
    wake_at = cloning.instants(bench.database, "2200-01-01 00:00:00", step=60, cycle=500_000)
    with bench.database.start_work() as work:
        work.connection.execute(sa.update(instance).values(wake_at=None))
        cloning.number_ids(work.connection, sleepers)
        # A short state: a tick reads none of them, and a gigabyte of states would only be written.
        changes = {
            "id": "u", "case_id": "u", "wake_at": wake_at, "state": "''", "marking": "''",
            "anchored_length": "history_length",
            "basin_id": f"{bench.basin_id} + n - n / {BASINS} * {BASINS}",
        }  # fmt: skip
        cloning.clone(work.connection, instance, model, changes)
        await_chairs(bench, work.connection)
    cloning.settle(bench.database)
    asked: list[Asked] = []
    times = idle_times(lambda: timers.fire_due(bench.database), turns=320)
    asked = raw_bound.statements_of(bench.database, lambda: _tick(bench))
    name = bench.name
    figures = [
        Figure("P5", name, f"battement sans rien d’échu, {sleepers} projets endormis", times.median, "ms",
               IDLE_MILLISECONDS, note=times.note),
        Figure("P5", name, "instructions SQL de ce battement (aucun projet lu)", len(asked), "", 1),
    ]  # fmt: skip
    for tick in scheduler.TICKS[1:]:  # The first is that of the timers.
        tick.run(bench.engine)  # What a night or a month has to do once is done.
        times = idle_times(partial(tick.run, bench.engine), turns=60)
        what = f"battement « {tick.name} » sans rien à faire, {sleepers} projets endormis"
        figures.append(Figure("P5", name, what, times.median, "ms", IDLE_MILLISECONDS, note=times.note))
    return figures


def await_chairs(bench: Bench, connection: sa.Connection) -> None:
    """Some of the sleepers wait for their chair's signature, as a few in each basin always do."""
    waiting = connection.execute(
        sa.select(instance.c.id, instance.c.basin_id).where(instance.c.state == "").limit(SIGN_OFFS)
    )
    rows = [
        {**listing.open_task(bench, row.id), "basin_id": row.basin_id, "role": Role.CHAIR.value}
        for row in waiting
    ]
    connection.execute(task.insert(), rows)


def idle_times(run: Callable[[], int], *, turns: int) -> Times:
    """How long a tick takes that finds nothing to do; the first twenty turns do not count."""
    times = Times()
    for turn in range(turns):
        started = time.perf_counter()
        if run():
            raise RuntimeError("something was to be done among the sleepers")
        if turn >= 20:
            times.seconds.append(time.perf_counter() - started)
    return times


def _tick(bench: Bench) -> None:
    timers.fire_due(bench.database)


def many_due(
    bench: Bench, build: Build, url: str, *, count: int, spread: int, schedulers: int
) -> list[Figure]:
    """Timers due at once, fired by several processes; one project is poisoned."""
    lay_down(bench, count, spread)
    bench.database.dispose()
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(schedulers)]
    children = [
        context.Process(target=fire_all, args=(build, url, bench.clock.now(), theirs), daemon=True)
        for _, theirs in pipes
    ]
    for child in children:
        child.start()
    for mine, _ in pipes:
        mine.recv()  # Each has its modules loaded and its diagrams parsed.
    started = time.perf_counter()
    for mine, _ in pipes:
        mine.send("go")
    fired = [mine.recv() for mine, _ in pipes]
    taken = time.perf_counter() - started
    for child in children:
        child.join()
    wrong, held = check(bench, count)
    where = "un bassin" if spread == 1 else f"{spread} bassins"
    what = f"minuteries échues d’un coup, {where}, {schedulers} ordonnanceur(s)"
    name = bench.name
    return [
        Figure("P5", name, what, sum(fired) / taken, "par seconde",
               A_SECOND if schedulers > 1 else None, at_least=True,
               note=f"{count} en {taken:.1f} s, chacune ouvre un compte rendu et écrit un courriel"),
        Figure("P5", name, "minuteries tirées deux fois, ou jamais", wrong, "", 0),
        Figure("P5", name, "projets empoisonnés retenus, les autres servis", held, "", 1, at_least=True),
    ]  # fmt: skip


def lay_down(bench: Bench, count: int, spread: int) -> None:
    """Projects whose report opens now, in one basin or spread over several."""
    [model] = bench.follow(1)
    with bench.database.start_work() as work:
        numbers = range(bench.basin_id, bench.basin_id + spread)
        connection = work.connection
        [mandate] = connection.scalars(sa.select(assignment.c.id).where(assignment.c.case_id == model))
        cloning.number_ids(connection, count)
        turns = " ".join(f"WHEN {turn} THEN {number}" for turn, number in enumerate(numbers))
        same = {"basin_id": f"CASE n - n / {spread} * {spread} {turns} END"}
        reference = f"'D{spread}-' || n"
        cloning.clone(connection, project, model, {"id": "u", "reference": reference, **same})
        cloning.clone(connection, assignment, mandate, {
            "id": cloning.NEW_ID[connection.dialect.name], "case_id": "u", **same,
        })  # fmt: skip
        cloning.clone(
            connection, instance, model, {"id": "u", "case_id": "u", "reference": reference, **same}
        )
        connection.execute(sa.update(instance).where(instance.c.id == model).values(state='{"format": 0}'))
        work.connection.exec_driver_sql("CREATE TABLE measured_due AS SELECT u FROM fresh")
    cloning.settle(bench.database)


def check(bench: Bench, count: int) -> tuple[int, int]:
    """How many of the projects did not fire exactly once, and how many incidents hold the poisoned one."""
    entries = history.history
    with bench.database.start_work() as work:
        once = work.connection.execute(
            sa.text(
                # Each project's own rows are counted by its index: a join would try all against all.
                "SELECT count(*) FROM measured_due AS due WHERE"
                f" (SELECT count(*) FROM {entries.name} WHERE chain_id = due.u"
                "   AND kind = 'runtime.timer.fired') = 1"
                f" AND (SELECT count(*) FROM {task.name} WHERE case_id = due.u AND closed_at IS NULL) = 1"
            )
        ).scalar_one()
        held = len(incidents.list_open(work))
        work.connection.exec_driver_sql("DROP TABLE measured_due")
        work.connection.execute(sa.update(instance).values(wake_at=None))
    return count - int(once), held


def fire_all(build: Build, url: str, instant: datetime, pipe: Connection[Any, Any]) -> None:
    """A scheduler in a process of its own: fire until nothing is due, then say how many."""
    engine = build(url, FrozenClock(instant))
    warm(engine)
    pipe.send("ready")
    pipe.recv()
    done = 0
    while woken := timers.fire_due(engine.database):
        done += woken
    pipe.send(done)
    engine.close()


def warm(engine: Any) -> None:
    """Parse the diagrams once, as a scheduler that has run for a while has."""
    with engine.database.start_reading() as work:
        version_id = work.connection.execute(
            sa.select(instance.c.version_id).where(instance.c.wake_at <= work.now).limit(1)
        ).scalar_one()
        versions.specification(work, version_id=version_id, process="project")
