"""What happened on a dossier, what is asked of whom now, and which dates are to come."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.people import basins, persons
from engine.people.models import Person
from engine.persistence import history
from engine.projects import reports
from engine.projects.grid import Grid
from engine.projects.models import Project
from engine.projects.recording import find
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# What the runtime notes for itself; people read what was done, by whom.
MACHINERY = (
    "runtime.instance.", "runtime.message.", "runtime.timer.", "runtime.tasks.", "runtime.task.opened",
    "runtime.task.interrupted", "people.role.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a dossier's history, with the names of those who acted."""

    number: int
    kind: str
    recorded_at: datetime
    occurred_on: date | None
    actor: str | None
    on_behalf_of: str | None
    capacity: str | None
    subject_id: UUID
    details: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Next:
    """One thing that is awaited now: what, of whom, by when, and what it waits for."""

    task_id: UUID
    title: str
    step: str
    role: str
    person: str | None
    opened_on: date
    due_on: date
    waits_for: str
    awaiting: str | None
    awaiting_until: date | None


@dataclass(frozen=True, slots=True)
class DateToCome:
    """A day that the dossier is heading for."""

    on: date
    what: str
    is_task: bool = False


def timeline(
    work: UnitOfWork,
    project_id: UUID,
    *,
    everything: bool = False,
    before: int | None = None,
    at_most: int = 500,
) -> list[Event]:
    """What happened on a dossier, the latest first; `everything` includes the machinery's own entries.

    `before` is the number of the last entry shown: what follows it.
    """
    table = history.history
    found = [table.c.chain_id == project_id]
    if before is not None:
        found.append(table.c.number < before)
    if not everything:
        found += [sa.not_(table.c.kind.startswith(prefix)) for prefix in MACHINERY]
    rows = work.connection.execute(
        sa.select(table).where(*found).order_by(table.c.number.desc()).limit(at_most)
    ).all()
    names = persons.names(work, {each for row in rows for each in (row.actor_id, row.on_behalf_of)})
    return [
        Event(
            row.number, row.kind, row.recorded_at, row.occurred_on, names.get(row.actor_id),
            names.get(row.on_behalf_of), row.capacity, row.subject_id, json.loads(row.data),
            json.loads(row.content) if row.content else {},
        )
        for row in rows
    ]  # fmt: skip


def what_is_next(work: UnitOfWork, project_id: UUID) -> list[Next]:
    """What is awaited on a dossier now, the most urgent first."""
    statement = (
        sa.select(Task, Person.full_name)
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id == project_id, Task.closed_at.is_(None))
        .order_by(Task.due_at, Task.id)
    )
    return [
        Next(
            task.id, task.title, task.step, task.role, name, task.opened_on, task.due_on, task.waits_for,
            task.awaiting, task.awaiting_until,
        )
        for task, name in work.database.execute(statement)
    ]  # fmt: skip


def dates_to_come(work: UnitOfWork, project_id: UUID) -> list[DateToCome]:
    """The days that a dossier is heading for, in order: its open tasks, its reports, its term."""
    project = find(work, project_id)
    if project.ended_on is not None:
        return []
    today = basins.today(work, project.basin_id)
    found = [DateToCome(each.due_on, each.title, True) for each in what_is_next(work, project_id)]
    if project.suspended_until is not None:
        found.append(DateToCome(project.suspended_until, _("Fin de la suspension")))
    found += follow_up_dates(work, project, today)
    return sorted(found, key=lambda each: (each.on, not each.is_task, each.what))


def follow_up_dates(work: UnitOfWork, project: Project, today: date) -> list[DateToCome]:
    """The reports still to come and the term of a labelled project."""
    if project.effective_on is None or project.follow_up_ends_on is None or not project.cadence_months:
        return []
    grid = Grid(project.effective_on, project.cadence_months, project.follow_up_ends_on)
    last = reports.latest(work, project.id)
    number = grid.next_number(last.last_number if last else 0, today)
    found = []
    while not grid.is_over(number):
        if grid.due_on(number) > today:
            found.append(DateToCome(grid.due_on(number), _("Compte rendu de suivi")))
        number += 1
    if project.follow_up_ends_on >= today:
        found.append(DateToCome(project.follow_up_ends_on, _("Terme du suivi")))
    closing = reports.earliest_closing(project.effective_on, project.follow_up_months or 0)
    if closing >= today and closing != project.follow_up_ends_on:
        found.append(DateToCome(closing, _("Clôture possible")))
    return found


def badges(work: UnitOfWork, projects: Collection[Project]) -> dict[UUID, str]:
    """How the follow-up of each labelled project stands: `up_to_date`, `due` or `late`, in one statement."""
    labelled = [each.id for each in projects if each.effective_on is not None and each.ended_on is None]
    if not labelled:
        return {}
    rows = work.connection.execute(
        sa.select(Task.case_id, Task.due_at).where(
            Task.case_id.in_(labelled), Task.form == "follow_up_report", Task.closed_at.is_(None)
        )
    )
    open_reports = {row.case_id: row.due_at for row in rows}
    return {
        each: "up_to_date" if each not in open_reports else "late" if open_reports[each] < work.now else "due"
        for each in labelled
    }


def instances_of(work: UnitOfWork, project_id: UUID) -> list[Instance]:
    """The processes of a dossier, its own first: where it is now on the diagrams."""
    return list(
        work.database.scalars(
            sa.select(Instance)
            .where(Instance.case_id == project_id)
            .order_by(Instance.id != Instance.case_id, Instance.started_at)
        )
    )
