"""How mail leaves this installation, and what happens when it cannot arrive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.agreements import fallen
from engine.committee import invitations, session_names
from engine.escalation import digest
from engine.escalation.digest import send_late_digests
from engine.operations import joined
from engine.outbox import captured, notify, smtp
from engine.outbox.delivery import Hooks
from engine.outbox.letter import Facts
from engine.outbox.models import Message
from engine.people import basins, calendars
from engine.people.models import Person
from engine.persistence import anchors, claims
from engine.projects import addresses, references
from engine.runtime import cases, mail_facts

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.outbox.transport import Transport
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings

TOLD = "anchor_told"
ANCHORED = "history_anchored"

__all__ = ["mail_hooks", "send_late_digests", "tell_anchor", "transport"]


def transport(settings: Settings, database: Database) -> Transport | None:
    """By SMTP where an address is set; a demonstration keeps its mails on a page, whatever is set (D25).

    None in production as long as no address is set: mails wait, and none is counted as sent.
    """
    if settings.environment == "demo" or (settings.environment == "test" and not settings.smtp_url):
        return captured.MailboxTransport(database)
    return smtp.SmtpTransport(settings.smtp_url) if settings.smtp_url else None


def facts_of(store: Store | None, work: UnitOfWork, message: Message) -> Facts:
    """What a mail says as of now, of a session, a task or a project, and the files that leave with it."""
    if message.kind in invitations.KINDS:
        return invitations.facts(work, message)
    if message.kind in fallen.KINDS and fallen.is_moot(work, message):
        return Facts(is_moot=True)
    found = called_by_its_day(work, message, mail_facts.facts_of(work, message))
    if store is None or found.is_moot:
        return found
    return replace(found, attachments=joined.attachments(work, message, store))


def called_by_its_day(work: UnitOfWork, message: Message, found: Facts) -> Facts:
    """Call a session by its day, in the words of whoever is written to."""
    case_id = message.case_id
    if case_id is None or found.is_moot or not references.names_session(found.reference):
        return found
    named = session_names.several(work, [case_id]).get(case_id)
    if named is None:
        return found
    locale = work.database.get_one(Person, message.recipient_id).locale
    return replace(found, firm=session_names.heading(named, locale), is_session=True)


def mail_hooks(database: Database, store: Store | None = None) -> Hooks:
    """What the outbox must know of tasks and projects, and whom to tell of a dead address.

    Without the `store` of files, mails leave with nothing joined.
    """
    del database
    return Hooks(
        facts=partial(facts_of, store), on_invalid_address=on_invalid_address, hold_dossier=hold_dossier
    )


def hold_dossier(work: UnitOfWork, message: Message) -> None:
    """Lock the dossier that a mail is about, if it is about one."""
    if message.case_id is not None:
        with suppress(cases.CaseNotFound):
            cases.lock(work, message.case_id)


def on_invalid_address(work: UnitOfWork, message: Message) -> None:
    """Ask the officer of the dossier to call (D10); what concerns no dossier is seen by the administrator."""
    if message.case_id is not None:
        addresses.ask_to_call(
            work, case_id=message.case_id, person_id=message.recipient_id, address=message.address
        )


def tell_anchor(work: UnitOfWork, *, basin_id: int) -> None:
    """Send a basin's last anchor to those who steer it, once a month from its first open day (D22).

    They are the witness outside the database. Each anchor holds the one before: the last of the month
    vouches for them all. Nothing is sent while nothing has changed since the last one sent.
    """
    last = None if basin_id == anchors.PROGRAMME else anchors.latest(work, basin_id)
    if last is None:
        return
    today = basins.today(work, basin_id)
    opens_on = calendars.calendar_of(work, basin_id).first_open_on_or_after(today.replace(day=1))
    if today < opens_on or not claims.take_period(work, tick=TOLD, period=f"{basin_id}/{today:%Y-%m}"):
        return
    if last.root == last_told(work, basin_id):
        return
    data = {"anchored_on": today, "root": last.root, "number": last.number}
    notify.post(
        work,
        [
            notify.row(work, kind=ANCHORED, recipient_id=person_id, basin_id=basin_id, data=data)
            for person_id in digest.steering_readers(work, basin_id, today)
        ],
    )


def last_told(work: UnitOfWork, basin_id: int) -> str | None:
    """The root last sent about a basin."""
    data = work.connection.scalar(
        sa.select(Message.data)
        .where(Message.kind == ANCHORED, Message.basin_id == basin_id)
        .order_by(Message.created_at.desc(), Message.id)
        .limit(1)
    )
    return None if data is None else str(data["root"])
