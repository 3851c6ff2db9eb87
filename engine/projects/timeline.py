"""What happened on a dossier, what is asked of whom now, and which dates are to come."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
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
from engine.projects.due_at_first import FIRST_DUE_ON
from engine.projects.grid import Grid
from engine.projects.models import Project
from engine.projects.recording import find
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

# What the runtime notes for itself; people read what was done, by whom.
MACHINERY = (
    "runtime.instance.started", "runtime.instance.ended", "runtime.instance.cancelled", "runtime.message.",
    "runtime.timer.", "runtime.tasks.", "runtime.task.opened",
    "runtime.task.interrupted", "people.role.", "projects.status.",
    "documents.paper.requested",
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
    form: str
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
            task.id, task.title, task.step, task.form, task.role, name, task.opened_on, task.due_on,
            task.waits_for, task.awaiting, task.awaiting_until,
        )
        for task, name in work.database.execute(statement)
    ]  # fmt: skip


def dates_to_come(
    work: UnitOfWork, project_id: UUID, *, following: Sequence[Next | TaskView] | None = None
) -> list[DateToCome]:
    """The days that a dossier is heading for, in order: its open tasks, its reports, its term.

    What is past due is no day to come: the page says it is late where it says whom it waits for.
    `following` is what is awaited now, where it was read already.
    """
    project = find(work, project_id)
    if project.ended_on is not None:
        return []
    today = basins.today(work, project.basin_id)
    following = what_is_next(work, project_id) if following is None else following
    found = [DateToCome(each.due_on, each.title, True) for each in following if each.due_on >= today]
    if project.suspended_until is not None:
        found.append(DateToCome(project.suspended_until, _("Fin de la suspension")))
    asked_on = next((each.opened_on for each in following if each.form == reports.FORM), None)
    found += follow_up_dates(work, project, today, asked_on=asked_on)
    # Several people sign on one day: the day is said once.
    return sorted(dict.fromkeys(found), key=lambda each: (each.on, not each.is_task, each.what))


def follow_up_dates(
    work: UnitOfWork, project: Project, today: date, *, asked_on: date | None
) -> list[DateToCome]:
    """The reports still to come and the term of a labelled project.

    One asked for already, since `asked_on`, is a task: its day is said with it, whatever moved it.
    """
    if project.effective_on is None or project.follow_up_ends_on is None or not project.cadence_months:
        return []
    grid = Grid(project.effective_on, project.cadence_months, project.follow_up_ends_on)
    last = reports.latest(work, project.id)
    given = last.last_number if last else 0
    number = grid.next_number(given, today)
    if asked_on is not None:
        number = max(number, grid.next_number(given, asked_on) + 1)
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
    """How the follow-up of each labelled project stands, in one statement.

    `up_to_date`, `due`, `late`, or `late_at_first`: a report handed over after its day, which the new
    mandatary still has time to give (D9).
    """
    labelled = [each.id for each in projects if each.effective_on is not None and each.ended_on is None]
    if not labelled:
        return {}
    rows = work.connection.execute(
        sa.select(Task.case_id, Task.due_at, FIRST_DUE_ON.label("first_due_on")).where(
            Task.case_id.in_(labelled), Task.form == reports.FORM, Task.closed_at.is_(None)
        )
    )
    today = work.today(basins.NATIONAL_ZONE)
    found = dict.fromkeys(labelled, "up_to_date")
    for row in rows:
        is_moved = row.first_due_on is not None and row.first_due_on < today
        found[row.case_id] = "late" if row.due_at < work.now else "late_at_first" if is_moved else "due"
    return found


def instances_of(work: UnitOfWork, project_id: UUID) -> list[Instance]:
    """The processes of a dossier, its own first: where it is now on the diagrams."""
    return list(
        work.database.scalars(
            sa.select(Instance)
            .where(Instance.case_id == project_id)
            .order_by(Instance.id != Instance.case_id, Instance.started_at)
        )
    )
