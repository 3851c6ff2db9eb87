"""Bring the database to this release's tables, and refuse to work on another release's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine import errors
from engine.persistence.database import Database, raise_translated
from engine.persistence.unit_of_work import UnitOfWork

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number will do, as long as nothing else in the same database takes it.
MIGRATION_LOCK = 7_270_001


class OtherRelease(errors.Unavailable):
    """La base est à la version « {found} » et le programme attend « {expected} » : lancez « alize init »."""


class NewerDatabase(OtherRelease):
    """La base est à la version « {found} », que ce programme ne connaît pas : installez celui qui l’a mise à niveau."""  # noqa: E501


def configuration() -> Config:
    """Alembic's configuration, made here: there is no other file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


@cache
def expected_release() -> str:
    """The number of the newest migration."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or "none"


def found_release(connection: sa.Connection) -> str:
    """The number of the last migration applied to this database."""
    return MigrationContext.configure(connection).get_current_revision() or "none"


def pending(connection: sa.Connection) -> list[str]:
    """The migrations that this database lacks, in their order: number, then what each does.

    Raises `NewerDatabase` when it has one that this release does not know.
    """
    scripts, found = ScriptDirectory.from_config(configuration()), found_release(connection)
    known = {each.revision for each in scripts.walk_revisions()}
    if found != "none" and found not in known:
        raise NewerDatabase(found=found)
    lacking = scripts.iterate_revisions("head", "base" if found == "none" else found)
    return [f"{each.revision} {each.doc}" for each in reversed(list(lacking))]


def upgrade(database: Database) -> None:
    """Apply the migrations that are missing; several processes may ask at once, one does it.

    PostgreSQL: under an advisory lock, with the short `lock_timeout` of every connection, so that a
    migration never queues behind a long reader and blocks everybody else. Raises `NewerDatabase`, and what
    `start_work` does of a database that does not answer.
    """
    with database.connected() as connection:
        pending(connection)
    try:
        with database.engine.connect() as connection, tables_rebuilt(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config = configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.OperationalError as error:
        raise_translated(error)
        raise


@contextmanager
def tables_rebuilt(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite drop a table to make it anew under the same name, with the rows that refer to it there.

    It watches foreign keys as soon as it is told to, and cannot be told otherwise inside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def require_current(work: UnitOfWork) -> None:
    """Raise `OtherRelease` unless the database has exactly this release's tables (D13)."""
    require_release(found_release(work.connection))


def require_release(found: str) -> None:
    """Raise `OtherRelease` unless this release works on such tables, `NewerDatabase` when they are newer."""
    expected = expected_release()
    if found == expected:
        return
    if found != "none" and found > expected:
        raise NewerDatabase(found=found, expected=expected)
    raise OtherRelease(found=found, expected=expected)
