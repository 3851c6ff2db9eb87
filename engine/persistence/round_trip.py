"""Send several writes to PostgreSQL without waiting for each answer (psycopg's pipeline mode)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def one_round_trip(connection: sa.Connection) -> Iterator[None]:
    """Group the writes of the block; on SQLite, which has no network, it changes nothing.

    Only writes: SQLAlchemy believes that a pipelined SELECT returns no rows. Errors come at the end
    of the block, as the driver's own exceptions.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.driver != "psycopg" or driver is None:
        yield
        return
    with driver.pipeline():
        yield


def rows_changed(result: sa.CursorResult[Any]) -> int:
    """How many rows a write changed; ask after the block (inside it, the driver does not know)."""
    cursor: Any = result.context.cursor
    return int(cursor.rowcount)
