"""Lay down the tables of committee sessions and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "committee_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("video_link", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("present_seat_ids", sa.JSON(), nullable=False),
        sa.Column("chaired_by_id", sa.Uuid(), nullable=True),
        sa.Column("guests", sa.Text(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("closed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("committee_session_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["chaired_by_id"], ["person.id"], name=op.f("committee_session_chaired_by_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("committee_session_pkey")),
    )
    op.create_index("committee_session_of_basin", "committee_session", ["basin_id", "held_on"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstentions", sa.Integer(), nullable=True),
        sa.Column("follow_up_months", sa.Integer(), nullable=True),
        sa.Column("cadence_months", sa.Integer(), nullable=True),
        sa.Column("mandatary_id", sa.Uuid(), nullable=True),
        sa.Column("mandatary_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("advance_cents", sa.BigInteger(), nullable=False),
        sa.Column("advance_months", sa.Integer(), nullable=True),
        sa.Column("advance_deferral_months", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("expert_id", sa.Uuid(), nullable=True),
        sa.Column("expert_due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("other_means", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_as", sa.Text(), nullable=True),
        sa.Column("sent_back_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_back_by", sa.Uuid(), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("notified_by", sa.Uuid(), nullable=True),
        sa.Column("notified_through", sa.Text(), nullable=True),
        sa.Column("notification", sa.Text(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("decision_basin_id_fkey")),
        sa.ForeignKeyConstraint(["expert_id"], ["person.id"], name=op.f("decision_expert_id_fkey")),
        sa.ForeignKeyConstraint(["mandatary_id"], ["person.id"], name=op.f("decision_mandatary_id_fkey")),
        sa.ForeignKeyConstraint(
            ["mandatary_organisation_id"],
            ["organisation.id"],
            name=op.f("decision_mandatary_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("decision_project_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("decision_session_id_fkey")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("decision_signed_by_fkey")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["decision.id"], name=op.f("decision_supersedes_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_pkey")),
        sa.UniqueConstraint("project_id", "turn", name=op.f("decision_project_id_turn_key")),
        sa.UniqueConstraint("number", name=op.f("decision_number_key")),
    )
    op.create_index(op.f("decision_session_id"), "decision", ["session_id"], unique=False)
    op.create_table(
        "decision_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("decision_condition_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("decision_condition_decision_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_condition_pkey")),
    )
    op.create_index(
        op.f("decision_condition_decision_id"), "decision_condition", ["decision_id"], unique=False
    )
    op.create_table(
        "decision_means",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("quarter_days", sa.Integer(), nullable=False),
        sa.Column("day_rate_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("decision_means_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("decision_means_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("decision_means_decision_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("decision_means_pkey")),
    )
    op.create_index(op.f("decision_means_decision_id"), "decision_means", ["decision_id"], unique=False)
