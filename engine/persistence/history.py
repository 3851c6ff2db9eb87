"""The append-only history: one hash chain per subject, content erasable, two times per act (D22)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from engine.persistence.base import Base, BigId, UtcDateTime
from engine.persistence.prepared import Prepared

GENESIS = "0" * 64

history = Table(
    "history",
    Base.metadata,
    Column("seq", BigId, primary_key=True),
    Column("chain_id", sa.Uuid, nullable=False),
    Column("number", sa.Integer, nullable=False),  # 1, 2, 3… within the chain: no gap possible.
    Column("basin_id", sa.Integer),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("occurred_on", sa.Date),
    Column("actor_id", sa.Uuid, nullable=False),
    Column("on_behalf_of", sa.Uuid),
    Column("capacity", sa.Text),
    Column("kind", sa.Text, nullable=False),
    Column("subject_id", sa.Uuid, nullable=False),
    Column("data", sa.Text, nullable=False),  # Canonical JSON: exactly the bytes that were hashed.
    Column("content", sa.Text),  # Free text; erasure empties it, and the salt with it.
    Column("salt", sa.Text),
    Column("content_digest", sa.Text),
    Column("hash", sa.Text, nullable=False),
    # PostgreSQL numbers rows before they commit: a reader must not pass a transaction still open.
    Column("transaction_id", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    UniqueConstraint("chain_id", "number"),
)
Index("history_recorded_at", history.c.recorded_at, postgresql_using="brin")
Index("history_subject", history.c.subject_id)

chain_head = Table(
    "chain_head",
    Base.metadata,
    Column("chain_id", sa.Uuid, primary_key=True),
    Column("basin_id", sa.Integer),
    Column("length", sa.Integer, nullable=False),
    Column("hash", sa.Text, nullable=False),
    Column("anchored_length", sa.Integer, nullable=False, server_default=sa.text("0")),
)

APPEND_ONLY = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE' AND NEW.content IS NULL AND NEW.salt IS NULL
                AND (to_jsonb(NEW) - 'content' - 'salt') = (to_jsonb(OLD) - 'content' - 'salt')
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'history is append-only';
           END $$""",
        """CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
           FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
        """ALTER TABLE history ALTER COLUMN transaction_id
           SET DEFAULT (pg_current_xact_id()::text::bigint)""",
    ],
    "sqlite": [
        """CREATE TRIGGER history_no_delete BEFORE DELETE ON history
           BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
        """CREATE TRIGGER history_no_update BEFORE UPDATE ON history
           WHEN NEW.content IS NOT NULL OR NEW.salt IS NOT NULL
             OR NEW.seq IS NOT OLD.seq OR NEW.chain_id IS NOT OLD.chain_id
             OR NEW.number IS NOT OLD.number OR NEW.basin_id IS NOT OLD.basin_id
             OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.occurred_on IS NOT OLD.occurred_on
             OR NEW.actor_id IS NOT OLD.actor_id OR NEW.on_behalf_of IS NOT OLD.on_behalf_of
             OR NEW.capacity IS NOT OLD.capacity OR NEW.kind IS NOT OLD.kind
             OR NEW.subject_id IS NOT OLD.subject_id OR NEW.data IS NOT OLD.data
             OR NEW.content_digest IS NOT OLD.content_digest OR NEW.hash IS NOT OLD.hash
             OR NEW.transaction_id IS NOT OLD.transaction_id
           BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    ],
}


def _install(_: Table, connection: sa.Connection, **__: object) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


sa.event.listen(history, "after_create", _install)

# Inline: a single row would otherwise ask for its number back, which a pipeline cannot answer.
APPEND = Prepared(sa.insert(history).inline())


@dataclass(slots=True)
class Head:
    """Where a chain stands: how many entries, and the hash of the last."""

    length: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, before it is numbered and hashed."""

    kind: str
    chain: UUID
    subject: UUID
    basin_id: int | None = None
    occurred_on: date | None = None
    capacity: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    content: Mapping[str, object] | None = None


def plain(value: object) -> object:
    """What JSON can hold of an identifier, a date, an instant or a coded value."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value)


def canonical(data: Mapping[str, Any]) -> str:
    """The one JSON text of `data`: sorted keys, no blanks, so that a hash can be made again."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)


def hash_of(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of an entry: of the one before it and of every field but the erasable content."""
    digest = hashlib.sha256(previous.encode())
    for name in (
        "chain_id", "number", "basin_id", "recorded_at", "occurred_on", "actor_id", "on_behalf_of",
        "capacity", "kind", "subject_id", "data", "content_digest",
    ):  # fmt: skip
        value = row[name]
        digest.update(b"\x1f" + (b"" if value is None else str(plain(value)).encode()))
    return digest.hexdigest()


def digest_of(salt: str, content: str) -> str:
    """SHA-256(salt ‖ content): proves a text without holding it once it is erased."""
    return hashlib.sha256((salt + content).encode()).hexdigest()


def chained(
    head: Head, entries: Iterable[Entry], *, now: datetime, actor_id: UUID, on_behalf_of: UUID | None
) -> list[dict[str, Any]]:
    """The rows of `entries`, each hashing the one before it; `head` moves to the last."""
    rows = []
    for entry in entries:
        content = None if entry.content is None else canonical(entry.content)
        salt = None if content is None else secrets.token_hex(16)
        row: dict[str, Any] = {
            "chain_id": entry.chain,
            "number": head.length + 1,
            "basin_id": entry.basin_id,
            "recorded_at": now,
            "occurred_on": entry.occurred_on,
            "actor_id": actor_id,
            "on_behalf_of": on_behalf_of,
            "capacity": entry.capacity,
            "kind": entry.kind,
            "subject_id": entry.subject,
            "data": canonical(entry.data),
            "content": content,
            "salt": salt,
            "content_digest": None if content is None or salt is None else digest_of(salt, content),
        }
        row["hash"] = hash_of(head.hash, row)
        head.length, head.hash = row["number"], row["hash"]
        rows.append(row)
    return rows
