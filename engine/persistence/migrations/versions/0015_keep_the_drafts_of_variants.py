"""keep the drafts of variants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0015"
down_revision = "0014"

IS_OPEN = sa.text("closed_at IS NULL")
NO_LIST, NO_TABLE = sa.text("'[]'"), sa.text("'{}'")
MOMENT = engine.persistence.base.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go to this release's tables."""
    for column, empty in (("changes", NO_LIST), ("drawn", NO_TABLE), ("reasons", NO_TABLE)):
        op.add_column("process_version", sa.Column(column, sa.JSON(), server_default=empty, nullable=False))
    make_drafts()
    make_edits()


def make_drafts() -> None:
    """Keep what each basin is working on: one open draft at most."""
    op.create_table(
        "variant_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("published_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("variant_draft_basin_id_fkey")),
        *(
            sa.ForeignKeyConstraint([name], ["process_version.id"], name=op.f(f"variant_draft_{name}_fkey"))
            for name in ("reference_id", "base_id", "published_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variant_draft_pkey")),
    )
    op.create_index(
        "variant_draft_open", "variant_draft", ["basin_id"], unique=True,
        postgresql_where=IS_OPEN, sqlite_where=IS_OPEN,
    )  # fmt: skip


def make_edits() -> None:
    """Keep who changed what in a draft, for whoever saves too late."""
    op.create_table(
        "variant_edit",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["variant_draft.id"], name=op.f("variant_edit_draft_id_fkey")),
        sa.PrimaryKeyConstraint("draft_id", "revision", name=op.f("variant_edit_pkey")),
    )
