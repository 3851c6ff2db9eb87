"""Rows of a backup: one JSON object a line, the same from either database."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

BATCH = 1000

# What only the server that wrote it understands: a younger one has not numbered so many transactions
# yet, and would take every restored entry for one still being written.
ONLY_OF_ITS_SERVER: dict[tuple[str, str], object] = {("history", "transaction_id"): 0}


def rows_of(table: sa.Table) -> sa.Select[Any]:
    """Every row of a table, in the order of its key."""
    return sa.select(table).order_by(*table.primary_key.columns)


def read_rows(archive: zipfile.ZipFile, table: sa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table as the database takes them."""
    readers = {column.name: reader_of(column.type) for column in table.columns}
    anew = {name: value for (owner, name), value in ONLY_OF_ITS_SERVER.items() if owner == table.name}
    with archive.open(f"tables/{table.name}.jsonl") as file:
        for line in file:
            row = json.loads(line)
            read = {name: None if value is None else readers[name](value) for name, value in row.items()}
            yield read | anew


def parents_first(table: sa.Table, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of a table, none before those of the same table that it refers to.

    A backup has them in the order of their identifiers, which says nothing of who came first.
    """
    own = [
        column.name
        for column in table.columns
        if any(each.column.table is table for each in column.foreign_keys)
    ]
    if not own:
        yield from rows
        return
    there: set[object] = set()
    waiting: dict[object, list[dict[str, Any]]] = {}
    for row in rows:
        ready = [row]
        while ready:
            one = ready.pop()
            missing = next(
                (one[name] for name in own if one[name] is not None and one[name] not in there), None
            )
            if missing is not None:
                waiting.setdefault(missing, []).append(one)
                continue
            yield one
            there.add(one["id"])
            ready += waiting.pop(one["id"], [])
    for left in waiting.values():  # What they refer to is nowhere: the database says so.
        yield from left


def batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows by the thousand."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def written(value: object) -> object:
    """A value of a row as JSON holds it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def reader_of(kind: sa.types.TypeEngine[Any]) -> Any:
    """What turns a JSON value back into a row's."""
    python_type: Any = kind.impl_instance.python_type if isinstance(kind, sa.types.TypeDecorator) else None
    if python_type is None:
        python_type = object if isinstance(kind, sa.JSON) else kind.python_type
    readers = {
        UUID: UUID,
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        bytes: bytes.fromhex,
    }
    return readers.get(python_type, lambda value: value)
