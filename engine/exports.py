"""Lists as rows for files: history and projects, with cells that no spreadsheet will execute."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.persistence import history
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.projects.models import Project

# A cell that begins so is read as a formula; a quote in front makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
BATCH = 1000

COLUMNS = [
    history.history.c[name]
    for name in (
        "seq", "chain_id", "number", "basin_id", "recorded_at", "occurred_on", "actor_id", "on_behalf_of",
        "capacity", "kind", "subject_id", "data", "content_digest", "hash",
    )
]  # fmt: skip


def harmless(value: object) -> object:
    """A cell's value, or the same as text when a spreadsheet would take it for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def history_after(
    work: UnitOfWork,
    *,
    after: int,
    limit: int = BATCH,
    basin_ids: set[int] | None = None,
    without: Collection[UUID] = (),
) -> list[dict[str, Any]]:
    """The next history entries in the order they were committed; never past an open transaction (D22).

    `basin_ids` keeps those of some basins (None: of all), `without` leaves out the chains of some projects.

    PostgreSQL numbers a row before it commits: number 8 may be visible before number 7. The cursor
    therefore stops below the oldest transaction still open.
    """
    seq = history.history.c.seq
    found = sa.select(*COLUMNS).where(seq > after).order_by(seq).limit(limit)
    if basin_ids is not None:
        found = found.where(history.history.c.basin_id.in_(basin_ids))
    if without:
        found = found.where(history.history.c.chain_id.not_in(without))
    if work.connection.dialect.name == "postgresql":
        oldest = sa.text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        found = found.where(history.history.c.transaction_id < oldest)
    return [plain(row) for row in work.connection.execute(found)]


def plain(row: sa.Row[Any]) -> dict[str, Any]:
    """A history entry as JSON may hold it."""
    return {
        name: value if isinstance(value, (int, str, type(None))) else str(history.plain(value))
        for name, value in row._mapping.items()
    }


def history_rows(work: UnitOfWork) -> Iterator[dict[str, Any]]:
    """Every history entry, oldest first."""
    after = 0
    while rows := history_after(work, after=after):
        yield from rows
        after = rows[-1]["seq"]


def project_rows(work: UnitOfWork) -> Iterator[dict[str, Any]]:
    """Every project's row, without what people wrote in words."""
    table = table_of(Project)
    columns = [column for column in table.columns if not isinstance(column.type, (sa.JSON, sa.LargeBinary))]
    for row in work.connection.execute(sa.select(*columns).order_by(table.c.id)):
        yield plain(row)
