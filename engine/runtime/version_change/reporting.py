"""Tell what became of each project of a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.people import permissions
from engine.people.permissions import Permission
from engine.persistence.base import table_of
from engine.registry.models import ProcessVersion
from engine.runtime import cases
from engine.runtime.version_change import moving, ordering, undoing
from engine.runtime.version_change.models import Outcome, batch, line
from engine.runtime.version_change.undoing import Act

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.spiff.comparing import Refusal

WAITING, UNDONE = "waiting", "undone"

instance = cases.instance
version = table_of(ProcessVersion)
BATCH = (
    sa.select(batch, version.c.number)
    .join(version, version.c.id == batch.c.version_id)
    .where(batch.c.id == bindparam("batch"))
)
OUTCOMES = (
    sa.select(line.c.batch_id, line.c.outcome, line.c.undone_at.is_not(None).label("undone"), sa.func.count())
    .where(line.c.batch_id.in_(bindparam("ids", expanding=True)))
    .group_by(line.c.batch_id, line.c.outcome, line.c.undone_at.is_not(None))
)
BATCHES = (
    sa.select(batch, version.c.number)
    .join(version, version.c.id == batch.c.version_id)
    .where(batch.c.basin_id == bindparam("basin"))
    .order_by(batch.c.ordered_at.desc())
)
LINES = (
    sa.select(line, instance.c.reference, instance.c.firm)
    .join(instance, instance.c.id == line.c.case_id)
    .where(line.c.batch_id == bindparam("batch"))
    .order_by(line.c.place)
)


class BatchNotFound(errors.NotFound):
    """Ce changement de version n’existe pas, ou ne vous est pas visible."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one project; `outcome` is waiting, moved, refused, skipped, failed or undone."""

    case_id: UUID
    reference: str
    firm: str
    outcome: str
    told: tuple[Refusal, ...]
    from_version_id: UUID | None
    settled_at: datetime | None
    undone_at: datetime | None
    undone_by: UUID | None
    may_undo: bool
    act: Act | None = None  # Who acted first since it was moved: why it is undone no more.


@dataclass(frozen=True, slots=True)
class Report:
    """A batch, and its projects in the order in which they had their turn."""

    id: UUID
    basin_id: int
    version_id: UUID
    number: int
    reason: str
    ordered_at: datetime
    ordered_by: UUID
    ended_at: datetime | None
    lines: tuple[Line, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many projects there are of each outcome."""
        return Counter(each.outcome for each in self.lines)


def batches(work: UnitOfWork, *, basin_id: int) -> Sequence[sa.Row[Any]]:
    """The changes of version that a basin asked for, the latest first: a row of `version_change` each.

    Raises what `permissions.require` does.
    """
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=basin_id)
    return work.connection.execute(BATCHES, {"basin": basin_id}).all()


def outcomes(work: UnitOfWork, batch_ids: Sequence[UUID]) -> dict[UUID, Counter[str]]:
    """How many projects there are of each outcome, batch by batch."""
    found: dict[UUID, Counter[str]] = {each: Counter() for each in batch_ids}
    for some in ordering.in_parts(batch_ids):
        for batch_id, outcome, undone, count in work.connection.execute(OUTCOMES, {"ids": list(some)}):
            found[batch_id][UNDONE if undone else outcome or WAITING] += count
    return found


def report(work: UnitOfWork, batch_id: UUID) -> Report:
    """Tell what became of a batch, so far. Raises `BatchNotFound`, and what `permissions.require` does."""
    found = work.connection.execute(BATCH, {"batch": batch_id}).one_or_none()
    if found is None:
        raise BatchNotFound
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=found.basin_id)
    rows = work.connection.execute(LINES, {"batch": batch_id}).all()
    untouched: set[UUID] = set()
    for some in ordering.in_parts([row.case_id for row in rows]):
        untouched |= undoing.may_undo(work, list(some))
    acts: dict[UUID, Act] = {}
    for some in ordering.in_parts([row.id for row in rows if is_touched(row, untouched)]):
        acts |= undoing.acts_since(work, some)
    return Report(
        found.id, found.basin_id, found.version_id, found.number, found.reason, found.ordered_at,
        found.ordered_by, found.ended_at, tuple(told_of(row, untouched, acts) for row in rows),
    )  # fmt: skip


def is_touched(row: sa.Row[Any], untouched: set[UUID]) -> bool:
    """Whether a project was moved and somebody has acted on it since."""
    return row.outcome == Outcome.MOVED and row.undone_at is None and row.id not in untouched


def told_of(row: sa.Row[Any], untouched: set[UUID], acts: Mapping[UUID, Act]) -> Line:
    """Tell one project."""
    outcome = row.outcome or WAITING
    return Line(
        row.case_id, row.reference, row.firm, UNDONE if row.undone_at is not None else outcome,
        moving.read_told(row.told), row.from_version_id, row.settled_at, row.undone_at, row.undone_by,
        row.id in untouched, acts.get(row.id),
    )  # fmt: skip
