"""A file of projects taken over, all or nothing: what it would give, then the same for good (D15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.adoption import checking, columns, grids, lines, taking_over
from engine.adoption.problems import Problem, ToCorrect
from engine.people import basins
from engine.people.models import Person
from engine.projects.recording import find
from engine.runtime.models import Task
from forms.adoption import SIGNED, Stage
from forms.texts import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from typing import Any

    from engine.adoption.reading import Table
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that opens: what, whose, for when."""

    title: str
    role: str
    person: str | None
    due_on: date


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A project taken over: its line, where it stands, who has what to do, the days it is heading for."""

    number: int
    project_id: UUID
    reference: str
    firm: str
    stage: Stage
    tasks: tuple[Waiting, ...]
    next_report_on: date | None
    closing_from: date | None


@dataclass(slots=True)
class Outcome:
    """What a file came to: what was taken over, and what had been already."""

    taken_over: list[TakenOver] = field(default_factory=list)
    already: list[tuple[int, UUID, str, str]] = field(default_factory=list)


class Rehearsed(Exception):
    """What a file would give; leaving the unit of work by it undoes everything."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def undo(outcome: Outcome) -> NoReturn:
    """Leave the unit of work with what a file would give, and without having done it. Raises `Rehearsed`."""
    raise Rehearsed(outcome)


def take_over(work: UnitOfWork, table: Table, *, basin_id: int) -> Outcome:
    """Take over every project of a file in this one act, but for those that were taken over already.

    Raises `ToCorrect` with every problem of every line, and then nothing is: the act is undone.
    """
    basins.lock(work, basin_id)  # Two officers with the same file take turns.
    projects = lines.read(work, table, basin_id=basin_id)
    found = checking.check(work, projects, basin_id=basin_id)
    problems = [problem for project in projects for problem in project.problems]
    if problems:
        raise ToCorrect(problems)
    outcome = Outcome(already=found.already)
    for each in found.ready:
        taking_over.pass_over_numbers(work, each.answers, basin_id=basin_id)  # Before any other is given.
    for each in found.ready:
        outcome.taken_over.append(taken_over(work, each.number, each.answers, basin_id=basin_id))
    if outcome.taken_over:
        chain = basins.chain_of(work, basin_id)
        work.record(
            "adoption.file.adopted", chain=chain, subject=chain, basin_id=basin_id,
            projects=len(outcome.taken_over), already=len(outcome.already),
        )  # fmt: skip
    return outcome


def problems_of_table(work: UnitOfWork, table: Table, *, basin_id: int) -> list[Problem]:
    """Everything wrong with a file, without taking anything over."""
    try:
        projects = lines.read(work, table, basin_id=basin_id)
    except ToCorrect as refusal:
        return refusal.problems
    checking.check(work, projects, basin_id=basin_id)
    return [problem for project in projects for problem in project.problems]


def taken_over(work: UnitOfWork, number: int, answers: Mapping[str, Any], *, basin_id: int) -> TakenOver:
    """Take one line over. Raises `ToCorrect` on the line for what the engine refuses of it."""
    try:
        project_id = taking_over.take_over(work, basin_id=basin_id, answers=answers)
    except errors.InvalidAnswers as refusal:
        raise ToCorrect(list(problems_of(number, refusal))) from refusal
    return shown(work, number, project_id, answers)


def problems_of(number: int, refusal: errors.InvalidAnswers) -> Sequence[Problem]:
    """What refuses a line, by column."""
    found = []
    for path, sentences in refusal.messages.items():
        column = columns.of_path(path)
        found += [
            Problem(str(each), number, column, each.values if isinstance(each, Message) else {})
            for each in sentences
        ]
    return found


def shown(work: UnitOfWork, number: int, project_id: UUID, answers: Mapping[str, Any]) -> TakenOver:
    """What a project that was just taken over is heading for."""
    work.flush()
    project = find(work, project_id)
    is_followed = SIGNED.holds(answers)
    today = basins.today(work, project.basin_id)
    return TakenOver(
        number,
        project_id,
        project.reference,
        project.firm,
        answers["stage"],
        tuple(tasks_of(work, project_id)),
        grids.due_on(answers, today) if is_followed else None,
        project.follow_up_ends_on,
    )


def tasks_of(work: UnitOfWork, project_id: UUID) -> Sequence[Waiting]:
    """The open tasks of a project, the most urgent first."""
    rows = work.connection.execute(
        sa.select(Task.title, Task.role, Person.full_name, Task.due_on)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id == project_id, Task.closed_at.is_(None))
        .order_by(Task.due_at, Task.id)
    )
    return [Waiting(*row) for row in rows]
