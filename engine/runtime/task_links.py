"""Whose a task is, for somebody who followed its address and is not signed in yet (D20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.people.models import Basin, Person
from engine.runtime.locking import TaskNotFound
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is expected; nothing of the task itself nor of its project is told."""

    person_id: UUID | None
    full_name: str | None
    email: str | None
    role: str
    basin: str
    is_open: bool


def holder_of(work: UnitOfWork, task_id: UUID) -> Holder:
    """Tell whose a task is; no permission is asked, for nothing more is said.

    Raises `TaskNotFound`.
    """
    row = work.connection.execute(
        sa.select(
            sa.func.coalesce(Task.substitute_id, Task.assignee_id).label("person_id"),
            Person.full_name,
            Person.email,
            Task.role,
            Basin.name.label("basin"),
            Task.closed_at,
        )
        .join(Basin, Basin.id == Task.basin_id)
        .outerjoin(Person, Person.id == sa.func.coalesce(Task.substitute_id, Task.assignee_id))
        .where(Task.id == task_id)
    ).one_or_none()
    if row is None:
        raise TaskNotFound
    return Holder(
        person_id=row.person_id,
        full_name=row.full_name,
        email=row.email,
        role=row.role,
        basin=row.basin,
        is_open=row.closed_at is None,
    )
