"""What somebody holds today and would leave behind: roles, parts in projects, texts to sign, tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import redrafting
from engine.people import assignments, basins
from engine.people.models import Account, Assignment, Basin, Organisation, Person, Role
from engine.projects.models import Project
from engine.runtime.models import Task
from engine.variants.models import VariantDraft

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PARTS = (Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT)


class What(StrEnum):
    """The kinds of things that somebody holds, in the order in which they are handed over."""

    ROLE = "role"
    PART = "part"
    MANDATE = "mandate"
    SIGNATURE = "signature"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that somebody holds: what, where, on which project; `id` is the row behind it.

    `since` and `until` (excluded) are the days of a role; `tasks` are the titles of the open tasks that go
    with a part; `awaiting_until` tells a task on hold.
    """

    what: What
    id: UUID
    person_id: UUID
    role: str
    basin_id: int | None
    basin: str | None
    case_id: UUID | None = None
    reference: str = ""
    firm: str = ""
    organisation_id: UUID | None = None
    organisation: str | None = None
    guest: bool = False
    since: date | None = None
    until: date | None = None
    title: str = ""
    due_on: date | None = None
    awaiting_until: date | None = None
    tasks: tuple[str, ...] = field(default=())

    @property
    def key(self) -> str:
        """The name of this line in a form."""
        return f"{self.what.value}-{self.id.hex}"


def of_person(work: UnitOfWork, person_id: UUID) -> list[Holding]:
    """List all that somebody holds, in the order in which it is handed over."""
    work.flush()
    return [
        *roles(work, person_id), *parts(work, person_id), *lines(work, person_id), *tasks(work, person_id)
    ]  # fmt: skip


def roles(work: UnitOfWork, person_id: UUID) -> list[Holding]:
    """The roles of a basin or of the nation, in force or to come; an acting chair's ends by itself."""
    rows = work.connection.execute(
        sa.select(
            Assignment.id, Assignment.role, Assignment.basin_id, Basin.name, Assignment.organisation_id,
            Organisation.name.label("organisation"), Assignment.guest, Assignment.valid_from,
            Assignment.valid_to,
        )
        .outerjoin(Basin, Basin.id == Assignment.basin_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.case_id.is_(None),
            Assignment.acting.is_(sa.false()),
            sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > basins.today(work, None)),
        )
        # Whoever presides sits: the seat goes first, the chair after it.
        .order_by(Assignment.basin_id, Assignment.role == Role.CHAIR.value, Assignment.role, Assignment.id)
    )  # fmt: skip
    return [
        Holding(
            What.ROLE, row.id, person_id, row.role, row.basin_id, row.name,
            organisation_id=row.organisation_id, organisation=row.organisation, guest=row.guest,
            since=row.valid_from, until=row.valid_to,
        )
        for row in rows
    ]  # fmt: skip


def parts(work: UnitOfWork, person_id: UUID) -> list[Holding]:
    """The parts in open projects, each with the tasks that go with it."""
    rows = work.connection.execute(
        sa.select(
            Assignment.id, Assignment.role, Assignment.basin_id, Basin.name, Assignment.case_id,
            Project.reference, Project.firm,
        )
        .join(Project, Project.id == Assignment.case_id)
        .join(Basin, Basin.id == Assignment.basin_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.role.in_([role.value for role in PARTS]),
            Project.ended_on.is_(None),
            assignments.in_force(basins.today(work, None)),
        )
        .order_by(Assignment.case_id, Assignment.role, Assignment.id)
    ).all()  # fmt: skip
    open_ones = _open_tasks(work, person_id, Task.role.in_([role.value for role in PARTS]))
    return [
        Holding(
            What.MANDATE if row.role == Role.MANDATARY.value else What.PART, row.id, person_id, row.role,
            row.basin_id, row.name, row.case_id, row.reference, row.firm,
            tasks=tuple(
                each.title for each in open_ones if (each.case_id, each.role) == (row.case_id, row.role)
            ),
        )
        for row in rows
    ]  # fmt: skip


def lines(work: UnitOfWork, person_id: UUID) -> list[Holding]:
    """The lines that somebody is to sign for a company or for the operator, on texts not signed by all."""
    asked = _open_tasks(work, person_id, Task.role == Role.SIGNATORY.value)
    found = []
    for case_id in dict.fromkeys(each.case_id for each in asked):
        project = work.database.get(Project, case_id)
        if project is None:
            continue
        basin = basins.find(work, project.basin_id)
        found += [
            Holding(
                What.SIGNATURE, line.id, person_id, line.capacity, basin.id, basin.name, case_id,
                project.reference, project.firm,
            )
            for line in redrafting.replaceable(work, project)
            if line.person_id == person_id
        ]  # fmt: skip
    return found


def tasks(work: UnitOfWork, person_id: UUID) -> list[Holding]:
    """The tasks of a group that somebody had taken, those on hold included."""
    names: dict[int, str] = {}
    found = []
    for row in _open_tasks(work, person_id, Task.pool.is_(sa.true())):
        if row.basin_id not in names:
            names[row.basin_id] = basins.find(work, row.basin_id).name
        found.append(
            Holding(
                What.TASK, row.id, person_id, row.role, row.basin_id, names[row.basin_id], row.case_id,
                row.reference, row.firm, title=row.title, due_on=row.due_on,
                awaiting_until=row.awaiting_until,
            )
        )  # fmt: skip
    return found


def _open_tasks(work: UnitOfWork, person_id: UUID, *conditions: sa.ColumnElement[bool]) -> list[Any]:
    return list(
        work.connection.execute(
            sa.select(
                Task.id, Task.case_id, Task.basin_id, Task.role, Task.reference, Task.firm, Task.title,
                Task.due_on, Task.awaiting_until,
            )
            .where(Task.assignee_id == person_id, Task.closed_at.is_(None), *conditions)
            .order_by(Task.case_id, Task.due_at, Task.id)
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Follows:
    """What needs no hand: it belongs to the basin, and whoever has the role goes on with it."""

    drafts: tuple[str, ...] = ()  # Basins whose process they had begun to change.


def following(work: UnitOfWork, person_id: UUID) -> Follows:
    """What somebody had begun that their colleagues go on with by their role."""
    rows = work.connection.scalars(
        sa.select(Basin.name)
        .join(VariantDraft, VariantDraft.basin_id == Basin.id)
        .where(VariantDraft.opened_by == person_id, VariantDraft.closed_at.is_(None))
        .order_by(Basin.name)
    )
    return Follows(tuple(rows))


def takers(work: UnitOfWork, person_id: UUID, basin_ids: Iterable[int | None]) -> list[tuple[UUID, str]]:
    """Who may take something over: those with a role in these basins, or nationally, and an open account."""
    wanted = set(basin_ids)
    where = [Assignment.basin_id.in_([each for each in wanted if each is not None])]
    if None in wanted:
        where.append(Assignment.basin_id.is_(None))
    rows = work.connection.execute(
        sa.select(Person.id, Person.full_name)
        .join(Account, sa.and_(Account.person_id == Person.id, Account.disabled_at.is_(None)))
        .where(
            Person.id != person_id,
            sa.exists().where(
                Assignment.person_id == Person.id,
                sa.or_(*where),
                Assignment.case_id.is_(None),
                assignments.in_force(basins.today(work, None)),
            ),
        )
        .order_by(Person.search_name, Person.id)
    )
    return [(row.id, row.full_name) for row in rows]
