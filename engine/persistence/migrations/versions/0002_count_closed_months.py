"""count closed months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this release's tables."""
    op.create_table(
        "closed_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("until", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("closed_month_pkey")),
    )
    op.create_table(
        "fact_class",
        sa.Column("recorded_month", sa.Date(), nullable=False),
        sa.Column("occurred_month", sa.Date(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("waits_for", sa.Text(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("waiting_seconds", sa.BigInteger(), nullable=False),
        sa.Column("working_seconds", sa.BigInteger(), nullable=False),
        sa.Column("awaited_seconds", sa.BigInteger(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_month"], ["closed_month.month"], name=op.f("fact_class_recorded_month_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "recorded_month", "occurred_month", "process", "step", "waits_for", name=op.f("fact_class_pkey")
        ),
    )
