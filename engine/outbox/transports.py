"""Choose the way mails leave: a demonstration's never do, whatever the settings say (D25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.outbox.captured import MailboxTransport
from engine.outbox.smtp import SmtpTransport

if TYPE_CHECKING:
    from engine.outbox.transport import Transport
    from engine.persistence.database import Database
    from engine.settings import Settings


def choose(settings: Settings, database: Database) -> Transport:
    """Give the transport of an installation: SMTP where it is set, the mailbox page elsewhere.

    Raises `smtp.InvalidAddress` when `ALIZE_SMTP_URL` is no address of a mail server.
    """
    if settings.environment == "demo" or not settings.smtp_url:
        return MailboxTransport(database)
    return SmtpTransport(settings.smtp_url)
