"""Put a backup into an empty installation: its documents, then all its rows at once, held."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from engine import errors
from engine.backups.reading import (
    DOCUMENTS,
    NotABackup,
    Progress,
    document_names,
    opened,
    unseen,
    verified,
)
from engine.backups.rows import batches, parents_first, read_rows
from engine.documents.store import FULL, write_whole
from engine.persistence import installation, schema
from engine.persistence.base import Base
from engine.persistence.database import Database
from engine.persistence.unit_of_work import UnitOfWork


class NotEmpty(errors.Conflict):
    """Cette base contient déjà une installation : on ne restaure que dans une base vide."""


class OfAnotherRelease(errors.Conflict):
    """Cette sauvegarde est à la version « {found} » et le programme à « {expected} » : {what_to_do}."""


class OfAnotherEnvironment(errors.Conflict):
    """Cette sauvegarde est celle d’une base « {found} » et les réglages disent « {asked} » : rien n’est restauré."""  # noqa: E501


class NoRoomToRestore(errors.Unavailable):
    """Le disque de {folder} est plein : rien n’est restauré. Faites de la place, puis redonnez la commande."""  # noqa: E501


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
    `OfAnotherEnvironment` when it is not of the `environment` asked for, `NoRoomToRestore`; whatever is
    raised, the database stays without an installation, and the same command may be given again.
    """
    with database.connected() as connection:
        require_empty(connection)
    with opened(path) as archive:
        manifest = verified(archive)
        require_fit(manifest, environment)
        names = document_names(archive)
        shown = Shown(progress, sum(manifest["rows"].values()) + len(names))
        # First, since no transaction may wait for so many files; without rows they are in nobody's way.
        for name in names:
            write_document(archive, name, documents)
            shown.advance(1)
        schema.upgrade(database)
        with database.start_work() as work:
            take_turns(work)
            require_empty(work.connection)
            counts = fill(work, archive, shown)
            if counts != manifest["rows"]:
                raise NotABackup(reason="le nombre de lignes ne correspond pas")
            installation.hold(work)
            if as_copy:
                installation.make_copy(work)
    return counts


class Shown:
    """How far a restore is."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress = progress
        self.total = total
        self.done = 0

    def advance(self, count: int) -> None:
        """So many things more are restored."""
        self.done += count
        self.progress(self.done, self.total)


def require_empty(connection: sa.Connection) -> None:
    """Refuse a database in which somebody works, of any release. Raises `NotEmpty`."""
    table = installation.installation
    is_made = sa.inspect(connection).has_table(table.name)
    if is_made and connection.execute(sa.select(table.c.id)).first() is not None:
        raise NotEmpty


def take_turns(work: UnitOfWork) -> None:
    """Wait for whoever restores or migrates at the same time: SQLite has one writer anyhow."""
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(schema.MIGRATION_LOCK)))


def require_fit(manifest: Mapping[str, object], environment: str | None) -> None:
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


def fill(work: UnitOfWork, archive: zipfile.ZipFile, shown: Shown) -> dict[str, int]:
    """Insert every row of a backup; how many per table."""
    counts: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        counts[table.name] = 0
        for batch in batches(parents_first(table, read_rows(archive, table))):
            work.connection.execute(sa.insert(table).inline(), batch)
            counts[table.name] += len(batch)
            shown.advance(len(batch))
    if work.connection.dialect.name != "sqlite":
        restart_numbering(work.connection)
    return counts


def write_document(archive: zipfile.ZipFile, name: str, documents: Path) -> None:
    """Put one document back, whole or not at all. Raises `NotABackup`, `NoRoomToRestore`."""
    target = (documents / name.removeprefix(DOCUMENTS)).resolve()
    if not target.is_relative_to(documents.resolve()):
        raise NotABackup(reason=name)
    try:
        write_whole(target, archive.read(name))
    except OSError as error:
        if error.errno in FULL:
            raise NoRoomToRestore(folder=documents) from error
        raise


def restart_numbering(connection: sa.Connection) -> None:
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
