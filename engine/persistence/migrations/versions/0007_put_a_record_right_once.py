"""put a record right once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

CORRECTABLE = ("diagnostic", "document", "final_review", "note", "phone_call", "report")
IS_RIGHT_ONE = sa.text("replaces_id IS NOT NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    op.drop_index(op.f("correction_original_id"), table_name="correction")
    op.create_index(op.f("correction_original_id"), "correction", ["original_id"], unique=True)
    for table in CORRECTABLE:
        op.create_index(
            f"{table}_replaces_id",
            table,
            ["replaces_id"],
            unique=True,
            postgresql_where=IS_RIGHT_ONE,
            sqlite_where=IS_RIGHT_ONE,
        )
