"""Answer a repeated request as the first time: keys per actor and route, kept a day (D24)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table, bindparam

from engine import errors
from engine.persistence import claims
from engine.persistence.base import Base, UtcDateTime
from engine.persistence.prepared import Prepared
from engine.persistence.unit_of_work import UnitOfWork

KEPT = timedelta(hours=24)

idempotency_key = Table(
    "idempotency_key",
    Base.metadata,
    Column("actor_id", sa.Uuid, primary_key=True),
    Column("route", sa.Text, primary_key=True),
    Column("key", sa.Text, primary_key=True),
    Column("request_hash", sa.Text, nullable=False),
    Column("status", sa.Integer, nullable=False),
    Column("location", sa.Text, nullable=False),  # No personal data: the answer is read again there.
    Column("kept_until", UtcDateTime, nullable=False, index=True),
)

FIND = sa.select(idempotency_key.c.request_hash, idempotency_key.c.status, idempotency_key.c.location).where(
    idempotency_key.c.actor_id == bindparam("actor_id"),
    idempotency_key.c.route == bindparam("route"),
    idempotency_key.c.key == bindparam("key"),
)
REMEMBER = Prepared(sa.insert(idempotency_key))


class AnotherRequest(errors.InvalidAnswers):
    """Cette clé d’idempotence a déjà servi pour une autre demande."""

    def __init__(self) -> None:
        super().__init__({"Idempotency-Key": [errors.first_paragraph(type(self))]})


class StillRunning(errors.Conflict):
    """Une première demande avec cette clé est encore en cours : réessayez dans un instant."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time."""

    status: int
    location: str


def fingerprint(body: bytes) -> str:
    """The hash that tells one request body from another."""
    return hashlib.sha256(body).hexdigest()


def find(work: UnitOfWork, *, actor_id: UUID, route: str, key: str, request_hash: str) -> Answer | None:
    """What this key was answered with, if it was; raises `AnotherRequest` for another body."""
    row = work.connection.execute(FIND, {"actor_id": actor_id, "route": route, "key": key}).one_or_none()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise AnotherRequest
    return Answer(row.status, row.location)


# The requests of this process that have not ended; on SQLite there is no other process that acts for
# people, and the database's one write lock would make a repeated request wait instead of being told.
_running: set[tuple[UUID, str, str]] = set()
_turn = threading.Lock()

# Held until the act commits; another process that asks for it is told at once, or waits for it.
TRY_LOCK = sa.text("SELECT pg_try_advisory_xact_lock(:number)")


@contextmanager
def running(*, actor_id: UUID, route: str, key: str) -> Iterator[None]:
    """Keep a key to one request of this process at a time, from before its unit of work opens.

    Raises `StillRunning` while the first request with the same key has not ended.
    """
    mine = (actor_id, route, key)
    with _turn:
        if mine in _running:
            raise StillRunning
        _running.add(mine)
    try:
        yield
    finally:
        with _turn:
            _running.discard(mine)


def hold(work: UnitOfWork, *, actor_id: UUID, route: str, key: str) -> None:
    """Keep a key to this act among all processes, until it ends. Raises `StillRunning`."""
    if work.connection.dialect.name != "postgresql":
        return
    if not work.connection.execute(
        TRY_LOCK, {"number": claims.number_of(_name(actor_id, route, key))}
    ).scalar_one():
        raise StillRunning


def take_turn(work: UnitOfWork, *, actor_id: UUID, route: str, key: str) -> None:
    """Wait until the first act with a key has ended, in whatever process: what `find` tells is then true.

    A person who pressed twice is shown what became of the first; a program is told to ask again (`hold`).
    SQLite's acts take turns already.
    """
    claims.hold_name(work, _name(actor_id, route, key), alone=True)


def _name(actor_id: UUID, route: str, key: str) -> str:
    """What PostgreSQL locks for a key."""
    return f"{actor_id}\x1f{route}\x1f{key}"


def remember(
    work: UnitOfWork, *, route: str, key: str, request_hash: str, status: int, location: str
) -> None:
    """Keep the answer with the act itself: both are committed, or neither."""
    work.write(
        REMEMBER,
        {
            "actor_id": work.actor.person_id,
            "route": route,
            "key": key,
            "request_hash": request_hash,
            "status": status,
            "location": location,
            "kept_until": work.wall + KEPT,
        },
    )


def forget_old(work: UnitOfWork) -> int:
    """Drop the keys past their day; how many."""
    done = work.connection.execute(sa.delete(idempotency_key).where(idempotency_key.c.kept_until < work.wall))
    return done.rowcount
