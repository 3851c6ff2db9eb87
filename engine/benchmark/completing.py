"""P1 and P2: complete a report through the engine, beside its own statements sent without the engine."""

from __future__ import annotations

import gc
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock as clocks
from engine.benchmark import raw_bound
from engine.benchmark.figures import Figure, Times
from engine.benchmark.installation import PARIS, Bench
from engine.people.models import Assignment
from engine.persistence import idempotency
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks, timers
from engine.runtime.models import Instance

if TYPE_CHECKING:
    from engine.benchmark.raw_bound import Asked
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

STATEMENTS = 8
LIMITS = {  # What docs/benchmarks.md holds one completion to, beside the raw bound.
    "SQLite": {"milliseconds": 1.5, "one by one": 4.5},
    "PostgreSQL": {"milliseconds": 3.0, "one by one": 1.1, "pipelined": 1.6},
}
GROWTH = 1.1
STATE = 24_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How many projects, and how old the three groups are when they are timed."""

    projects: int
    middle: int
    old: int
    rounds: int


FULL = Effort(projects=60, middle=24, old=118, rounds=12)
QUICK = Effort(projects=50, middle=10, old=30, rounds=12)
GROUP_ROUNDS = 4  # Rounds in which the youngest and the oldest are timed too.


@dataclass(slots=True)
class Reports:
    """Three groups of projects of three ages, whose reports are given month after month."""

    bench: Bench
    effort: Effort
    groups: dict[str, list[UUID]] = field(default_factory=dict)
    times: dict[str, Times] = field(default_factory=lambda: defaultdict(Times))
    openings: Times = field(default_factory=Times)
    counts: list[int] = field(default_factory=list)
    sizes: dict[str, list[int]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def measure(self) -> None:
        """Let the groups grow old, then time them side by side, so that a busy minute touches all."""
        effort = self.effort
        for month in range(effort.old + effort.rounds):
            for name, age in (("old", effort.old), ("middle", effort.middle), ("young", 0)):
                if month == effort.old - age:
                    self.groups[name] = self.bench.follow(effort.projects)
            self.open_due(timed=month > effort.old)
            if month < effort.old:
                for task_id in self.bench.open_reports().values():
                    self.complete(task_id)
            else:
                self.give(month - effort.old)
            self.next_month()
        self.send_to_sleep("middle")

    def open_due(self, *, timed: bool) -> None:
        """A tick opens the reports that are due to open."""
        while True:
            started = time.perf_counter()
            done = timers.fire_due(self.bench.database)
            if not done:
                return
            if timed:
                self.openings.seconds.append((time.perf_counter() - started) / done)

    def next_month(self) -> None:
        """The same day of the next month."""
        now = self.bench.clock.now()
        today = clocks.local_date(now, PARIS)
        # The programme's time only: sessions and leases follow the machine's (D6).
        self.bench.clock.instant = now + (clocks.add_months(today, 1) - today)

    def give(self, turn: int) -> None:
        """Give every open report once: the middle group in three manners, the others as people do."""
        opened = self.bench.open_reports()
        gc.collect()
        for place in range(self.effort.projects):
            manner = ("engine", "one by one", "pipelined")[(place + turn) % self.manners]
            self.give_one(opened[self.groups["middle"][place]], manner)
            if turn < GROUP_ROUNDS:
                for name in ("young", "old"):
                    self.times[name].seconds.append(self.timed(opened[self.groups[name][place]]))
        if turn == GROUP_ROUNDS - 1:
            self.sizes = {name: self.bench.sizes(ids) for name, ids in self.groups.items()}
            self.send_to_sleep("young", "old")

    @property
    def manners(self) -> int:
        """SQLite has no round trip to save: there is no pipeline there."""
        return 2 if self.bench.database.is_sqlite else 3

    def send_to_sleep(self, *names: str) -> None:
        """Forget groups that are timed no more: nobody holds hundreds of mandates at once."""
        with self.bench.database.start_work() as work:
            today = clocks.local_date(work.now, PARIS)
            for name in names:
                ids = self.groups[name]
                work.connection.execute(sa.update(Instance).where(Instance.id.in_(ids)).values(wake_at=None))
                work.connection.execute(
                    sa.update(Assignment).where(Assignment.case_id.in_(ids)).values(valid_to=today)
                )

    def give_one(self, task_id: UUID, manner: str) -> None:
        """Complete one report, by the engine or by its bare statements."""
        if manner == "engine":
            self.times[manner].seconds.append(self.timed(task_id))
            return
        database = self.bench.rehearsals
        self.asked = raw_bound.rehearsed(
            database, lambda: self.start(database), lambda work: self.act(work, task_id)
        )
        self.counts.append(len(self.asked))
        self.times[manner].seconds.append(
            raw_bound.replayed(self.bench.database, self.asked, pipelined=manner == "pipelined")
        )

    def timed(self, task_id: UUID) -> float:
        """How long the engine takes for one report, its commit included."""
        started = time.perf_counter()
        self.complete(task_id)
        return time.perf_counter() - started

    def complete(self, task_id: UUID) -> None:
        """Complete one report as the mandatary, under an idempotency key."""
        with self.start() as work:
            self.act(work, task_id)

    def start(self, database: Database | None = None) -> UnitOfWork:
        """An act of the mandatary."""
        return (database or self.bench.database).start_work(Actor(self.bench.people["mandatary"]))

    def act(self, work: UnitOfWork, task_id: UUID) -> None:
        """What a page does when the form is sent."""
        tasks.complete(work, task_id=task_id, answers=self.answers(), channel="json")
        idempotency.remember(
            work, route="/taches", key=new_id().hex, request_hash="0" * 64, status=303, location="/taches"
        )

    def answers(self) -> dict[str, Any]:
        """A report as they are written."""
        contact_on = clocks.local_date(self.bench.clock.now() - timedelta(days=2), PARIS)
        return {
            "weather": "green", "progress": "La nouvelle ligne tourne, deux commandes de plus ce mois.",
            "jobs_created": 2, "jobs_sustained": 8, "contact_on": contact_on.isoformat(),
            "new_intervention": False,
        }  # fmt: skip


def measure(bench: Bench, *, quick: bool) -> list[Figure]:
    """Time reports of every age; the figures of P1 and P2."""
    reports = Reports(bench, QUICK if quick else FULL)
    reports.measure()
    return [*of_one_report(reports), *of_growth(reports)]


def of_one_report(reports: Reports) -> list[Figure]:
    """P1: statements, milliseconds, and both ratios to the raw bound."""
    name, times = reports.bench.name, reports.times
    limits, engine = LIMITS[name], times["engine"]
    figures = [
        Figure("P1", name, "instructions SQL d’un compte rendu, clé d’idempotence comprise",
               max(reports.counts), "", STATEMENTS, note="et une validation (commit)"),
        Figure("P1", name, "compte rendu par le moteur", engine.median, "ms", limits["milliseconds"],
               note=engine.note),
    ]  # fmt: skip
    for manner, words in (("one by one", "une à une"), ("pipelined", "en un aller-retour")):
        if manner in limits:
            raw = times[manner]
            figures += [
                Figure("P1", name, f"borne brute, instructions {words}", raw.median, "ms", note=raw.note),
                Figure("P1", name, f"moteur / borne brute {words}", engine.median / raw.median, "×",
                       limits[manner]),
            ]  # fmt: skip
    opening = reports.openings
    figures.append(Figure("P1", name, "ouverture d’un compte rendu par une minuterie, par lots",
                          opening.median, "ms", note=opening.note))  # fmt: skip
    return figures


def of_growth(reports: Reports) -> list[Figure]:
    """P2: what the oldest cost beside the youngest, and what they keep."""
    name, effort = reports.bench.name, reports.effort
    young, old = reports.times["young"], reports.times["old"]
    figures = [
        Figure("P2", name, f"compte rendu n° {first} à {first + GROUP_ROUNDS - 1}", times.median, "ms",
               note=times.note)
        for first, times in ((1, young), (effort.old + 1, old))
    ]  # fmt: skip
    figures.append(
        Figure("P2", name, "le plus ancien / le plus récent", old.median / young.median, "×", GROWTH)
    )
    figures += [
        Figure("P2", name, f"état conservé, {words}", statistics.median(reports.sizes[group]),
               "octets", STATE, note=f"au plus {max(reports.sizes[group])}")
        for group, words in (("young", "premiers comptes rendus"), ("old", "derniers"))
    ]  # fmt: skip
    return figures
