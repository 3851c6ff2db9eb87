"""put a day of an intervention right once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

IS_RIGHT_ONE = sa.text("replaces_id IS NOT NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    op.create_index(
        "intervention_day_replaces_id",
        "intervention_day",
        ["replaces_id"],
        unique=True,
        postgresql_where=IS_RIGHT_ONE,
        sqlite_where=IS_RIGHT_ONE,
    )
