"""Back an installation up into one file, and restore it: the same rows on either database (D26)."""

# The archive is a zip: one `tables/<name>.jsonl` per table in an order that respects references, the
# documents under their hash, and `manifest.json`, written last, with the digest of all the others. Rows are
# read from one snapshot, so that people may go on working meanwhile; documents are copied after it was
# taken, and a row's document is written before the row. A restored database wakes held.

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.documents.store import UNFINISHED
from engine.persistence import installation, schema
from engine.persistence.base import Base, table_of
from engine.persistence.database import Database
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime.models import Instance
from engine.runtime.rebuilding import Saved

FORMAT = 2
BATCH = 1000
PIECE = 1 << 20  # What is read of a file at once.
MANIFEST = "manifest.json"

# What only the server that wrote it understands: a younger one has not numbered so many transactions
# yet, and would take every restored entry for one still being written.
ONLY_OF_ITS_SERVER: dict[tuple[str, str], object] = {("history", "transaction_id"): 0}

Progress = Callable[[int, int], None]  # How many things are done, of how many.


def unseen(done: int, total: int) -> None:
    """Show no progress."""


class NotEmpty(errors.Conflict):
    """Cette base contient déjà une installation : on ne restaure que dans une base vide."""


class NotABackup(errors.Conflict):
    """Ce fichier n’est pas une sauvegarde d’Alizé, ou il est abîmé : {reason}."""


class OfAnotherRelease(errors.Conflict):
    """Cette sauvegarde est à la version « {found} » et le programme à « {expected} » : {what_to_do}."""


class OfAnotherEnvironment(errors.Conflict):
    """Cette sauvegarde est celle d’une base « {found} » et les réglages disent « {asked} » : rien n’est restauré."""  # noqa: E501


def backup(database: Database, path: Path, *, documents: Path, progress: Progress = unseen) -> dict[str, int]:
    """Write every row and every document into the zip `path`; how many rows per table.

    The file appears whole or not at all; when it has, the installation keeps that it was backed up.
    """
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, snapshot(database) as connection:
            counts = Writing(archive, progress).everything(connection, documents)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    with database.start_work() as work:
        installation.note_backup(work)
    return counts


class Writing:
    """A backup being written: what went in, and the digest of each part."""

    def __init__(self, archive: zipfile.ZipFile, progress: Progress) -> None:
        self.archive = archive
        self.progress = progress
        self.digests: dict[str, str] = {}
        self.done = self.total = 0

    def everything(self, connection: sa.Connection, documents: Path) -> dict[str, int]:
        """Write rows, then documents, then the manifest; how many rows per table."""
        tables = Base.metadata.sorted_tables
        counts = {table.name: count_rows(connection, table) for table in tables}
        # What is being written meanwhile has no row yet, and may be gone at the next line.
        found = sorted(each for each in documents.rglob("*") if not each.name.startswith(UNFINISHED))
        self.total = sum(counts.values()) + len(found)
        for table in tables:
            self.table(connection, table)
        for document in found:
            if document.is_file():
                self.document(document, f"documents/{document.relative_to(documents).as_posix()}")
            self.advance()
        manifest = {
            "format": FORMAT, "release": schema.found_release(connection),
            "environment": environment_of(connection), "rows": counts, "digests": self.digests,
        }  # fmt: skip
        self.archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        return counts

    def table(self, connection: sa.Connection, table: sa.Table) -> None:
        """Write the rows of a table, one a line."""
        name, digest = f"tables/{table.name}.jsonl", hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as file:
            for row in connection.execution_options(yield_per=BATCH).execute(rows_of(table)):
                line = json.dumps(dict(row._mapping), default=written).encode() + b"\n"
                file.write(line)
                digest.update(line)
                self.advance()
        self.digests[name] = digest.hexdigest()

    def document(self, path: Path, name: str) -> None:
        """Write one document; one that was erased since the snapshot is left out, as its row soon will be."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        digest = hashlib.sha256()
        with source, self.archive.open(zipfile.ZipInfo.from_file(path, name), "w") as file:
            for piece in pieces(source):
                file.write(piece)
                digest.update(piece)
        self.digests[name] = digest.hexdigest()

    def advance(self) -> None:
        """One thing more is written."""
        self.done += 1
        self.progress(self.done, self.total)


def pieces(source: IO[bytes]) -> Iterator[bytes]:
    """What a file holds, piece by piece."""
    while piece := source.read(PIECE):
        yield piece


def count_rows(connection: sa.Connection, table: sa.Table) -> int:
    """How many rows a table has."""
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def environment_of(connection: sa.Connection) -> str | None:
    """What the database was stamped for."""
    table = installation.installation
    return connection.execute(sa.select(table.c.environment)).scalar_one_or_none()


def snapshot(database: Database) -> sa.Connection:
    """A connection that sees the database as it is now, whatever is written meanwhile."""
    if database.is_sqlite:
        return database.reader.connect()
    return database.engine.connect().execution_options(isolation_level="REPEATABLE READ")


def rows_of(table: sa.Table) -> sa.Select[Any]:
    """Every row of a table, in the order of its key."""
    return sa.select(table).order_by(*table.primary_key.columns)


def verify(path: Path, *, progress: Progress = unseen) -> dict[str, Any]:
    """Read a whole backup again, and give its manifest. Raises `NotABackup`, naming what is wrong.

    Every part must be there with the digest it was written with, each table with its rows, and nothing else.
    """
    with opened(path) as archive:
        return verified(archive, progress)


def verified(archive: zipfile.ZipFile, progress: Progress = unseen) -> dict[str, Any]:
    """Read every part of an open backup again; its manifest. Raises `NotABackup`."""
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotABackup(reason="son format n’est pas connu")
    digests: Mapping[str, str] = manifest["digests"]
    strange = set(archive.namelist()) ^ {*digests, MANIFEST}
    if strange:
        raise NotABackup(reason=f"« {min(strange)} » manque ou est de trop")
    for number, (name, expected) in enumerate(digests.items(), start=1):
        digest, lines = hashlib.sha256(), 0
        with archive.open(name) as file:
            for piece in pieces(file):
                digest.update(piece)
                lines += piece.count(b"\n")
        table = name.removeprefix("tables/").removesuffix(".jsonl")
        if digest.hexdigest() != expected or manifest["rows"].get(table, lines) != lines:
            raise NotABackup(reason=f"« {name} » n’est pas ce qui fut écrit")
        progress(number, len(digests))
    return manifest


def restore(
    database: Database,
    path: Path,
    *,
    documents: Path,
    environment: str | None = None,
    as_copy: bool = False,
    progress: Progress = unseen,
) -> dict[str, int]:
    """Put a backup into an empty database, held until `alize resume`; how many rows per table.

    With `as_copy`, nothing will ever leave from there. Raises `NotEmpty`, `NotABackup`, `OfAnotherRelease`,
    `OfAnotherEnvironment` when it is not of the `environment` asked for; whatever is raised, the database
    stays without an installation, and the same command may be given again.
    """
    require_empty(database)
    with opened(path) as archive:
        manifest = verified(archive)
        require_fit(manifest, environment)
        schema.upgrade(database)
        with database.start_work() as work:
            counts = fill(work, archive, sum(manifest["rows"].values()), progress)
            if counts != manifest["rows"]:
                raise NotABackup(reason="le nombre de lignes ne correspond pas")
            for name in archive.namelist():
                if name.startswith("documents/") and not name.endswith("/"):
                    _write_document(archive, name, documents)
            installation.hold(work)
            if as_copy:
                installation.make_copy(work)
    return counts


def require_empty(database: Database) -> None:
    """Refuse a database in which somebody works, of any release. Raises `NotEmpty`."""
    table = installation.installation
    with database.reader.connect() as connection:
        is_made = sa.inspect(connection).has_table(table.name)
        if is_made and connection.execute(sa.select(table.c.id)).first() is not None:
            raise NotEmpty


def require_fit(manifest: Mapping[str, Any], environment: str | None) -> None:
    """Refuse a backup of other tables, or for something else. Raises what `restore` says."""
    found, expected = str(manifest["release"]), schema.expected_release()
    if found > expected:
        raise OfAnotherRelease(found=found, expected=expected, what_to_do=NEWER)
    if found != expected:
        raise OfAnotherRelease(found=found, expected=expected, what_to_do=OLDER)
    if environment is not None and manifest["environment"] not in {None, environment}:
        raise OfAnotherEnvironment(found=manifest["environment"], asked=environment)


NEWER = "installez une version du programme au moins aussi récente"
OLDER = "restaurez-la avec la version du programme qui l’a faite, puis mettez à niveau"


def fill(work: UnitOfWork, archive: zipfile.ZipFile, total: int, progress: Progress) -> dict[str, int]:
    """Insert every row of a backup; how many per table."""
    counts: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        counts[table.name] = 0
        for batch in batches(parents_first(table, read_rows(archive, table))):
            work.connection.execute(sa.insert(table).inline(), batch)
            counts[table.name] += len(batch)
            progress(sum(counts.values()), total)
    if work.connection.dialect.name != "sqlite":
        _restart_numbering(work.connection)
    return counts


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to be read. Raises `NotABackup` for what is none, or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise NotABackup(reason=str(error)) from error


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
