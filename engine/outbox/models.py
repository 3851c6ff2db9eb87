"""The tables of mails: what is to leave, what left, and what a demonstration captured."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.people import models as _people  # noqa: F401 — the tables referred to below.
from engine.persistence.base import Base


class Outcome(enum.StrEnum):
    """How a message ended; no outcome yet means that it still has to leave."""

    SENT = "sent"
    CAPTURED = "captured"  # Kept by the demonstration's mailbox: nothing left.
    MOOT = "moot"  # What it asked for was done or moved, or its reader went away, before it left.
    NO_ADDRESS = "no_address"  # Nobody knows an address, or the one known is marked invalid.
    REFUSED = "refused"  # The server refused it for good.
    BOUNCED = "bounced"  # It left, and came back.
    DEAD = "dead"  # Tried many times without success: someone must look.
    RESTORED = "restored"  # Dropped after a restore: it had probably left before (D26).


ARRIVED = frozenset({Outcome.SENT, Outcome.CAPTURED})
RETRIABLE = frozenset({Outcome.DEAD, Outcome.REFUSED, Outcome.BOUNCED, Outcome.NO_ADDRESS})


class Message(Base):
    """A mail to one person, written in the act's own transaction; times of retries are the machine's."""

    __tablename__ = "outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None]
    basin_id: Mapped[int | None]
    task_id: Mapped[UUID | None]
    recipient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str | None]  # As it was when the mail left.
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]  # Codes, numbers and dates only: no name, no free text.
    reference: Mapped[str | None]  # The dossier's, in every subject: « TDL-2026-014 ».
    counts_for: Mapped[int | None]  # The report's number, for mails that count towards three (D9).
    unhurried: Mapped[bool]  # Nobody is behind a screen waiting for it: it leaves by day.
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    send_after: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int]
    leased_until: Mapped[datetime | None]
    message_id: Mapped[str | None]  # The Message-ID header: the same at every attempt.
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    outcome: Mapped[str | None]


outbox = Message.__table__
is_pending = outbox.c.outcome.is_(None)
sa.Index("outbox_due", outbox.c.send_after, postgresql_where=is_pending, sqlite_where=is_pending)
sa.Index("outbox_of_case", outbox.c.case_id, outbox.c.created_at)
sa.Index("outbox_of_recipient", outbox.c.recipient_id, outbox.c.created_at)
has_header = outbox.c.message_id.is_not(None)
sa.Index("outbox_header", outbox.c.message_id, postgresql_where=has_header, sqlite_where=has_header)
failed = outbox.c.failed_at.is_not(None)
sa.Index("outbox_failed", outbox.c.failed_at, postgresql_where=failed, sqlite_where=failed)


class CapturedMail(Base):
    """A mail as it would have left, kept for the mailbox page of a demonstration."""

    __tablename__ = "captured_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # The message's own.
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    basin_id: Mapped[int | None]
    recipient_id: Mapped[UUID]
    address: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    source: Mapped[str]  # The whole mail, headers and attachments, as a server would get it.
    captured_at: Mapped[datetime] = mapped_column(index=True)
