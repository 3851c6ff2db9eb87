"""Read the mails that came back, and mark the addresses where nobody reads (D10)."""

from __future__ import annotations

import email
import imaplib
import mailbox
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.message import Message as AnyMail
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
import structlog

from engine.outbox import delivery, smtp
from engine.outbox.models import ARRIVED, Message, Outcome

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.settings import Settings

log = structlog.get_logger()

STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
LARGEST = 2_000_000  # Bytes; a report of non-delivery is a few kilobytes.
AT_MOST = 200
PATIENCE = 20.0


class InvalidMailbox(ValueError):
    """ALIZE_BOUNCE_URL is not maildir:///folder or imaps://user:password@host/INBOX."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """One recipient that a report of non-delivery speaks of (RFC 3464)."""

    message_id: str
    address: str
    status: str
    is_address_invalid: bool


class Returned(Protocol):
    """A mailbox where mails come back."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Give each new mail, with a key to mark it read."""
        ...

    def mark_read(self, key: str) -> None:
        """Never give this mail again."""
        ...


def read(database: Database, settings: Settings, *, hooks: delivery.Hooks | None = None) -> int:
    """Read what came back to `ALIZE_BOUNCE_URL` and record it; gives how many of our mails bounced.

    A mail is marked read once recorded: after a crash in between it is read again, and changes nothing.
    Raises `InvalidMailbox`.
    """
    if not settings.bounce_url:
        return 0
    hooks = hooks or delivery.Hooks()
    bounced = 0
    with opened(settings.bounce_url) as returned:
        for key, raw in returned.unread():
            for bounce in bounces_in(raw):
                bounced += record(database, hooks, bounce)
            returned.mark_read(key)
    return bounced


def record(database: Database, hooks: delivery.Hooks, bounce: Bounce) -> bool:
    """Mark the mail as bounced and, where nobody reads, its address as invalid.

    A report must name both a Message-ID of ours and the address it went to: neither can be guessed, so
    that a forged report silences nobody.
    """
    with database.start_work() as work:
        message = work.database.scalars(
            sa.select(Message)
            .where(Message.message_id == bounce.message_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if message is None or message.outcome not in ARRIVED:
            return False
        if (message.address or "").lower() != bounce.address.lower():
            return False
        message.outcome, message.failed_at = Outcome.BOUNCED.value, work.now
        message.failure = bounce.status
        if bounce.is_address_invalid:
            delivery.mark_address(work, hooks, message)
    return True


def bounces_in(raw: bytes) -> list[Bounce]:
    """Give the permanent failures that a mail reports; none when it is no such report."""
    if len(raw) > LARGEST:
        return []
    mail = email.message_from_bytes(raw, policy=policy.default)
    if mail.get_content_type() != "multipart/report":
        return []
    message_id = ""
    found: list[tuple[str, str, bool]] = []
    try:
        for part in mail.walk():
            if part.get_content_type() == "message/delivery-status":
                found += failures_in(part)
            elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
                message_id = message_id or original_id(part)
    except (ValueError, LookupError, AttributeError):
        log.warning("outbox.bounce.unreadable", exc_info=True)
        return []
    if not message_id:
        return []
    return [Bounce(message_id, address, status, invalid) for address, status, invalid in found]


def failures_in(part: AnyMail) -> Iterator[tuple[str, str, bool]]:
    """Give address, status and whether the address is dead, for each recipient that failed for good."""
    groups = part.get_payload()
    for group in groups if isinstance(groups, list) else []:
        fields = cast("AnyMail", group)
        recipient = str(fields.get("Original-Recipient") or fields.get("Final-Recipient") or "")
        status = STATUS.search(str(fields.get("Status") or ""))
        action = str(fields.get("Action") or "").strip().lower()
        if action != "failed" or status is None or status[1] != "5" or ";" not in recipient:
            continue
        address = recipient.partition(";")[2].strip(" <>")
        yield address, status[0], smtp.is_about_address(int(status[2]), int(status[3]))


def original_id(part: AnyMail) -> str:
    """Give the Message-ID of the mail that came back, whole or by its headers."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload:
        return str(cast("EmailMessage", payload[0]).get("Message-ID") or "").strip()
    headers = email.message_from_string(str(payload), policy=policy.default)
    return str(headers.get("Message-ID") or "").strip()


@contextmanager
def opened(url: str) -> Iterator[Returned]:
    """Open the mailbox that a URL names. Raises `InvalidMailbox`."""
    parts = urlsplit(url)
    if parts.scheme == "maildir" and parts.path:
        folder = mailbox.Maildir(Path(unquote(parts.path)), create=False)
        try:
            yield FolderOfReturns(folder)
        finally:
            folder.close()
    elif parts.scheme in {"imap", "imaps"} and parts.hostname:
        server = connected(parts.scheme, parts.hostname, parts.port)
        try:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            server.select(unquote(parts.path.strip("/")) or "INBOX")
            yield ServerOfReturns(server)
        finally:
            server.logout()
    else:
        raise InvalidMailbox(parts.scheme)


def connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    """Open a connection to an IMAP server, encrypted for imaps."""
    if scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=PATIENCE)
    return imaplib.IMAP4(host, port or 143, timeout=PATIENCE)


class FolderOfReturns:
    """A Maildir that the mail server of the same machine fills."""

    def __init__(self, folder: mailbox.Maildir) -> None:
        self._folder = folder

    def unread(self) -> Iterator[tuple[str, bytes]]:
        keys = [key for key, mail in self._folder.iteritems() if "S" not in mail.get_flags()]
        for key in sorted(keys)[:AT_MOST]:
            yield key, self._folder.get_bytes(key)

    def mark_read(self, key: str) -> None:
        mail = self._folder[key]
        mail.set_subdir("cur")
        mail.add_flag("S")
        self._folder[key] = mail


class ServerOfReturns:
    """A mailbox on an IMAP server."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def unread(self) -> Iterator[tuple[str, bytes]]:
        _kind, found = self._server.search(None, "UNSEEN")
        for key in (found[0] or b"").decode().split()[:AT_MOST]:
            _kind, parts = self._server.fetch(key, "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield key, raw

    def mark_read(self, key: str) -> None:
        self._server.store(key, "+FLAGS", "\\Seen")
