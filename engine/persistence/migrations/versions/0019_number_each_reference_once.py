"""number each reference once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

IS_REFERENCE = sa.text("basin_id IS NULL")
VERSION = sa.table(
    "process_version",
    sa.column("id", sa.Uuid()), sa.column("basin_id"), sa.column("number"), sa.column("published_at"),
)  # fmt: skip


def upgrade() -> None:
    """Go to this release's tables."""
    tell_apart(op.get_bind())
    op.create_index(
        "process_version_reference_number", "process_version", ["number"], unique=True,
        postgresql_where=IS_REFERENCE, sqlite_where=IS_REFERENCE,
    )  # fmt: skip


def tell_apart(connection: sa.Connection) -> None:
    """Give references that were published at once under one number each its own, in their order."""
    found = connection.execute(
        sa.select(VERSION.c.id, VERSION.c.number)
        .where(VERSION.c.basin_id.is_(None))
        .order_by(VERSION.c.number, VERSION.c.published_at, VERSION.c.id)
    ).all()
    last = 0
    for identifier, number in found:
        last = max(number, last + 1)
        if last != number:
            connection.execute(sa.update(VERSION).where(VERSION.c.id == identifier).values(number=last))
