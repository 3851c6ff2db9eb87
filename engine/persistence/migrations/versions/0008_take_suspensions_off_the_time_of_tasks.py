"""take suspensions off the time of tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go to this release's tables."""
    op.add_column(
        "task", sa.Column("suspended_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
