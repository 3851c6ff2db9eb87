"""Give the columns that every recorded act had at first: its two times, both people, what it replaces."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import engine.persistence.base


def columns() -> list[sa.Column[Any]]:
    """Give new columns, in their order in the table."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("struck_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
    ]
