"""Who does what when several processes could: row locks, leases, once-per-period marks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite

from engine.persistence.base import Base, UtcDateTime
from engine.persistence.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from engine.persistence.database import Database

tick_mark = Table(
    "tick_mark",
    Base.metadata,
    Column("tick", sa.Text, primary_key=True),
    Column("period", sa.Text, primary_key=True),
    Column("taken_at", UtcDateTime, nullable=False),
)

tick_run = Table(
    "tick_run",
    Base.metadata,
    Column("tick", sa.Text, primary_key=True),
    Column("process_name", sa.Text, primary_key=True),
    Column("last_started_at", UtcDateTime, nullable=False),
    Column("last_ended_at", UtcDateTime),
    Column("last_done", sa.Integer, nullable=False, server_default=sa.text("0")),
    Column("last_error", sa.Text),
    Column("runs", sa.Integer, nullable=False, server_default=sa.text("0")),
)

lease = Table(
    "lease",
    Base.metadata,
    Column("name", sa.Text, primary_key=True),
    Column("holder", sa.Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)


def insert_once(work: UnitOfWork, table: Table, row: dict[str, object]) -> bool:
    """Insert a row under a unique key; False when it is there already."""
    return work.connection.execute(once(table, work.connection.dialect.name), row).rowcount == 1


@cache
def once(table: Table, dialect_name: str) -> sa.Insert:
    """The insertion that leaves a row that is there as it is, made once per table."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    # SQLAlchemy keeps the count of an INSERT only when asked to; PostgreSQL would answer -1.
    insert: sa.Insert = dialect.insert(table).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)


def take_period(work: UnitOfWork, *, tick: str, period: str) -> bool:
    """True for the one process that takes this period of this tick; the mark commits with the act."""
    return insert_once(work, tick_mark, {"tick": tick, "period": period, "taken_at": work.now})


def take_lease(work: UnitOfWork, *, name: str, holder: str, lasting: timedelta) -> bool:
    """Take or renew a lease by the wall clock; False while another holds it."""
    if insert_once(work, lease, {"name": name, "holder": holder, "until": work.wall + lasting}):
        return True
    free = sa.or_(lease.c.holder == holder, is_over(lease.c.until, work.wall, at_most=lasting))
    done = work.connection.execute(
        sa.update(lease).where(lease.c.name == name, free).values(holder=holder, until=work.wall + lasting)
    )
    return done.rowcount == 1


def is_over(until: Any, wall: datetime, *, at_most: timedelta) -> sa.ColumnElement[bool]:
    """Whether a wait is over or never began; one longer than any may be is of a clock since set back."""
    return sa.or_(until.is_(None), until <= wall, until > wall + at_most)


def is_free(leased_until: Any, wall: datetime, *, lasting: timedelta) -> sa.ColumnElement[bool]:
    """Whether nobody holds a row: its lease has ended before this instant, in which it might be used yet."""
    return sa.or_(leased_until.is_(None), leased_until < wall, leased_until > wall + lasting)


# Held until the act ends: by several who share a name, or by one alone.
SHARED = sa.text("SELECT pg_advisory_xact_lock_shared(:number)")
ALONE = sa.text("SELECT pg_advisory_xact_lock(:number)")


def hold_name(work: UnitOfWork, name: str, *, alone: bool) -> None:
    """Wait for a name, a file's hash for instance, and hold it until the act ends, alone or with others.

    SQLite's acts take turns already.
    """
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(ALONE if alone else SHARED, {"number": number_of(name)})


def number_of(name: str) -> int:
    """The number by which PostgreSQL locks a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that this process alone deals with, as it was read, until its lease ends."""

    row: sa.Row[Any]
    lease_ends: datetime


def lease_due(
    database: Database, table: Table, due: Callable[[UnitOfWork], sa.Select[Any]], *, lasting: timedelta
) -> Leased | None:
    """Lease the first row that is due, and count the attempt; None when nothing is.

    `due` gives its `id` and its `attempts` at least; the table has `leased_until`. It looks before it locks,
    so that an idle tick writes nothing, and passes over what another process holds.
    """
    with database.start_reading() as reading:
        if reading.connection.execute(due(reading)).first() is None:
            return None
    with database.start_work() as work:
        locked = due(work).with_for_update(skip_locked=True).execution_options(populate_existing=True)
        found = work.connection.execute(locked).first()
        if found is None:
            return None
        lease_ends = work.wall + lasting
        work.connection.execute(
            sa.update(table)
            .where(table.c.id == found.id)
            .values(leased_until=lease_ends, attempts=found.attempts + 1)
        )
        return Leased(found, lease_ends)


def give_back(work: UnitOfWork, *, name: str, holder: str) -> None:
    """Give a lease back before its end."""
    work.connection.execute(sa.delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def runs(work: UnitOfWork) -> list[sa.Row[Any]]:
    """How each tick last went in each process, by name, the latest process first."""
    return list(
        work.connection.execute(
            sa.select(tick_run).order_by(tick_run.c.tick, tick_run.c.last_started_at.desc())
        )
    )


def forget_runs(work: UnitOfWork, *, before: datetime) -> int:
    """Drop how ticks went in processes that have not run since then; how many."""
    return work.connection.execute(sa.delete(tick_run).where(tick_run.c.last_started_at < before)).rowcount


def is_due(instant: datetime | None, now: datetime) -> bool:
    """Due and not yet fired: never an equality, so that a missed tick loses nothing."""
    return instant is not None and instant <= now
