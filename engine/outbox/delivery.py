"""Deliver what is due: claim, send outside any transaction, record what became of each mail."""

# A message is claimed by a lease, sent, then recorded. A process that dies between the last two leaves the
# lease to run out, and the mail is sent again with the same Message-ID: the only way it leaves twice.
# Retries and leases follow the machine's clock; when a mail may leave, and the date it left, the
# programme's (D6).

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine import errors
from engine.calendar import Calendar
from engine.outbox import kinds, mime, rendering
from engine.outbox.letter import Facts, FactsOf, gather, header_id, no_facts
from engine.outbox.mail_log import is_followed, sent_for_case
from engine.outbox.models import ARRIVED, Message, Outcome
from engine.outbox.transport import Post, Refused, ServerGone, TemporaryFailure, Transport
from engine.people import absences, accounts, basins, calendars, persons
from engine.people.models import Person
from engine.persistence import claims, installation

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings

__all__ = ["Facts", "Hooks", "deliver_due", "sent_for_case"]

log = structlog.get_logger()

AT_MOST = 20
LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=1)  # A mail is not begun when its lease could end before it is recorded.
# Eight attempts over two days; then somebody must look.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# How long to leave a server alone that does not answer: a quarter of what its mail has waited already.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
# Each try waits five seconds for its turn: the outcome of a mail that left is worth some of them.
TRIES = 4
# As many attempts, and not even their failure could be written: the process died each time, say.
NEVER_RECORDED = "no outcome could be recorded"


def nobody_to_tell(work: UnitOfWork, message: Message) -> None:
    """Tell nobody that an address is invalid."""


def nothing_to_hold(work: UnitOfWork, message: Message) -> None:
    """Lock nothing that a mail is about."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What `engine.app` lends to the outbox, which knows neither tasks nor processes."""

    facts: FactsOf = no_facts
    on_invalid_address: Callable[[UnitOfWork, Message], None] = nobody_to_tell
    hold_dossier: Callable[[UnitOfWork, Message], None] = nothing_to_hold


@dataclass(frozen=True, slots=True)
class Later:
    """The mail must wait until then: it is night, or the basin's quiet period."""

    until: datetime


def deliver_due(
    database: Database,
    settings: Settings,
    transport: Transport,
    limit: int = AT_MOST,
    *,
    hooks: Hooks | None = None,
) -> int:
    """Send at most `limit` mails that are due; gives how many were dealt with.

    Any number of processes may call it: each message is claimed by one. A server that does not answer costs
    no message one of its attempts: all wait, however long it is gone.
    """
    hooks = hooks or Hooks()
    claimed, lease_ends = claim(database, settings, limit)
    try:
        for number, message_id in enumerate(claimed):
            if database.clock.wall() > lease_ends - MARGIN:
                return number
            deliver_one(database, settings, transport, hooks, message_id)
    except ServerGone as failure:
        insist(partial(wait_for_server, database, claimed[number:], str(failure)))
        return number
    finally:
        transport.close()
    return len(claimed)


def claim(database: Database, settings: Settings, limit: int) -> tuple[list[UUID], datetime]:
    """Lease what is due, oldest first; looks before it locks, so that an idle tick writes nothing."""
    lease_ends = database.clock.wall() + LEASE
    with database.start_reading() as reading:
        standing = installation.standing(reading)
        if standing.is_held or standing.is_copy_at(settings.base_url):
            return [], lease_ends
        if not reading.connection.execute(due(reading, 1)).all():
            return [], lease_ends
    with database.start_work() as work:
        found = work.database.scalars(
            due(work, limit, Message)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).all()
        leaving = [message for message in found if message.attempts <= len(BACK_OFF)]
        for message in found:
            if message not in leaving:
                end(work, message, Outcome.DEAD, failure=message.failure or NEVER_RECORDED)
                continue
            message.leased_until = lease_ends
            message.attempts += 1
            message.message_id = message.message_id or header_id(message, settings)
        return [message.id for message in leaving], lease_ends


def due(work: UnitOfWork, limit: int, what: Any = Message.id) -> sa.Select[Any]:
    """What should leave now: `<=`, never `=`, so that a missed tick loses nothing."""
    return (
        sa.select(what)
        .where(
            Message.outcome.is_(None),
            Message.send_after <= work.now,
            claims.is_over(Message.next_try_at, work.wall, at_most=BACK_OFF[-1]),
            claims.is_free(Message.leased_until, work.wall, lasting=LEASE),
        )
        .order_by(Message.send_after, Message.created_at, Message.id)
        .limit(limit)
    )


def deliver_one(
    database: Database, settings: Settings, transport: Transport, hooks: Hooks, message_id: UUID
) -> None:
    """Send one claimed message and record what became of it; one bad message stops no other.

    What cannot be recorded is logged: the lease runs out, and the mail is tried again. Raises `ServerGone`.
    """
    try:
        for write in attempt(database, settings, transport, hooks, message_id):
            insist(write)
    except ServerGone:
        raise
    except Exception:
        log.exception("outbox.message.not_recorded", message=str(message_id))


def attempt(
    database: Database, settings: Settings, transport: Transport, hooks: Hooks, message_id: UUID
) -> list[Callable[[], None]]:
    """Send one message if it may leave; gives what is to be written about it, each in its transaction.

    Raises `ServerGone`.
    """
    try:
        ready = prepare(database, settings, hooks, message_id)
        if isinstance(ready, Later):
            return [partial(postpone, database, message_id, ready.until)]
        if isinstance(ready, Outcome):
            concluded = partial(conclude, database, message_id, ready)
            called_for = partial(call_for, database, hooks, message_id)
            return [concluded, called_for] if ready is Outcome.NO_ADDRESS else [concluded]
        return hand_over(database, transport, hooks, message_id, ready)
    except ServerGone:
        raise
    except TemporaryFailure as failure:
        return [partial(put_off, database, message_id, str(failure))]
    except Exception as error:
        log.exception("outbox.message.failed", message=str(message_id))
        return [partial(put_off, database, message_id, f"{type(error).__name__}: {error}")]


def hand_over(
    database: Database, transport: Transport, hooks: Hooks, message_id: UUID, post: Post
) -> list[Callable[[], None]]:
    """Send a mail to the address it was written for; what is to be written of it, refused or not."""
    concluded = partial(conclude, database, message_id, address=post.letter.address)
    try:
        transport.send(post)
    except Refused as refusal:
        recorded = partial(concluded, Outcome.REFUSED, failure=str(refusal))
        called_for = partial(mark_address_of, database, hooks, message_id)
        return [recorded, called_for] if refusal.is_address_invalid else [recorded]
    return [partial(concluded, transport.outcome)]


def insist(write: Callable[[], None]) -> None:
    """Write again what a busy database refused: a mail that left must not leave twice for so little."""
    for _again in range(TRIES - 1):
        try:
            return write()
        except errors.Unavailable:
            log.warning("outbox.message.recorded_later")
    return write()


def prepare(database: Database, settings: Settings, hooks: Hooks, message_id: UUID) -> Post | Outcome | Later:
    """Read what the mail says as of now; or say why it does not leave, or not yet."""
    with database.start_reading() as reading:
        message = reading.database.get_one(Message, message_id)
        kind = kinds.find(message.kind)
        facts = hooks.facts(reading, message)
        is_moot = facts.is_moot and not kind.was_asked_for
        if is_moot or has_expired(message, reading.wall):
            return Outcome.MOOT
        recipient = reading.database.get_one(Person, message.recipient_id)
        address = address_for(message, recipient, kind)
        if address is None:
            return Outcome.NO_ADDRESS
        until = may_leave_at(reading, message, kind)
        if until > reading.now:
            return Later(until)
        if kind.asks_again and any(each(reading, message) for each in (is_gone, is_away, is_followed)):
            return Outcome.MOOT
        letter = gather(
            reading,
            message,
            recipient=recipient,
            address=address,
            facts=facts,
            settings=settings,
            previous=previous_of(reading, message),
        )
    words = rendering.render(letter)
    return Post(letter, words, mime.compose(letter, words))


def address_for(message: Message, recipient: Person, kind: kinds.Kind) -> str | None:
    """Give the address a message goes to: the person's own while it works, or the one it was written for."""
    if kind.to_former_address:
        return message.address
    is_dead = recipient.address_invalid_at is not None and not kind.was_asked_for
    return None if is_dead else recipient.email


def has_expired(message: Message, wall: datetime) -> bool:
    """Tell whether a code would arrive too late to be of use."""
    expires_at: str = message.data.get("expires_at") or ""
    return bool(expires_at) and datetime.fromisoformat(expires_at) <= wall


def is_gone(work: UnitOfWork, message: Message) -> bool:
    """Tell whether the recipient's account is closed: somebody who left is asked for nothing again."""
    return bool(accounts.closed_among(work, [message.recipient_id]))


def is_away(work: UnitOfWork, message: Message) -> bool:
    """Tell whether the recipient declared an absence for today, perhaps since the mail was written."""
    return absences.is_absent(work, message.recipient_id, basins.today(work, message.basin_id))


def may_leave_at(work: UnitOfWork, message: Message, kind: kinds.Kind) -> datetime:
    """Give the first instant at which a message may leave, from now on.

    A reminder waits for the basin's open days, by day. Another mail that no one's act caused waits for
    a working day, by day: a task that a timer opens at midnight is announced at eight. What a person's
    act causes leaves at once.
    """
    if not (kind.is_reminder or message.unhurried) or kind.was_asked_for:
        return work.now
    calendar = calendars.calendar_of(work, message.basin_id)
    if not kind.is_reminder:
        calendar = Calendar(calendar.territory)
    return calendar.next_sending_time(work.now, basins.zone_of(work, message.basin_id))


PREVIOUS = (
    sa.select(Message.message_id)
    .where(
        Message.recipient_id == sa.bindparam("recipient_id"),
        Message.case_id == sa.bindparam("case_id"),
        Message.outcome.in_([outcome.value for outcome in ARRIVED]),
        Message.message_id.is_not(None),
    )
    .order_by(Message.sent_at.desc(), Message.id)
    .limit(1)
)


def previous_of(work: UnitOfWork, message: Message) -> list[str]:
    """Give the Message-ID of the last mail this person had about this dossier."""
    if message.case_id is None:
        return []
    about = {"recipient_id": message.recipient_id, "case_id": message.case_id}
    return [found for found in work.connection.scalars(PREVIOUS, about) if found]


def conclude(
    database: Database,
    message_id: UUID,
    outcome: Outcome,
    *,
    address: str | None = None,
    failure: str | None = None,
) -> None:
    """Record how a message ended, and the address it was sent to."""
    with database.start_work() as work:
        end(work, work.database.get_one(Message, message_id), outcome, address=address, failure=failure)


def mark_address_of(database: Database, hooks: Hooks, message_id: UUID) -> None:
    """Mark the dead address of a message already refused, and have somebody asked to telephone (D10)."""
    with database.start_work() as work:
        mark_address(work, hooks, work.database.get_one(Message, message_id))


def call_for(database: Database, hooks: Hooks, message_id: UUID) -> None:
    """Have somebody asked to telephone whom a mail could not reach, where nobody was when their address died.

    The mail that came back may have been about no dossier: this one may be (D10).
    """
    with database.start_work() as work:
        message = work.database.get_one(Message, message_id)
        if work.database.get_one(Person, message.recipient_id).address_invalid_at is not None:
            hooks.on_invalid_address(work, message)


def mark_address(work: UnitOfWork, hooks: Hooks, message: Message) -> None:
    """Mark the recipient's address as invalid, unless it was corrected since the mail left.

    The dossier is locked before its person, as by whoever corrects the address from there.
    """
    hooks.hold_dossier(work, message)
    recipient = persons.lock(work, message.recipient_id)
    if recipient.email != message.address:
        return
    if persons.mark_address_invalid(work, recipient.id):
        hooks.on_invalid_address(work, message)


def end(
    work: UnitOfWork,
    message: Message,
    outcome: Outcome,
    *,
    address: str | None = None,
    failure: str | None = None,
) -> None:
    """Write a message's outcome; what was secret in it is forgotten."""
    if message.outcome is not None:
        return
    message.outcome = outcome.value
    message.leased_until = message.next_try_at = None
    message.failure = failure
    if outcome in ARRIVED:
        message.sent_at, message.address = work.now, address
    elif outcome is not Outcome.MOOT:
        message.failed_at, message.address = work.now, address
    if kinds.find(message.kind).is_secret:
        message.data = {}


def postpone(database: Database, message_id: UUID, until: datetime) -> None:
    """Let a message wait for an hour at which it may leave; it is no failed attempt."""
    with database.start_work() as work:
        message = work.database.get_one(Message, message_id)
        message.send_after = until
        message.leased_until = None
        message.attempts -= 1


def wait_for_server(database: Database, message_ids: list[UUID], failure: str) -> None:
    """Let messages wait until the server answers again; it is no failed attempt of theirs."""
    with database.start_work() as work:
        for message_id in message_ids:
            message = work.database.get_one(Message, message_id)
            waited = (work.now - message.send_after) / 4
            message.next_try_at = work.wall + min(max(waited, SHORTEST_PAUSE), LONGEST_PAUSE)
            message.leased_until = None
            message.attempts -= 1
            message.failure = failure


def put_off(database: Database, message_id: UUID, failure: str) -> None:
    """Try a message again later, each time a little later; give up after two days."""
    with database.start_work() as work:
        message = work.database.get_one(Message, message_id)
        if message.attempts > len(BACK_OFF):
            end(work, message, Outcome.DEAD, failure=failure[:300])
            return
        message.next_try_at = work.wall + BACK_OFF[message.attempts - 1]
        message.leased_until = None
        message.failure = failure[:300]
