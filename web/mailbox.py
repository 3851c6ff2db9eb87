"""The mailbox of a demonstration: every mail that would have left, for anybody to read."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.blueprints import BlueprintSetupState

from engine.i18n import mark as _
from engine.outbox import captured, rendering
from engine.people import persons
from engine.settings import Settings
from web import work as web_work
from web.auth import public

if TYPE_CHECKING:
    from engine.outbox.models import CapturedMail
    from engine.persistence.unit_of_work import UnitOfWork

pages = Blueprint("mailbox", __name__)

# In production a mail holds what only its reader may know: these routes do not exist there.
ENVIRONMENTS = frozenset({"demo", "test"})
SHOWN = 50


@pages.record
def add_routes(state: BlueprintSetupState) -> None:
    """Give the mailbox its addresses, in a demonstration only."""
    if state.app.extensions["alize"].settings.environment in ENVIRONMENTS:
        state.add_url_rule("/messages", "index", index)
        state.add_url_rule("/messages/<uuid:mail_id>", "show", show)
        state.add_url_rule("/messages/<uuid:mail_id>/pieces/<int:number>", "attachment", attachment)


@public
def index() -> str:
    """List the mails captured, the latest first."""
    with web_work.start_reading() as work:
        return mailbox_page(work, None)


@public
def show(mail_id: UUID) -> str:
    """Show one mail, its links alive."""
    with web_work.start_reading() as work:
        return mailbox_page(work, captured.find(work, mail_id))


@public
def attachment(mail_id: UUID, number: int) -> Response:
    """Send one attachment of a mail."""
    with web_work.start_reading() as work:
        parts = attachments_of(captured.find(work, mail_id))
    if number >= len(parts):
        abort(404)
    name, content, kind = parts[number]
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def mailbox_page(work: UnitOfWork, shown: CapturedMail | None) -> str:
    """The list, with what is searched, and the mail opened."""
    text = request.args.get("q", "").strip()
    found = captured.page(work, limit=SHOWN, text=text)
    names = persons.names(work, [each.recipient_id for each in (*found, *([shown] if shown else []))])
    return render_template(
        "mailbox/index.html",
        title=_("Courriels de la démonstration"),
        lead=_("Aucun n’est parti : les voici tels que leurs destinataires les auraient reçus."),
        search=text,
        facets=[],
        mails=[line(each, names, shown, text) for each in found],
        shown=None if shown is None else opened(shown, names),
        previous_url=None,
        next_url=None,
    )


def line(
    mail: CapturedMail, names: dict[UUID, str], shown: CapturedMail | None, text: str
) -> dict[str, object]:
    """One mail of the list."""
    return {
        "url": url_for("mailbox.show", mail_id=mail.id, q=text or None),
        "to": names.get(mail.recipient_id, mail.address),
        "subject": mail.subject,
        "sent_at": mail.captured_at,
        "state": None,
        "tone": None,
        "is_shown": shown is not None and shown.id == mail.id,
    }


def opened(mail: CapturedMail, names: dict[UUID, str]) -> dict[str, object]:
    """The mail opened."""
    return {
        "subject": mail.subject,
        "to": names.get(mail.recipient_id, ""),
        "address": mail.address,
        "sent_at": mail.captured_at,
        "state": None,
        "tone": None,
        "text": readable(mail.text),
        "reason": None,
        "links": [],
        "attachments": [
            (name, url_for("mailbox.attachment", mail_id=mail.id, number=number), len(content))
            for number, (name, content, _kind) in enumerate(attachments_of(mail))
        ],
        "retry_url": None,
    }


def readable(text: str) -> str:
    """A mail's text as its reader sees it: paragraphs whole, and links that open this demonstration.

    The text part is folded for narrow readers. What the demonstration wrote while it was made bears the
    usual address, while it is served on whatever port it is started.
    """
    found: list[str] = []
    before = ""
    for line in text.splitlines():
        first_word = line.split(" ")[0]
        is_folded = before and len(before) + 1 + len(first_word) > rendering.WIDTH
        if is_folded and first_word and "://" not in first_word:
            found[-1] += f" {line}"
        else:
            found.append(line)
        before = line
    whole = "\n".join(found)
    for address in (Settings().base_url, web_work.engine().settings.base_url):
        whole = whole.replace(address.rstrip("/"), request.host_url.rstrip("/"))
    return whole


def attachments_of(mail: CapturedMail) -> list[tuple[str, bytes, str]]:
    """The files joined to a mail: name, content, type."""
    message = email.message_from_string(mail.source, _class=EmailMessage, policy=policy.default)
    parts = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            parts.append((part.get_filename() or "piece", content, part.get_content_type()))
    return parts
