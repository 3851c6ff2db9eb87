"""keep who stands in for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0020"
down_revision = "0019"

MOMENT = engine.persistence.base.UtcDateTime(timezone=True)
GOES_ON = sa.text("ended_at IS NULL")
IS_STOOD_IN = sa.text("closed_at IS NULL AND substitute_id IS NOT NULL")
HAS_ONE = sa.text("substitute_id IS NOT NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    keep_periods()
    for table in ("task", "assignment"):
        op.add_column(table, sa.Column("substitute_id", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("substitute_until", sa.Date(), nullable=True))
    op.create_index(
        "task_of_substitute", "task", ["substitute_id", "due_at", "id"],
        postgresql_where=IS_STOOD_IN, sqlite_where=IS_STOOD_IN,
    )  # fmt: skip
    op.create_index(
        "assignment_of_substitute", "assignment", ["substitute_id"],
        postgresql_where=HAS_ONE, sqlite_where=HAS_ONE,
    )  # fmt: skip


def keep_periods() -> None:
    """Keep who does whose tasks, from which day to which."""
    op.create_table(
        "substitution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("substitution_ordered_check")),
        sa.CheckConstraint("person_id <> substitute_id", name=op.f("substitution_another_check")),
        sa.ForeignKeyConstraint(["absence_id"], ["absence.id"], name=op.f("substitution_absence_id_fkey")),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("substitution_basin_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("substitution_person_id_fkey")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["person.id"], name=op.f("substitution_substitute_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("substitution_pkey")),
    )
    op.create_index(op.f("substitution_absence_id"), "substitution", ["absence_id"])
    for name, column in (("substitution_open_of", "person_id"), ("substitution_open_by", "substitute_id")):
        op.create_index(
            name, "substitution", [column, "first_day"], postgresql_where=GOES_ON, sqlite_where=GOES_ON
        )
