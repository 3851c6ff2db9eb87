"""How mail leaves this installation, and what happens when it cannot arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.escalation import digest
from engine.escalation.digest import send_late_digests
from engine.outbox import captured, notify, smtp
from engine.outbox.delivery import Hooks
from engine.people import basins
from engine.persistence import anchors
from engine.projects import addresses
from engine.runtime.mail_facts import facts_of

if TYPE_CHECKING:
    from engine.outbox.models import Message
    from engine.outbox.transport import Transport
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings

__all__ = ["mail_hooks", "send_late_digests", "tell_anchor", "transport"]


def transport(settings: Settings, database: Database) -> Transport | None:
    """By SMTP where an address is set; a demonstration keeps its mails on a page, whatever is set (D25).

    None in production as long as no address is set: mails wait, and none is counted as sent.
    """
    if settings.environment == "demo" or (settings.environment == "test" and not settings.smtp_url):
        return captured.MailboxTransport(database)
    return smtp.SmtpTransport(settings.smtp_url) if settings.smtp_url else None


def mail_hooks(database: Database) -> Hooks:
    """What the outbox must know of tasks and projects, and whom to tell of a dead address."""
    del database
    return Hooks(facts=facts_of, on_invalid_address=on_invalid_address)


def on_invalid_address(work: UnitOfWork, message: Message) -> None:
    """Ask the officer of the dossier to call (D10); what concerns no dossier is seen by the administrator."""
    if message.case_id is not None:
        addresses.ask_to_call(
            work, case_id=message.case_id, person_id=message.recipient_id, address=message.address
        )


def tell_anchor(work: UnitOfWork, *, basin_id: int, root: str) -> None:
    """Send a night's anchor to those who steer the basin: a witness outside the database (D22)."""
    if basin_id == anchors.PROGRAMME:
        return
    today = basins.today(work, basin_id)
    notify.post(
        work,
        [
            notify.row(
                work,
                kind="history_anchored",
                recipient_id=person_id,
                basin_id=basin_id,
                data={"anchored_on": today, "root": root},
            )
            for person_id in digest.steering_readers(work, basin_id, today)
        ],
    )
