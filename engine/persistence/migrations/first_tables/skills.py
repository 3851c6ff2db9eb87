"""Lay down the tables of the days that companies give."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base
from engine.persistence.migrations.first_tables import recorded


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "accompaniment_review",
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("accompaniment_review_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("accompaniment_review_project_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("accompaniment_review_pkey")),
    )
    op.create_index(
        op.f("accompaniment_review_project_id"), "accompaniment_review", ["project_id"], unique=False
    )
    op.create_table(
        "intervention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("request_instance_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=True),
        sa.Column("quarter_days_planned", sa.Integer(), nullable=False),
        sa.Column("day_rate_cents", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("not_done_reason", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("satisfaction", sa.Text(), nullable=True),
        sa.Column("deliverables", sa.Text(), nullable=True),
        sa.Column("confidentiality_signed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("intervention_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("intervention_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("intervention_expert_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("intervention_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("intervention_pkey")),
    )
    op.create_index(op.f("intervention_expert_id"), "intervention", ["expert_id"], unique=False)
    op.create_index(op.f("intervention_project_id"), "intervention", ["project_id"], unique=False)
    op.create_table(
        "intervention_day",
        sa.Column("intervention_id", sa.Uuid(), nullable=False),
        sa.Column("quarter_days", sa.Integer(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("intervention_day_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["intervention_id"], ["intervention.id"], name=op.f("intervention_day_intervention_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("intervention_day_project_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("intervention_day_pkey")),
    )
    op.create_index(
        op.f("intervention_day_intervention_id"), "intervention_day", ["intervention_id"], unique=False
    )
    op.create_index(op.f("intervention_day_project_id"), "intervention_day", ["project_id"], unique=False)
