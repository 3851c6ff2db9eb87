"""keep answers to a basin's own questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Go to this release's tables."""
    op.add_column("task", sa.Column("questions", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("submission", sa.Column("extras", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("submission", sa.Column("questions", sa.JSON(none_as_null=True), nullable=True))
