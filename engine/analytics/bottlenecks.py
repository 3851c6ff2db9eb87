"""Where time goes: step by step, how long, how late, what waits now, since when and for whom (D23)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from engine.analytics import facts, waiting
from engine.analytics.facts import StepFacts
from engine.analytics.waiting import OpenTask

if TYPE_CHECKING:
    from engine.analytics.questions import Question
    from engine.persistence.unit_of_work import UnitOfWork

OLDEST = 10


@dataclass(slots=True)
class Queue:
    """Tasks that wait: how many, the oldest since when, how many past due."""

    waiting: int = 0
    oldest_since: datetime | None = None
    late: int = 0
    late_at_first: int = 0  # Among the late: those whose new mandatary is still in time (D9).
    suspended: int = 0

    def add(self, task: OpenTask) -> None:
        """Count one more."""
        self.waiting += 1
        self.late += task.is_late
        self.late_at_first += task.is_late_at_first
        self.suspended += task.suspended
        if self.oldest_since is None or task.opened_at < self.oldest_since:
            self.oldest_since = task.opened_at


@dataclass(slots=True)
class StepFigures:
    """One step: what was completed in the period, and what was open at the instant asked about."""

    completed: StepFacts
    open: Queue = field(default_factory=Queue)
    held: Counter[str] = field(default_factory=Counter)  # « En attente de … », by third party.
    title: str = ""  # As its open tasks have it; diagrams name the others.

    @property
    def key(self) -> tuple[str, str]:
        """The step of the reference: process and step."""
        return self.completed.process, self.completed.step

    @property
    def late_share(self) -> float | None:
        """The share of the completed tasks that were done after their due day."""
        done = self.completed
        return done.late / done.completed if done.completed else None


@dataclass(slots=True)
class WhomFigures:
    """Whom things wait for, over every step: what is open, and where the time of the period went."""

    waits_for: str
    open: Queue = field(default_factory=Queue)
    completed: int = 0
    late: int = 0
    total_seconds: int = 0


@dataclass(frozen=True, slots=True)
class WaitingProject:
    """A project and the open task that has waited longest in it."""

    case_id: UUID
    basin_id: int
    reference: str
    firm: str
    task: OpenTask


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """The answer to a question; `by_classes` when durations are known to 2.5 % only."""

    question: Question
    until: datetime
    steps: Sequence[StepFigures]  # The one that took the most time first.
    whom: Sequence[WhomFigures]
    oldest: Sequence[WaitingProject]
    open: Queue
    by_classes: bool

    @property
    def completed(self) -> int:
        """How many tasks were completed in the period."""
        return sum(each.completed.completed for each in self.steps)

    @property
    def total_seconds(self) -> int:
        """All the time that the completed tasks took."""
        return sum(each.completed.total_seconds for each in self.steps)


def read(work: UnitOfWork, question: Question) -> Bottlenecks:
    """Answer a question from task facts, in two statements (three for an earlier `as_of`).

    A task counts in the period by the day it was done (D1), if it had been recorded by `as_of`; it is
    open at `as_of` if it had been opened and not closed by then. So the answer is that of the last
    click, and with an earlier `as_of` it never moves.
    """
    completed, by_classes = facts.read(work, question)
    open_tasks = waiting.read(work, question)
    every = Queue()
    for each in open_tasks:
        every.add(each)
    return Bottlenecks(
        question=question,
        until=question.until(work),
        steps=by_step(completed, open_tasks),
        whom=by_whom(completed, open_tasks),
        oldest=oldest(open_tasks),
        open=every,
        by_classes=by_classes,
    )


def by_step(completed: Iterable[StepFacts], open_tasks: Iterable[OpenTask]) -> list[StepFigures]:
    """The figures of each step, the one that took the most time first."""
    steps = {(each.process, each.step, each.waits_for): StepFigures(each) for each in completed}
    for task in open_tasks:
        key = (task.process, task.step, task.waits_for)
        figures = steps.setdefault(key, StepFigures(StepFacts(*key)))
        figures.open.add(task)
        figures.title = task.title
        if task.is_held:
            figures.held[task.awaiting or ""] += 1
    return sorted(
        steps.values(),
        key=lambda each: (
            -each.completed.total_seconds,
            -each.open.waiting,
            each.key,
            each.completed.waits_for,
        ),
    )


def by_whom(completed: Iterable[StepFacts], open_tasks: Iterable[OpenTask]) -> list[WhomFigures]:
    """The figures of each person or body that things wait for, the longest queue first."""
    found: defaultdict[str, WhomFigures] = defaultdict(lambda: WhomFigures(""))

    def of(whom: str) -> WhomFigures:
        figures = found[whom]
        figures.waits_for = whom
        return figures

    for each in completed:
        figures = of(each.waits_for)
        figures.completed += each.completed
        figures.late += each.late
        figures.total_seconds += each.waiting_seconds + each.working_seconds
        if each.awaited_seconds:
            of("third_party").total_seconds += each.awaited_seconds
    for task in open_tasks:
        of(task.waits_for_whom).open.add(task)
    return sorted(found.values(), key=lambda each: (-each.open.waiting, -each.total_seconds, each.waits_for))


def tightest(steps: Iterable[StepFigures]) -> StepFigures | None:
    """The step that holds things up most at the instant asked about: most late, then waiting for longest."""
    open_now = [each for each in steps if each.open.waiting > each.open.suspended]
    return min(open_now, key=lambda each: (-each.open.late, each.open.oldest_since), default=None)


def oldest(open_tasks: Iterable[OpenTask]) -> list[WaitingProject]:
    """The projects whose oldest open task has waited longest; a suspended one waits for nobody.

    Tasks come the oldest first.
    """
    found: dict[UUID, WaitingProject] = {}
    for task in open_tasks:
        if not task.suspended and task.case_id not in found:
            found[task.case_id] = WaitingProject(task.case_id, task.basin_id, task.reference, task.firm, task)
    return list(found.values())[:OLDEST]
