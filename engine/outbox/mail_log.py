"""What was sent, what failed, what waits: the mails as pages show them, and how to send again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.outbox import kinds
from engine.outbox.forgetting import SECRET
from engine.outbox.models import RETRIABLE, Message, Outcome
from engine.people.models import Person
from engine.persistence import keyset

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


ASKS_AGAIN = [each.key for each in kinds.KINDS.values() if each.asks_again]


class UnknownMessage(errors.NotFound):
    """Ce message n’existe pas."""


class NotRetriable(errors.Conflict):
    """Ce message est déjà parti, ou n’a plus d’objet."""


@dataclass(frozen=True, slots=True)
class LoggedMail:
    """One mail of a dossier: to whom, about what, when it left or will, and how it ended."""

    id: UUID
    kind: str
    reference: str | None
    recipient_id: UUID
    recipient: str
    task_id: UUID | None
    counts_for: int | None
    send_after: datetime
    sent_at: datetime | None
    failed_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class FailedMail:
    """One mail that could not be delivered, and why."""

    id: UUID
    kind: str
    case_id: UUID | None
    basin_id: int | None
    reference: str | None
    recipient_id: UUID
    recipient: str
    attempts: int
    failed_at: datetime
    failure: str | None
    outcome: str


def sent_for_case(work: UnitOfWork, case_id: UUID) -> list[LoggedMail]:
    """List every mail about a project, those still to leave included, oldest first."""
    rows = work.connection.execute(
        listed(LoggedMail)
        .where(Message.case_id == case_id)
        .order_by(sa.func.coalesce(Message.sent_at, Message.send_after), Message.created_at, Message.id)
    ).mappings()
    return [LoggedMail(**row) for row in rows]


def failures(
    work: UnitOfWork, *, basin_ids: Collection[int] | None = None, after: str = "", limit: int = keyset.PAGE
) -> keyset.Page:
    """List the mails that did not arrive and that somebody may send again, latest first.

    Those of these basins only (None: all of them, and what is about no basin).
    Raises `errors.InvalidAnswers` for a wrong cursor.
    """
    order = sa.tuple_(Message.failed_at, Message.id)
    statement = listed(FailedMail).where(*have_failed(basin_ids))
    if after:
        statement = statement.where(order < keyset.place(after, Message.failed_at, Message.id))
    rows = work.connection.execute(
        statement.order_by(Message.failed_at.desc(), Message.id.desc()).limit(limit + 1)
    )
    return keyset.cut([FailedMail(**row) for row in rows.mappings()], limit, by="failed_at")


def count_failures(work: UnitOfWork, *, basin_ids: Collection[int] | None = None) -> int:
    """Count the mails that did not arrive, of these basins (None: all)."""
    statement = sa.select(sa.func.count()).select_from(Message).where(*have_failed(basin_ids))
    return work.connection.execute(statement).scalar_one()


def have_failed(basin_ids: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    """The conditions that a mail failed for good, and is about these basins."""
    retriable = Message.outcome.in_([outcome.value for outcome in RETRIABLE])
    return [Message.failed_at.is_not(None), retriable, *are_about(basin_ids)]


def are_about(basin_ids: Collection[int] | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a mail is about one of these basins."""
    return [] if basin_ids is None else [Message.basin_id.in_(basin_ids)]


def listed(shape: type[Any]) -> sa.Select[Any]:
    """Select the columns that a line of a list shows."""
    names = [name for name in shape.__dataclass_fields__ if name != "recipient"]
    return sa.select(*(getattr(Message, name) for name in names), Person.full_name.label("recipient")).join(
        Person, Person.id == Message.recipient_id
    )


def basin_of(work: UnitOfWork, message_id: UUID) -> int | None:
    """Give the basin that a mail is about; None for what concerns none. Raises `UnknownMessage`."""
    message = work.database.get(Message, message_id)
    if message is None:
        raise UnknownMessage
    return message.basin_id


def pending(
    work: UnitOfWork, *, basin_ids: Collection[int] | None = None, after: str = "", limit: int = keyset.PAGE
) -> keyset.Page:
    """List the mails still to leave, of these basins (None: all), the first to go first.

    Raises `errors.InvalidAnswers` for a wrong cursor.
    """
    order = sa.tuple_(Message.send_after, Message.id)
    statement = listed(LoggedMail).where(Message.outcome.is_(None), *are_about(basin_ids))
    if after:
        statement = statement.where(order > keyset.place(after, Message.send_after, Message.id))
    rows = work.connection.execute(statement.order_by(Message.send_after, Message.id).limit(limit + 1))
    return keyset.cut([LoggedMail(**row) for row in rows.mappings()], limit, by="send_after")


def retry(work: UnitOfWork, message_id: UUID) -> None:
    """Send again, as soon as possible, a mail that had failed.

    Raises `UnknownMessage`, and `NotRetriable` for one that left, is moot, or was secret.
    """
    message = work.database.get(Message, message_id)
    if message is None:
        raise UnknownMessage
    if message.outcome not in RETRIABLE or kinds.find(message.kind).is_secret:
        raise NotRetriable
    message.outcome = message.failed_at = message.failure = message.next_try_at = None
    message.attempts = 0
    work.database.flush()


def retry_for(work: UnitOfWork, *, recipient_id: UUID, since: datetime) -> int:
    """Send again what one person did not get since then, once their address is corrected."""
    found = work.database.scalars(
        sa.select(Message).where(
            Message.recipient_id == recipient_id,
            Message.failed_at >= since,
            Message.outcome.in_([outcome.value for outcome in RETRIABLE]),
        )
    ).all()
    retriable = [message for message in found if not kinds.find(message.kind).is_secret]
    for message in retriable:
        retry(work, message.id)
    return len(retriable)


def next_departure(work: UnitOfWork) -> datetime | None:
    """Give the next instant, after now, at which a mail is to leave: a stop for simulated time."""
    return work.connection.scalar(
        sa.select(sa.func.min(Message.send_after)).where(
            Message.outcome.is_(None), Message.send_after > work.now
        ),
    )


def earliest_departure(work: UnitOfWork) -> datetime | None:
    """Give the instant from which the first mail still waiting may leave, past or to come."""
    return work.connection.scalar(sa.select(sa.func.min(Message.send_after)).where(Message.outcome.is_(None)))


def pending_since(work: UnitOfWork, *, since: datetime) -> list[LoggedMail]:
    """List what would leave, of what was written since then: shown before a restore is released."""
    rows = work.connection.execute(
        listed(LoggedMail)
        .where(Message.outcome.is_(None), Message.created_at >= since)
        .order_by(Message.send_after, Message.id)
    ).mappings()
    return [LoggedMail(**row) for row in rows]


def drop_restored(work: UnitOfWork, *, before: datetime) -> int:
    """Mark as « not sent: restored » what was written before then and had not left (D26)."""
    dropped = sa.update(Message).where(Message.outcome.is_(None), Message.created_at < before)
    ended = {"outcome": Outcome.RESTORED.value, "leased_until": None, "next_try_at": None}
    done = work.connection.execute(dropped.where(Message.kind.in_(SECRET)).values(**ended, data={})).rowcount
    return done + work.connection.execute(dropped.values(**ended)).rowcount


def is_followed(work: UnitOfWork, message: Message) -> bool:
    """Tell whether a later reminder of the same task waits for the same person, who needs but one.

    So it is when the server was gone for days.
    """
    if message.task_id is None:
        return False
    later = sa.select(Message.id).where(
        Message.recipient_id == message.recipient_id, Message.task_id == message.task_id,
        Message.kind.in_(ASKS_AGAIN), Message.outcome.is_(None), Message.send_after <= work.now,
        sa.or_(
            Message.created_at > message.created_at,
            sa.and_(Message.created_at == message.created_at, Message.id > message.id),
        ),
    )  # fmt: skip
    return work.connection.execute(later.limit(1)).first() is not None
