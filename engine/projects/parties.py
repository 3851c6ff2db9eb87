"""The people of dossiers: who holds which role and how to reach them, and whom each dossier waits for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.people import assignments
from engine.people.models import Assignment, Organisation, Person, Role
from engine.projects.models import Project
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# The same role on a project and in its basin: the project's comes first.
OF_BASIN = (Role.OPERATOR, Role.CHAIR)
# Held by a seat with a voice (R17, R28).
SITTING = (Role.PRESCRIBER.value, Role.MANDATARY.value)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody, or an organisation, with a role on a dossier or in its basin: since when, until when."""

    role: str
    person_id: UUID | None
    full_name: str | None
    phone: str | None
    email: str | None
    is_address_invalid: bool
    organisation: str | None
    acting: bool
    on_project: bool
    since: date
    until: date | None
    ended_reason: str | None
    has_lost_seat: bool = False  # Prescribes or follows, and no longer sits for that organisation (R17, R28).

    def is_in_force(self, on: date) -> bool:
        """Tell whether the role is held on a day."""
        return self.since <= on and (self.until is None or self.until > on)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a dossier waits for first: the task, of whom, since when and until when."""

    case_id: UUID
    task_id: UUID
    title: str
    role: str
    person: str | None
    waits_for: str
    opened_at: datetime
    opened_on: date
    due_on: date
    due_at: datetime
    awaiting: str | None
    awaiting_until: date | None
    others: int  # How many more tasks are open.


def of_project(work: UnitOfWork, project_id: UUID, *, basin_id: int, today: date) -> list[Party]:
    """The people of a dossier, past ones included, then its basin's chair and officers of today."""
    of_basin = sa.and_(
        Assignment.basin_id == basin_id,
        Assignment.case_id.is_(None),
        Assignment.role.in_([role.value for role in OF_BASIN]),
        assignments.in_force(today),
    )
    rows = work.connection.execute(
        sa.select(
            Assignment.role, Assignment.person_id, Person.full_name, Person.phone, Person.email,
            Person.address_invalid_at, Organisation.name.label("organisation"), Assignment.acting,
            Assignment.case_id, Assignment.valid_from, Assignment.valid_to, Assignment.ended_reason,
            has_lost_seat(today).label("has_lost_seat"),
        )
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(sa.or_(Assignment.case_id == project_id, of_basin))
        .order_by(Assignment.case_id.is_(None), Assignment.valid_from, Assignment.created_at, Assignment.id)
    )  # fmt: skip
    return [
        Party(
            row.role, row.person_id, row.full_name, row.phone, row.email, row.address_invalid_at is not None,
            row.organisation, row.acting, row.case_id is not None, row.valid_from, row.valid_to,
            row.ended_reason, bool(row.has_lost_seat),
        )
        for row in rows
    ]  # fmt: skip


def has_lost_seat(today: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that a prescriber or a mandatary holds no seat with a voice any more on a day (E10)."""
    seat = aliased(Assignment)
    sits = sa.exists().where(
        seat.role == Role.SEAT.value,
        seat.basin_id == Assignment.basin_id,
        seat.person_id == Assignment.person_id,
        seat.organisation_id == Assignment.organisation_id,
        seat.guest.is_(sa.false()),
        assignments.in_force(today, seat),
    )
    return sa.and_(Assignment.case_id.is_not(None), Assignment.role.in_(SITTING), ~sits)


def is_held(on: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that a part is held by somebody on a day."""
    return sa.and_(Assignment.person_id.is_not(None), assignments.in_force(on))


def followed_by_seat(work: UnitOfWork, seat: Assignment, today: date) -> list[tuple[str, str, str]]:
    """The open projects that whoever holds a seat prescribes or follows by it: role, reference, firm."""
    rows = work.connection.execute(
        sa.select(Assignment.role, Project.reference, Project.firm)
        .join(Project, Project.id == Assignment.case_id)
        .where(
            Assignment.role.in_(SITTING),
            Assignment.basin_id == seat.basin_id,
            Assignment.person_id == seat.person_id,
            Assignment.organisation_id == seat.organisation_id,
            assignments.in_force(today),
            Project.ended_on.is_(None),
        )
        .order_by(Assignment.role, Project.reference)
    )
    return [(role, reference, firm) for role, reference, firm in rows]


def first_waits(work: UnitOfWork, case_ids: Collection[UUID]) -> dict[UUID, Waiting]:
    """What each dossier waits for, the most urgent of its open tasks, in one statement."""
    if not case_ids:
        return {}
    rows = work.connection.execute(
        sa.select(
            Task.case_id, Task.id, Task.title, Task.role, Person.full_name,
            Task.waits_for, Task.opened_at, Task.opened_on, Task.due_on, Task.due_at, Task.awaiting,
            Task.awaiting_until,
        )
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(Task.case_id.in_(list(case_ids)), Task.closed_at.is_(None))
        .order_by(Task.case_id, Task.due_at, Task.id)
    ).all()  # fmt: skip
    tally: dict[UUID, int] = {}
    for row in rows:
        tally[row.case_id] = tally.get(row.case_id, 0) + 1
    found: dict[UUID, Waiting] = {}
    for row in rows:
        if row.case_id not in found:
            values: list[Any] = [*row, tally[row.case_id] - 1]
            found[row.case_id] = Waiting(*values)
    return found
