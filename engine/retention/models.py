"""Tables of retention: what will be forgotten and when, what was, and the contents still to remove."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.people import models as _people  # noqa: F401 -- the tables our foreign keys name
from engine.persistence.base import Base, new_id


class Plan(Base):
    """One thing that a rule will archive or forget: when, who was warned, how long it was put off.

    `due_on` is the rule's day; it is done on `planned_on`, never sooner than thirty days after the first
    warning, nor before the day to which somebody put it off.
    """

    __tablename__ = "retention_plan"
    __table_args__ = (sa.UniqueConstraint("rule", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    rule: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)  # A project, or a person.
    basin_id: Mapped[int | None] = mapped_column(sa.ForeignKey("basin.id"), index=True)
    due_on: Mapped[date]
    planned_on: Mapped[date]
    first_warned_at: Mapped[datetime | None]
    last_warned_at: Mapped[datetime | None]
    extended_at: Mapped[datetime | None]
    extended_by: Mapped[UUID | None]
    extension_reason: Mapped[str | None]
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None]


class Erasure(Base):
    """Who or what was forgotten, by identifier alone: a restored backup forgets it again.

    `finished_at` is empty while some rows are still to be emptied: the tick goes on from there.
    """

    __tablename__ = "erasure"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]  # person | skeleton | pieces
    subject_id: Mapped[UUID]
    started_at: Mapped[datetime]
    started_by: Mapped[UUID]
    finished_at: Mapped[datetime | None]


class ForgottenContent(Base):
    """A stored content that no row holds any more: its file goes once the act has committed."""

    __tablename__ = "forgotten_content"

    content_hash: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
