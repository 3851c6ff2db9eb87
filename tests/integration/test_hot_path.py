"""What does not depend on the machine: how many statements an act costs, what it reads, what it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.clock import add_months
from engine.persistence import idempotency
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.runtime import tasks, timers
from engine.runtime.models import Instance
from tests.integration.programme import REPORT, Programme

SMALL = 8_000  # Bytes of saved state, whatever the age.


@dataclass
class Seen:
    """What a database was asked: statements, rows sent with each, commits."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    @property
    def count(self) -> int:
        """Statements but BEGIN: an executemany is one."""
        return sum(not statement.startswith("BEGIN") for statement in self.statements)


@contextmanager
def watched(database: Database) -> Iterator[Seen]:
    """Count what is asked of a database inside the block."""
    seen = Seen()

    def statement(*call: object) -> None:
        seen.statements.append(" ".join(str(call[2]).split()))

    def commit(_: object) -> None:
        seen.commits += 1

    sa.event.listen(database.engine, "before_cursor_execute", statement)
    sa.event.listen(database.engine, "commit", commit)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", statement)
        sa.event.remove(database.engine, "commit", commit)


@pytest.fixture
def labelled(database, clock):
    """A labelled project whose mandatary reports every month for four years."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide(cadence_months=1, follow_up_months=48)
    programme.prepare()
    for position in range(4):
        programme.sign(position)
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True})
    return programme


def report(programme: Programme, *, key: str) -> Seen:
    """Give the open report, under an idempotency key, as a page does."""
    task = programme.task("follow_up_report")
    answers = {**REPORT, "contact_on": programme.today.isoformat()}
    mandatary = Actor(programme.people["mandatary"])
    with watched(programme.database) as seen, programme.database.start_work(mandatary) as work:
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")
        idempotency.remember(work, route="r", key=key, request_hash="h", status=303, location="/taches")
    return seen


def instance_of(programme: Programme) -> Instance:
    """The project's root row."""
    with programme.database.start_reading() as work:
        return work.database.get_one(Instance, programme.case_id)


def test_forty_reports_cost_the_same_and_keep_the_same(labelled):
    """The fortieth report asks as much of the database as the second, and the state has not grown."""
    sizes, counts = [], []
    for number in range(1, 41):
        labelled.play_until(add_months(date(2026, 11, 16), number) - timedelta(days=3))
        seen = report(labelled, key=f"k{number}")
        instance = instance_of(labelled)
        sizes.append((len(instance.state), len(instance.marking)))
        counts.append(seen.count)
        assert seen.commits == 1
        assert seen.count <= 8, "\n".join(seen.statements)

    assert len(set(counts[1:])) == 1
    assert max(state for state, _ in sizes) <= SMALL
    # The digits of the report's number, and the eighteen months once they are over.
    assert max(sizes[-1]) - max(sizes[0]) <= 40, sizes
    assert len(set(sizes[-12:])) == 1, sizes


def test_a_report_left_in_draft_costs_one_statement_more(labelled):
    labelled.play_until(date(2026, 12, 10))
    task = labelled.task("follow_up_report")
    with labelled.work_as("mandatary") as work:
        tasks.save_draft(work, task_id=task.id, answers={"progress": "Bien."})

    seen = report(labelled, key="k1")

    assert [each for each in seen.statements if each.startswith("DELETE FROM draft")]
    assert seen.count <= 8
    with labelled.work_as("mandatary") as work:
        assert tasks.read_draft(work, task_id=task.id) is None


def test_claiming_costs_four_statements_and_one_commit(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    task = programme.task("qualify")
    with watched(database) as seen, programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)

    # The lock, the task, the project's row with its version and its chain's head, the history.
    assert (seen.count, seen.commits) == (4, 1), seen.statements


def plan_of(work: UnitOfWork) -> str:
    """How the database looks for what is due."""
    due = "SELECT id FROM instance WHERE wake_at <= :now ORDER BY wake_at LIMIT 20"
    is_sqlite = work.connection.dialect.name == "sqlite"
    if not is_sqlite:
        work.connection.execute(sa.text("SET LOCAL enable_seqscan = off"))  # The table is tiny here.
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    return str(work.connection.execute(sa.text(explain + due), {"now": work.now}).all())


def test_a_tick_with_nothing_due_reads_no_sleeper(labelled):
    sleeping = instance_of(labelled)
    assert sleeping.wake_at is not None
    with watched(labelled.database) as seen:
        assert timers.fire_due(labelled.database) == 0

    [asked] = [each for each in seen.statements if not each.startswith("BEGIN")]
    assert "wake_at <=" in asked
    with labelled.database.start_reading() as work:
        plan = plan_of(work)
    assert "instance_wake_at" in plan


def test_a_report_that_opens_is_one_commit_whatever_it_announces(labelled):
    """A tick: the claim, its holder, the calendar, then the writes of the batch in one round trip."""
    labelled.clock.set(labelled.clock.instant + timedelta(days=20))
    with watched(labelled.database) as seen:
        assert timers.fire_due(labelled.database) == 1

    assert labelled.steps() == ["follow_up_report"]
    assert seen.commits == 1
    assert seen.count <= 8, seen.statements
