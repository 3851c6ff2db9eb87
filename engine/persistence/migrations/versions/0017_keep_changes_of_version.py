"""Keep which projects were asked to change version, what became of each, and what was there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0017"
down_revision = "0016"

MOMENT = engine.persistence.base.UtcDateTime(timezone=True)
IS_UNFINISHED, IS_WAITING = sa.text("ended_at IS NULL"), sa.text("outcome IS NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    make_batches()
    make_lines()


def make_batches() -> None:
    """Keep who asked for which projects to go to which version."""
    op.create_table(
        "version_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("version_change_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name=op.f("version_change_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("version_change_pkey")),
    )
    op.create_index(op.f("version_change_basin_id"), "version_change", ["basin_id"])
    op.create_index(
        "version_change_unfinished", "version_change", ["ordered_at"],
        postgresql_where=IS_UNFINISHED, sqlite_where=IS_UNFINISHED,
    )  # fmt: skip


def make_lines() -> None:
    """Keep what became of each project."""
    op.create_table(
        "version_change_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("told", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("from_version_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["version_change.id"], name=op.f("version_change_line_batch_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["process_version.id"], name=op.f("version_change_line_from_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("version_change_line_pkey")),
        sa.UniqueConstraint("batch_id", "case_id", name=op.f("version_change_line_batch_id_case_id_key")),
    )
    op.create_index(
        "version_change_line_waiting", "version_change_line", ["batch_id", "place"],
        postgresql_where=IS_WAITING, sqlite_where=IS_WAITING,
    )  # fmt: skip
    op.create_index("version_change_line_case_id", "version_change_line", ["case_id", "settled_at"])
