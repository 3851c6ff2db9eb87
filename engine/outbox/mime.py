"""Dress a mail for the post: headers, thread, calendar entry."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

import icalendar

from engine.outbox import events, links
from engine.outbox.headers import POST

if TYPE_CHECKING:
    from datetime import date

    from engine.outbox.events import CalendarEvent
    from engine.outbox.letter import Letter
    from engine.outbox.rendering import Words


def compose(letter: Letter, words: Words) -> EmailMessage:
    """Give the whole mail, ready to leave."""
    mail = EmailMessage(policy=POST)
    mail["From"] = letter.sender
    mail["To"] = recipient_header(letter)
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(letter.now.astimezone(UTC))
    mail["Message-ID"] = letter.message_id
    # Answering machines must not answer a machine (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    thread(mail, letter)
    if letter.kind.is_digest:
        mail["List-Unsubscribe"] = f"<{links.preferences_link(letter.base_url)}>"
    mail.set_content(words.text, cte="quoted-printable")
    mail.add_alternative(words.html, subtype="html", cte="quoted-printable")
    if letter.kind.is_dated and letter.due_on is not None:
        entry = calendar_entry(letter, words, letter.due_on)
        mail.add_attachment(
            entry,
            maintype="text",
            subtype="calendar",
            filename="alize.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    if letter.facts.event is not None:
        add_event(mail, letter, letter.facts.event)
    for each in letter.facts.attachments:
        main, _slash, sub = each.media_type.partition("/")
        mail.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    # Last: what describes a content follows it into its part when another part joins.
    mail["Content-Language"] = letter.locale
    return mail


def add_event(mail: EmailMessage, letter: Letter, event: CalendarEvent) -> None:
    """Join a meeting in the form that a calendar takes in by itself: an invitation, a change, an end."""
    entry = events.written(
        event,
        now=letter.now,
        domain=letter.message_id.rpartition("@")[2].rstrip(">"),
        sender=parseaddr(letter.sender)[1],
        attendee=letter.address,
        url=letter.url,
    )
    mail.add_attachment(
        entry,
        maintype="text",
        subtype="calendar",
        filename="seance.ics",
        params={"charset": "utf-8", "method": event.method.value},
    )


def recipient_header(letter: Letter) -> Address | str:
    """Give « Claire Martin <…> », or the bare address when the name does not fit a header."""
    name = " ".join(letter.recipient.full_name.split())
    try:
        return Address(display_name=name, addr_spec=letter.address)
    except (ValueError, IndexError):
        return letter.address


def thread(mail: EmailMessage, letter: Letter) -> None:
    """Put the mails of one dossier in one conversation of the reader's mailbox.

    A dossier's thread hangs from an identifier of its own that no mail bears: whoever joins late
    still sees one conversation.
    """
    if letter.message.case_id is None:
        return
    domain = letter.message_id.rpartition("@")[2].rstrip(">")
    root = f"<dossier.{letter.message.case_id.hex}@{domain}>"
    latest = letter.previous[-1:]
    mail["In-Reply-To"] = latest[0] if latest else root
    mail["References"] = " ".join([root, *latest])


def calendar_entry(letter: Letter, words: Words, day: date) -> bytes:
    """Give the due day as an all-day entry; a later mail on the same task moves it."""
    event = icalendar.Event()
    identifier = letter.message.task_id or letter.message.id
    event.add("uid", f"{identifier.hex}@{letter.message_id.rpartition('@')[2].rstrip('>')}")
    event.add("dtstamp", letter.now.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", words.subject)
    event.add("transp", "TRANSPARENT")
    if letter.url:
        event.add("url", letter.url)
        event.add("description", letter.url)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Alizé//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
