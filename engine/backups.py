"""Back an installation up into one file, and restore it: the same rows on either database (D26)."""

# The archive is a zip: `manifest.json`, one `tables/<name>.jsonl` per table in an order that respects
# references, and the documents under their hash. It is read from one snapshot, so that people may go on
# working meanwhile; a restored database wakes held.

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.documents.store import UNFINISHED
from engine.persistence import installation, schema
from engine.persistence.base import Base, table_of
from engine.persistence.database import Database
from engine.runtime.models import Instance
from engine.runtime.rebuilding import Saved

FORMAT = 1
BATCH = 1000

# What only the server that wrote it understands: a younger one has not numbered so many transactions
# yet, and would take every restored entry for one still being written.
ONLY_OF_ITS_SERVER: dict[tuple[str, str], object] = {("history", "transaction_id"): 0}


class NotEmpty(errors.Conflict):
    """Cette base contient déjà une installation : on ne restaure que dans une base vide."""


class NotABackup(errors.Conflict):
    """Ce fichier n’est pas une sauvegarde d’Alizé, ou il est abîmé : {reason}."""


def backup(database: Database, path: Path, *, documents: Path) -> dict[str, int]:
    """Write every row and every document into the zip `path`; how many rows per table.

    The file appears whole or not at all.
    """
    partial = path.with_name(path.name + ".partial")
    counts: dict[str, int] = {}
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive, snapshot(database) as connection:
        for table in Base.metadata.sorted_tables:
            with archive.open(f"tables/{table.name}.jsonl", "w") as file:
                counts[table.name] = 0
                for row in connection.execution_options(yield_per=BATCH).execute(rows_of(table)):
                    file.write(json.dumps(dict(row._mapping), default=written).encode() + b"\n")
                    counts[table.name] += 1
        for document in sorted(documents.rglob("*")) if documents.is_dir() else ():
            # What is being written meanwhile has no row yet, and may be gone at the next line.
            if not document.name.startswith(UNFINISHED) and document.is_file():
                archive.write(document, f"documents/{document.relative_to(documents)}")
        manifest = {"format": FORMAT, "release": schema.found_release(connection), "rows": counts}
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
    partial.replace(path)
    return counts


def snapshot(database: Database) -> sa.Connection:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    if database.is_sqlite:
        return database.reader.connect()
    return database.engine.connect().execution_options(isolation_level="REPEATABLE READ")


def rows_of(table: sa.Table) -> sa.Select[Any]:
    """Every row of a table, in the order of its key."""
    return sa.select(table).order_by(*table.primary_key.columns)


def restore(database: Database, path: Path, *, documents: Path) -> dict[str, int]:
    """Put a backup into an empty database, held until `alize resume`; how many rows per table.

    Raises `NotEmpty`, `NotABackup`; whatever is raised, the database stays without an installation.
    """
    with opened(path) as archive:
        return _restore(database, archive, documents=documents)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to be read. Raises `NotABackup` for what is none, or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise NotABackup(reason=str(error)) from error


def _restore(database: Database, archive: zipfile.ZipFile, *, documents: Path) -> dict[str, int]:
    manifest = json.loads(archive.read("manifest.json"))
    if manifest.get("format") != FORMAT or manifest.get("release") != schema.expected_release():
        raise NotABackup(reason=f"version {manifest.get('release')}, {schema.expected_release()} attendue")
    broken = archive.testzip()
    if broken is not None:
        raise NotABackup(reason=broken)
    schema.upgrade(database)
    counts: dict[str, int] = {}
    with database.start_work() as work:
        if work.connection.execute(sa.select(installation.installation.c.id)).first() is not None:
            raise NotEmpty
        for table in Base.metadata.sorted_tables:
            counts[table.name] = 0
            for batch in batches(parents_first(table, read_rows(archive, table))):
                work.connection.execute(sa.insert(table).inline(), batch)
                counts[table.name] += len(batch)
        if not database.is_sqlite:
            _restart_numbering(work.connection)
        if counts != manifest["rows"]:
            raise NotABackup(reason="le nombre de lignes ne correspond pas")
        for name in archive.namelist():
            if name.startswith("documents/") and not name.endswith("/"):
                _write_document(archive, name, documents)
        installation.hold(work)
    return counts


def saved_case(path: Path, case_id: UUID) -> Saved:
    """What a backup holds of where a project stood: the length of its history, its instances' markings.

    Raises `NotABackup`.
    """
    with opened(path) as archive:
        found = [row for row in read_rows(archive, table_of(Instance)) if row["case_id"] == case_id]
    length = max((row["history_length"] for row in found), default=0)
    return Saved(length, {row["id"]: row["marking"] for row in found})


def _write_document(archive: zipfile.ZipFile, name: str, documents: Path) -> None:
    target = (documents / name.removeprefix("documents/")).resolve()
    if not target.is_relative_to(documents.resolve()):
        raise NotABackup(reason=name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(archive.read(name))


def _restart_numbering(connection: sa.Connection) -> None:
    """PostgreSQL numbers rows from a counter of its own, which must pass what was restored."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = connection.execute(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        ).scalar_one()
        if sequence:
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, highest, False)))


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
