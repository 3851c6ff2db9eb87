"""keep the rehearsals that somebody shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0018"
down_revision = "0017"

MOMENT = engine.persistence.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go to this release's tables."""
    op.create_table(
        "shared_rehearsal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("shared_at", MOMENT, nullable=False),
        sa.Column("shared_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("shared_rehearsal_basin_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("shared_rehearsal_pkey")),
    )
    for column in ("basin_id", "expires_at"):
        op.create_index(op.f(f"shared_rehearsal_{column}"), "shared_rehearsal", [column])
