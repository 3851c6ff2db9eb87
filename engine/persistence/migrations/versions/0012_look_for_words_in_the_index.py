"""Look for words in the index of the tasks that are to be taken, without reading their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

FREE = sa.text("closed_at IS NULL AND assignee_id IS NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    op.drop_index(op.f("task_of_role"), table_name="task", postgresql_where=FREE, sqlite_where=FREE)
    op.create_index(
        "task_of_role",
        "task",
        ["basin_id", "role", "due_at", "id", "search_text", "closed_at", "assignee_id"],
        unique=False,
        postgresql_where=FREE,
        sqlite_where=FREE,
    )
