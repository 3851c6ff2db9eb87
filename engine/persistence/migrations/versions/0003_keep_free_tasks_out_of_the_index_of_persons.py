"""keep free tasks out of the index of persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

IS_SOMEBODY_S = sa.text("closed_at IS NULL AND assignee_id IS NOT NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    op.drop_index("task_of_person", table_name="task")
    op.create_index(
        "task_of_person",
        "task",
        ["assignee_id", "due_at", "id"],
        unique=False,
        postgresql_where=IS_SOMEBODY_S,
        sqlite_where=IS_SOMEBODY_S,
    )
