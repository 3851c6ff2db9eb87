"""find what waits for a chair."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

IS_LIVE_SATELLITE = sa.text("ended_at IS NULL AND id != case_id")
IS_CHAIR_S = sa.text("closed_at IS NULL AND (role = 'chair' OR capacity = 'chair')")


def upgrade() -> None:
    """Go to this release's tables."""
    op.create_index(
        "instance_live_satellite",
        "instance",
        ["process", "basin_id"],
        unique=False,
        postgresql_where=IS_LIVE_SATELLITE,
        sqlite_where=IS_LIVE_SATELLITE,
    )
    op.create_index(
        "task_open_of_chair",
        "task",
        ["suspended", "case_id"],
        unique=False,
        postgresql_where=IS_CHAIR_S,
        sqlite_where=IS_CHAIR_S,
    )
