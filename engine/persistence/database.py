"""Open the database: SQLite or PostgreSQL, units of work to read and to act."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from engine import errors
from engine.clock import Clock, RealClock
from engine.persistence.chain_heads import ChainHeads
from engine.persistence.fair_lock import FairLock
from engine.persistence.unit_of_work import SYSTEM, Actor, HeadSource, UnitOfWork

PATIENCE = 5.0  # Seconds a writer waits for its turn before it says so (D27).

POSTGRES_SETTINGS = {
    "application_name": "alize",
    "jit": "off",  # It costs more than it gives below 100 ms.
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "TimeZone": "UTC",
}


class Busy(errors.Unavailable):
    """Le service est très sollicité : votre action n’a pas été enregistrée, réessayez dans un instant."""


class Unreachable(errors.Unavailable):
    """La base de données ne répond pas. Réessayez dans un instant : rien ne sera enregistré deux fois."""


class NoRoom(errors.Unavailable):
    """Le disque du service est plein : rien n’a été enregistré. L’administration doit faire de la place ; gardez cette page ouverte et réessayez."""  # noqa: E501


# The database's own trouble, which passes: no operation is to blame, and the same act may succeed later.
PASSING = (sa.exc.OperationalError, psycopg.OperationalError)
# Anything a database may refuse, in SQLAlchemy's words or, out of a pipeline, in the driver's.
REFUSED = (sa.exc.DBAPIError, psycopg.Error)


def open_engine(url: str, **options: Any) -> sa.Engine:
    """The SQLAlchemy engine of a database URL, with the settings each database needs.

    What a statement was given is named in no refusal: refusals end in logs and in incidents.
    """
    options = {"hide_parameters": True} | options
    if sa.make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, **options)
    settings = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
    return sa.create_engine(
        url,
        **{"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True} | options,
        connect_args={"options": settings},
    )


def _sqlite(url: str, **options: Any) -> sa.Engine:
    """SQLite in WAL mode: writers queue politely, readers never wait.

    `isolation_level = None` stops the driver's own deferred BEGIN; the `begin` event then says which
    one we want. Never add `skip_autocommit_rollback`: the connection would go back to the pool still
    holding the write lock.
    """
    path = sa.make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, **{"pool_size": 16, "max_overflow": 16} | options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout = 5000",  # First: the next line may itself have to wait.
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "cache_size = -65536",
            "mmap_size = 268435456",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        if connection.info.get("query_only", False) is not reading:  # The pool serves both.
            connection.connection.cursor().execute(f"PRAGMA query_only = {int(reading)}")
            connection.info["query_only"] = reading
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


class Database:
    """The way to units of work; one per process."""

    def __init__(self, url: str, *, clock: Clock | None = None, **options: Any) -> None:
        self.url = url
        self.engine = open_engine(url, **options)
        # The database itself refuses a write there: on PostgreSQL by BEGIN READ ONLY, no statement more.
        self.reader = self.engine.execution_options(read_only=True, postgresql_readonly=True)
        self.clock: Clock = clock or RealClock()
        self.sources: list[HeadSource] = [ChainHeads()]
        self.domain: Any = None  # Given by `engine.app`, handed to each unit of work.
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn = FairLock()

    def start_work(
        self, actor: Actor = SYSTEM, *, on_behalf_of: Any = None, locale: str = "fr"
    ) -> UnitOfWork:
        """Open a unit of work that acts; on SQLite it holds the one write lock until it ends.

        Raises `Busy` when the turn does not come within five seconds, `Unreachable` when the server is
        not there: the pool finds it again by itself.
        """
        release = self._take_turn()
        try:
            connection = self.engine.connect()
            try:
                connection.begin()
                return GuardedUnitOfWork(
                    connection,
                    clock=self.clock,
                    actor=actor,
                    on_behalf_of=on_behalf_of,
                    locale=locale,
                    sources=self.sources,
                    release=release,
                    domain=self.domain,
                )
            except BaseException:
                connection.close()
                raise
        except BaseException as error:
            if release is not None:
                release()
            raise_translated(error)
            raise

    def start_reading(self, actor: Actor = SYSTEM, *, locale: str = "fr") -> UnitOfWork:
        """Open a unit of work that only looks: it takes no write lock (D27).

        The database refuses any write in it. Raises `Unreachable`.
        """
        try:
            connection = self.reader.connect()
            try:
                connection.begin()
                return GuardedUnitOfWork(
                    connection, clock=self.clock, actor=actor, reading=True, locale=locale, domain=self.domain
                )
            except BaseException:
                connection.close()
                raise
        except sa.exc.OperationalError as error:
            raise_translated(error)
            raise

    @contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """A bare connection that only looks, for who must not suppose that there are tables.

        Raises `Unreachable`.
        """
        try:
            with self.reader.connect() as connection:
                yield connection
        except sa.exc.OperationalError as error:
            raise_translated(error)
            raise

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    def _take_turn(self) -> Callable[[], None] | None:
        if not self.is_sqlite:
            return None
        if not self._turn.acquire(PATIENCE):
            raise Busy
        return self._turn.release


class GuardedUnitOfWork(UnitOfWork):
    """A unit of work that says in our words what a database says in its own."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit or roll back, then translate what the database refused."""
        try:
            super().__exit__(kind, error, trace)
        except BaseException as refused:
            raise_translated(refused)
            raise
        if error is not None:
            raise_translated(error)


def raise_translated(error: BaseException) -> None:
    """Raise `Busy` for a lock not had in time, `NoRoom` for a full disk, `Unreachable` for a server gone.

    Any other error is let be.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    busy: Sequence[type[BaseException]] = (
        psycopg.errors.LockNotAvailable,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.SerializationFailure,
    )
    if isinstance(cause, tuple(busy)) or (
        isinstance(error, sa.exc.OperationalError) and "database is locked" in str(error)
    ):
        raise Busy from error
    if isinstance(cause, psycopg.errors.DiskFull) or (
        isinstance(error, sa.exc.OperationalError) and "disk is full" in str(error)
    ):
        raise NoRoom from error
    is_shut = isinstance(cause, sqlite3.OperationalError) and "unable to open database file" in str(cause)
    if isinstance(cause, psycopg.OperationalError) or is_shut:
        raise Unreachable from error


def reason_of(refusal: BaseException) -> str:
    """What the database itself said when it did not answer, in one line; nothing of other refusals.

    For whoever runs the machine: it may name a server or an account, never a password.
    """
    cause = refusal.__cause__ if isinstance(refusal, Unreachable) else None
    original = getattr(cause, "orig", None) or cause
    return "" if original is None else " ".join(str(original).split())
