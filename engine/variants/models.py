"""Tables of variants: the draft a basin is working on, and who changed what in it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id, table_of
from engine.registry import models as registry  # noqa: F401 -- the table our foreign keys name


class State(StrEnum):
    """Where a draft is on its way to being published."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    ABANDONED = "abandoned"


class VariantDraft(Base):
    """What a basin's next version will be: its parameters, its changes, the diagrams it draws itself.

    It stands on a version of the reference, and was begun from the basin's last version. `revision`
    counts its changes: whoever saves says which one they read.
    """

    __tablename__ = "variant_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    reference_id: Mapped[UUID] = mapped_column(sa.ForeignKey("process_version.id"))
    base_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("process_version.id"))
    revision: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    state: Mapped[str]
    parameters: Mapped[dict[str, Any]]  # The published ones, complete.
    reasons: Mapped[dict[str, Any]]  # Parameter → {reason, since}: why it is not the programme's.
    changes: Mapped[list[Any]]  # Of steps, as an overlay lists them.
    drawn: Mapped[dict[str, Any]]  # File name → BPMN text, for what the basin drew itself.
    effective_on: Mapped[date | None]  # Wished; none is the day of publication.
    reason: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    review_note: Mapped[str | None]
    closed_at: Mapped[datetime | None]  # Published or abandoned.
    closed_by: Mapped[UUID | None]
    published_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("process_version.id"))


draft = table_of(VariantDraft)
is_open = draft.c.closed_at.is_(None)
sa.Index(
    "variant_draft_open", draft.c.basin_id, unique=True, postgresql_where=is_open, sqlite_where=is_open
)  # fmt: skip


class VariantEdit(Base):
    """One change of a draft: at which revision, by whom, when, what. Whoever saves too late reads it."""

    __tablename__ = "variant_edit"

    draft_id: Mapped[UUID] = mapped_column(sa.ForeignKey("variant_draft.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID]
    what: Mapped[str]
    subject: Mapped[str | None]  # A step's or a parameter's label, as the page says it.
