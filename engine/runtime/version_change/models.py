"""The tables of changes of version: what was asked for, and what became of each project."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.people.models import Basin
from engine.persistence.base import Base, new_id, table_of
from engine.registry.models import ProcessVersion


class Outcome(StrEnum):
    """What became of one project of a batch; none while it waits for its turn."""

    MOVED = "moved"
    REFUSED = "refused"  # It would be stuck, skip a step or wait less: its sentences say why.
    SKIPPED = "skipped"  # It ended meanwhile, or is on that version already.
    FAILED = "failed"  # Something nobody foresaw: the log has it, the others went on.


class VersionChange(Base):
    """A batch: who asked for which projects to go to which version, when and why."""

    __tablename__ = "version_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey(Basin.id), index=True)
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ProcessVersion.id))
    reason: Mapped[str]
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID]
    attempts: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # Every project has had its turn.


class VersionChangeLine(Base):
    """One project of a batch.

    `before` is what was there, to be put back as it was; `version` the project's counter once moved: when
    it says something else, somebody has acted since.
    """

    __tablename__ = "version_change_line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(sa.ForeignKey(VersionChange.id))
    case_id: Mapped[UUID]
    place: Mapped[int]
    outcome: Mapped[str | None]
    told: Mapped[list[Any]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    from_version_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(ProcessVersion.id))
    before: Mapped[dict[str, Any] | None]
    version: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]

    __table_args__ = (sa.UniqueConstraint("batch_id", "case_id"),)


batch = table_of(VersionChange)
line = table_of(VersionChangeLine)
is_unfinished = batch.c.ended_at.is_(None)
Index(
    "version_change_unfinished",
    batch.c.ordered_at,
    postgresql_where=is_unfinished,
    sqlite_where=is_unfinished,
)
is_waiting = line.c.outcome.is_(None)
Index(
    "version_change_line_waiting",
    line.c.batch_id,
    line.c.place,
    postgresql_where=is_waiting,
    sqlite_where=is_waiting,
)
Index("version_change_line_case_id", line.c.case_id, line.c.settled_at)
