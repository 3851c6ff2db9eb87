"""An operation that failed: keep what is needed to understand it, hold the dossier, retry."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.persistence import keyset
from engine.persistence.base import new_id, table_of
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.runtime import cases
from engine.runtime.advance import OperationFailed
from engine.runtime.cases import InstanceState, LockedCase
from engine.runtime.models import Incident, Instance, Task

LONGEST_TRACE = 20_000

incident = table_of(Incident)
ADD = sa.insert(incident)
RESOLVE = (
    sa.update(incident)
    .where(incident.c.id == bindparam("key"), incident.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("at"), resolved_by=bindparam("by"), resolution=bindparam("how"))
)


# A person's own act that failed asks for nothing once they have succeeded, or nobody has to do it any more.
IS_OPEN = sa.and_(
    incident.c.resolved_at.is_(None),
    sa.or_(
        incident.c.task_id.is_(None),
        sa.exists().where(Task.id == incident.c.task_id, Task.closed_at.is_(None)),
    ),
)
# With the dossier that it stopped, as people call it.
NAMED = sa.select(incident, Instance.reference, Instance.firm, IS_OPEN.label("is_open")).join(
    Instance, Instance.id == incident.c.case_id
)


class IncidentNotFound(errors.NotFound):
    """Cet incident n’existe pas, ou il est déjà résolu."""


def record(database: Database, failure: OperationFailed, *, actor: Actor, hold: bool = False) -> UUID:
    """Keep a failure, in a transaction of its own: the act it stopped left nothing.

    With `hold`, the instance's timers wait until the incident is retried, else every tick would fail.
    """
    incident_id = new_id()
    with database.start_work(actor) as work:
        locked = cases.lock(work, failure.case_id)
        held = to_hold(work, locked, failure) if hold else None
        if held is not None and held.held_by_incident is not None:
            return held.held_by_incident  # Another scheduler met the same failure at the same time.
        work.write(
            ADD,
            {
                "id": incident_id,
                "case_id": failure.case_id,
                "basin_id": failure.basin_id,
                "instance_id": failure.instance_id,
                "task_id": failure.task_id,
                "process": failure.process,
                "step": failure.step,
                "operation": failure.operation,
                "error": f"{type(failure.cause).__name__}: {failure.cause}"[:1000],
                "trace": failure.trace[-LONGEST_TRACE:],
                "actor_id": actor.person_id,
                "occurred_at": work.now,
            },
        )
        if held is not None:
            held.held_by_incident, held.is_changed = incident_id, True
        locked.root.is_changed = True
        work.record(
            "runtime.incident.recorded", chain=failure.case_id, subject=incident_id,
            basin_id=failure.basin_id, process=failure.process, step=failure.step,
            operation=failure.operation, error=type(failure.cause).__name__,
        )  # fmt: skip
    return incident_id


def to_hold(work: UnitOfWork, locked: LockedCase, failure: OperationFailed) -> InstanceState:
    """The instance whose timer failed; the one that was due when the failure is of one it could not start."""
    known = {locked.root.id: locked.root, **cases.satellites(work, locked)}
    due = min(known.values(), key=lambda each: (each.due_at is None, each.due_at or work.now))
    return known.get(failure.instance_id, due)


def list_open(work: UnitOfWork, *, basin_id: int | None = None) -> list[sa.Row[Any]]:
    """The incidents that nobody has resolved, the oldest first."""
    found = NAMED.where(IS_OPEN).order_by(incident.c.occurred_at)
    if basin_id is not None:
        found = found.where(incident.c.basin_id == basin_id)
    return list(work.connection.execute(found))


def page(
    work: UnitOfWork, *, basin_ids: Collection[int] | None = None, after: str = "", limit: int = keyset.PAGE
) -> keyset.Page:
    """The incidents of these basins (None: all) that nobody has resolved, the oldest first, page by page.

    Raises `errors.InvalidAnswers` for a wrong cursor.
    """
    columns = incident.c.occurred_at, incident.c.id
    found = NAMED.where(*are_open(basin_ids)).order_by(*columns).limit(limit + 1)
    if after:
        found = found.where(sa.tuple_(*columns) > keyset.place(after, *columns))
    return keyset.cut(list(work.connection.execute(found)), limit, by="occurred_at")


def count_open(work: UnitOfWork, *, basin_ids: Collection[int] | None = None) -> int:
    """Count the incidents of these basins (None: all) that nobody has resolved."""
    statement = sa.select(sa.func.count()).select_from(incident).where(*are_open(basin_ids))
    return work.connection.execute(statement).scalar_one()


def are_open(basin_ids: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that an incident waits, and is of these basins."""
    here = [] if basin_ids is None else [incident.c.basin_id.in_(basin_ids)]
    return [IS_OPEN, *here]


def find(work: UnitOfWork, incident_id: UUID) -> sa.Row[Any]:
    """One incident, resolved or not. Raises `IncidentNotFound`."""
    row = work.connection.execute(NAMED.where(incident.c.id == incident_id)).one_or_none()
    if row is None:
        raise IncidentNotFound
    return row


def retry(work: UnitOfWork, *, incident_id: UUID) -> None:
    """Let a held instance go on: what was due fires at the next tick. Raises `IncidentNotFound`."""
    row = work.connection.execute(
        sa.select(incident).where(incident.c.id == incident_id, IS_OPEN)
    ).one_or_none()
    if row is None:
        raise IncidentNotFound
    locked = cases.lock(work, row.case_id)
    cases.satellites(work, locked)
    for state in locked.instances():
        if state.held_by_incident == incident_id:
            state.held_by_incident, state.is_changed = None, True
    resolve(work, incident_id=incident_id, how="retried")
    work.record("runtime.incident.retried", chain=row.case_id, subject=incident_id, basin_id=row.basin_id)


def resolve(work: UnitOfWork, *, incident_id: UUID, how: str) -> None:
    """Mark an incident as dealt with."""
    work.write(
        RESOLVE, {"key": incident_id, "at": work.now, "by": work.actor.person_id, "how": how}, expected=1
    )
