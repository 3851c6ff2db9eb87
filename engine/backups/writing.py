"""Write a backup: rows from one snapshot, then documents, into a file that appears whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from engine import errors
from engine.backups.reading import DOCUMENTS, FORMAT, MANIFEST, Progress, pieces, unseen
from engine.backups.rows import BATCH, rows_of, written
from engine.documents.store import FULL, UNFINISHED
from engine.persistence import installation, schema
from engine.persistence.base import Base
from engine.persistence.database import Database
from engine.retention import contents

READ_BY_ITS_OWNER = 0o600  # It holds what everybody wrote, whatever the folder it is put in.


class NoRoomForBackup(errors.Unavailable):
    """Le disque de {folder} est plein : aucune sauvegarde n’a été écrite. Faites de la place, ou sauvegardez sur un autre disque."""  # noqa: E501


class AlreadyWriting(errors.Conflict):
    """Une autre sauvegarde s’écrit en ce moment dans {path} : attendez qu’elle finisse."""


class AmongDocuments(errors.Conflict):
    """{path} est dans le dossier des documents, qui est lui-même sauvegardé : écrivez ailleurs, et mieux, sur un autre disque."""  # noqa: E501


def backup(database: Database, path: Path, *, documents: Path, progress: Progress = unseen) -> dict[str, int]:
    """Write every row and every document into the zip `path`; how many rows per table.

    The file appears whole or not at all; when it has, the installation keeps that it was backed up. Raises
    `AmongDocuments`, `AlreadyWriting`, `NoRoomForBackup`.
    """
    if path.resolve().is_relative_to(documents.resolve()):
        raise AmongDocuments(path=path)
    try:
        with whole_or_none(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            counts = Writing(archive, progress).everything(database, documents)
    except OSError as error:
        if error.errno in FULL:
            raise NoRoomForBackup(folder=path.absolute().parent) from error
        raise
    with database.start_work() as work:
        installation.note_backup(work)
    return counts


@contextmanager
def whole_or_none(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name once it is whole, and of which nothing stays when it could not be written.

    Raises `AlreadyWriting` when another process writes the same one.
    """
    partial = path.with_name(path.name + ".partial")
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT, READ_BY_ITS_OWNER), "r+b") as file:
        if not is_ours(file, partial):
            raise AlreadyWriting(path=path)
        file.truncate()  # What one that was killed had written.
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def is_ours(file: IO[bytes], partial: Path) -> bool:
    """Whether nobody else writes this file, as far as its disk can tell; a lock ends with its process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # A disk of the network that knows no locks.
        return True
    # The one who held it may just have given the file its name.
    return partial.exists() and os.path.samestat(os.fstat(file.fileno()), partial.stat())


class Writing:
    """A backup being written: what went in, and the digest of each part."""

    def __init__(self, archive: zipfile.ZipFile, progress: Progress) -> None:
        self.archive = archive
        self.progress = progress
        self.digests: dict[str, str] = {}
        self.hashes: set[str] = set()
        self.done = self.total = 0

    def everything(self, database: Database, documents: Path) -> dict[str, int]:
        """Write rows, then documents, then the manifest; how many rows per table."""
        tables = Base.metadata.sorted_tables
        with snapshot(database) as connection:
            release, environment = schema.found_release(connection), environment_of(connection)
            counts = {table.name: count_rows(connection, table) for table in tables}
            # What is being written meanwhile has no row yet, and may be gone at the next line.
            found = sorted(each for each in documents.rglob("*") if not each.name.startswith(UNFINISHED))
            self.total = sum(counts.values()) + len(found)
            held = contents.held(connection)
            for table in tables:
                self.table(connection, table)
        # The snapshot is let go first: copying may take hours, and PostgreSQL ends whoever keeps a
        # transaction idle for half a minute.
        for document in found:
            if document.is_file():
                self.document(document, document.relative_to(documents).as_posix())
            self.advance()
        manifest = {
            "format": FORMAT, "release": release, "environment": environment, "rows": counts,
            "digests": self.digests, "lost": len(held - self.hashes),
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

    def document(self, path: Path, place: str) -> None:
        """Write one document; one that was erased since the snapshot is left out, as its row soon will be."""
        name = DOCUMENTS + place
        try:
            entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
            source = path.open("rb")
        except FileNotFoundError:
            return
        digest = hashlib.sha256()
        with source, self.archive.open(entry, "w") as file:
            for piece in pieces(source):
                file.write(piece)
                digest.update(piece)
        self.digests[name] = digest.hexdigest()
        self.hashes.add(place.replace("/", ""))

    def advance(self) -> None:
        """One thing more is written."""
        self.done += 1
        self.progress(self.done, self.total)


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
