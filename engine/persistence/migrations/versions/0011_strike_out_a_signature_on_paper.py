"""strike out a signature on paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0011"
down_revision = "0010"

STANDS = sa.text("struck_at IS NULL")


def upgrade() -> None:
    """Go to this release's tables."""
    with op.batch_alter_table("signature") as table:
        table.add_column(
            sa.Column("struck_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True)
        )
        table.drop_constraint(op.f("signature_signatory_id_key"), type_="unique")
    op.create_index(
        "signature_signatory_id",
        "signature",
        ["signatory_id"],
        unique=True,
        postgresql_where=STANDS,
        sqlite_where=STANDS,
    )
