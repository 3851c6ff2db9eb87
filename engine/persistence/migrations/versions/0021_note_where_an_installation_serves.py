"""Note where an installation serves, and when it was last backed up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.persistence.base import UtcDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Go to this release's tables."""
    op.add_column("installation", sa.Column("address", sa.Text()))
    op.add_column("installation", sa.Column("backed_up_at", UtcDateTime(timezone=True)))
