"""keep sessions, papers and what is signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base
from engine.persistence.migrations.signing_tables import agenda, minutes, papers, signing

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Go to this release's tables."""
    change_sessions_and_decisions()
    change_projects()
    papers.upgrade()
    agenda.upgrade()
    minutes.upgrade()
    signing.upgrade()


def change_sessions_and_decisions() -> None:
    """Give a session its number, its case and its diffusion; a decision what a late interest made of it."""
    moment = engine.persistence.base.UtcDateTime(timezone=True)
    for column in (
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("has_case", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), server_default=sa.text("120"), nullable=False),
        sa.Column("diffused_at", moment, nullable=True),
        sa.Column("diffused_by", sa.Uuid(), nullable=True),
        sa.Column("late_diffusion_reason", sa.Text(), nullable=True),
        sa.Column("minutes_signed_on", sa.Date(), nullable=True),
        sa.Column("minutes_approved_in", sa.Uuid(), nullable=True),
    ):
        op.add_column("committee_session", column)
    op.create_index(op.f("committee_session_number"), "committee_session", ["number"], unique=True)
    for column in (
        sa.Column("chair_alone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("told_in", sa.Uuid(), nullable=True),
        sa.Column("reviewed", sa.Text(), nullable=True),
        sa.Column("reviewed_in", sa.Uuid(), nullable=True),
    ):
        op.add_column("decision", column)


def change_projects() -> None:
    """Keep when an advance was paid, what comes on top, and what the chair granted alone."""
    op.add_column("project", sa.Column("advance_paid_on", sa.Date(), nullable=True))
    op.add_column(
        "committed_means", sa.Column("adds", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("intervention_request", sa.Column("approved_alone_on", sa.Date(), nullable=True))
    op.add_column("intervention_request", sa.Column("amendment_id", sa.Uuid(), nullable=True))
