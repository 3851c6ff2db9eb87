"""keep alerts about firms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.persistence.migrations.first_tables import recorded

revision = "0010"
down_revision = "0009"

IS_RIGHT_ONE = sa.text("replaces_id IS NOT NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    op.create_table(
        "firm_alert",
        sa.Column("difficulty", sa.Text(), nullable=False),
        sa.Column("seriousness", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("judgment_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("firm_alert_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("firm_alert_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("firm_alert_pkey")),
    )
    op.create_index(op.f("firm_alert_project_id"), "firm_alert", ["project_id"], unique=False)
    op.create_index(
        "firm_alert_replaces_id",
        "firm_alert",
        ["replaces_id"],
        unique=True,
        postgresql_where=IS_RIGHT_ONE,
        sqlite_where=IS_RIGHT_ONE,
    )
