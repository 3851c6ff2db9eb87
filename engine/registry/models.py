"""Published versions: immutable, known by the hash of their content."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base


class ProcessVersion(Base):
    """A set of diagrams that instances run on: the reference's, or a basin's with its parameters."""

    __tablename__ = "process_version"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    basin_id: Mapped[int | None] = mapped_column(index=True)  # None: the programme's reference.
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(index=True)
    files: Mapped[dict[str, Any]]  # File name → BPMN text, as it runs.
    parameters: Mapped[dict[str, Any]]
    reference_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sa.ForeignKey("process_version.id"))
    charter_version: Mapped[str]
    effective_on: Mapped[date]
    published_at: Mapped[datetime]
    published_by: Mapped[UUID]
    # What made these files of the reference: the next draft begins from it, pages say it in sentences.
    changes: Mapped[list[Any]] = mapped_column(default=list, server_default=sa.text("'[]'"))
    drawn: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=sa.text("'{}'"))

    __table_args__ = (
        sa.UniqueConstraint("basin_id", "number"),
        # To a constraint, two versions without a basin never have the same one.
        sa.Index(
            "process_version_reference_number", "number", unique=True,
            postgresql_where=sa.text("basin_id IS NULL"), sqlite_where=sa.text("basin_id IS NULL"),
        ),
    )  # fmt: skip
