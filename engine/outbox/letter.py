"""Everything a mail says, gathered when it leaves: what is stale or moot never leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.outbox import kinds, links
from engine.people import assignments, basins
from engine.people.models import Account, Assignment, Person, Role

if TYPE_CHECKING:
    from engine.outbox.events import CalendarEvent
    from engine.outbox.models import Message
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that leaves with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """What the dossier says of a message at the time it leaves, and what is joined to it."""

    is_moot: bool = False
    title: str = ""
    firm: str = ""
    reference: str = ""
    due_on: date | None = None
    is_session: bool = False  # `firm` is then what the session is called.
    event: CalendarEvent | None = None
    attachments: tuple[Attachment, ...] = ()
    absent: str = ""  # Who is away, and who does their tasks meanwhile.
    substitute: str = ""
    is_absent: bool = False  # The reader is the one who is away.


# Given by `engine.app`, because the outbox knows neither tasks nor projects.
FactsOf = Callable[["UnitOfWork", "Message"], Facts]


def no_facts(work: UnitOfWork, message: Message) -> Facts:
    """Know nothing more than the message itself."""
    del work
    return Facts(reference=message.reference or "")


@dataclass(frozen=True, slots=True)
class Officer:
    """Whom to call: the operator's officer of the basin."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, before it is put into words."""

    kind: kinds.Kind
    message: Message
    message_id: str
    recipient: Person
    address: str
    sender: str
    locale: str
    basin: str
    officer: Officer | None
    facts: Facts
    data: dict[str, Any]
    url: str
    base_url: str
    now: datetime
    today: date
    previous: list[str] = field(default_factory=list)

    @property
    def reference(self) -> str:
        """The dossier's reference, in every subject."""
        return self.message.reference or self.facts.reference

    @property
    def due_on(self) -> date | None:
        """The day by which something is expected: the message's own, else the task's."""
        found = self.data.get("due_on")
        return found if isinstance(found, date) else self.facts.due_on


def gather(
    work: UnitOfWork,
    message: Message,
    *,
    recipient: Person,
    address: str,
    facts: Facts,
    settings: Settings,
    previous: list[str],
) -> Letter:
    """Gather all that the mail will say, as of now."""
    kind = kinds.find(message.kind)
    basin = None if message.basin_id is None else basins.find(work, message.basin_id)
    today = clock.local_date(work.now, basins.zone_of(work, message.basin_id))
    # What was not said is absent, not an error: templates ask before they show an option.
    data = dict.fromkeys(kind.options) | revived(message.data)
    return Letter(
        kind=kind,
        message=message,
        message_id=message.message_id or header_id(message, settings),
        recipient=recipient,
        address=address,
        sender=settings.mail_from,
        locale=recipient.locale,
        basin="" if basin is None else basin.name,
        officer=officer_of(work, message.basin_id, today),
        facts=facts,
        data=data,
        url=button_link(work, kind, message, data, settings.base_url),
        base_url=settings.base_url,
        now=work.now,
        today=today,
        previous=previous,
    )


def header_id(message: Message, settings: Settings) -> str:
    """Give the Message-ID of a row: the same at every attempt, so that a twice-sent mail shows once."""
    return f"<{message.id.hex}@{mail_domain(settings)}>"


def mail_domain(settings: Settings) -> str:
    """Give the domain that mails come from."""
    return settings.mail_from.rpartition("@")[2].strip(" >") or "localhost"


def button_link(
    work: UnitOfWork, kind: kinds.Kind, message: Message, data: dict[str, Any], base_url: str
) -> str:
    """Give the address behind the button; a task's whenever there is one, none that would not open."""
    if kind.link is kinds.Link.NOWHERE:
        return ""
    if message.task_id is not None:
        return links.deep_link(base_url, message.task_id)
    if kind.link is kinds.Link.LATE:
        return links.late_link(base_url)
    if kind.link is kinds.Link.SIGN_IN or message.case_id is None:
        return links.sign_in_link(base_url, str(data.get("path") or "/connexion"))
    if not has_account(work, message.recipient_id):
        return ""
    page = PAGES.get(kind.link, links.session_link if data.get("session_id") else links.project_link)
    return page(base_url, message.case_id)


PAGES: Mapping[kinds.Link, Callable[[str, UUID], str]] = {
    kinds.Link.SESSION: links.session_link,
    kinds.Link.DOSSIER: links.dossier_link,
}


def has_account(work: UnitOfWork, person_id: UUID) -> bool:
    """Tell whether a person can sign in: a firm's head cannot, and gets no link to a page."""
    account = work.database.get(Account, person_id)
    return account is not None and account.disabled_at is None


OFFICER = (
    sa.select(Person.full_name, Person.phone)
    .join(Assignment, Assignment.person_id == Person.id)
    .where(
        Assignment.basin_id == sa.bindparam("basin_id"),
        Assignment.role == Role.OPERATOR.value,
        assignments.in_force(sa.bindparam("on", type_=sa.Date())),
    )
    .order_by(Assignment.valid_from, Assignment.id)
    .limit(1)
)


def officer_of(work: UnitOfWork, basin_id: int | None, today: date) -> Officer | None:
    """Give the operator's officer in charge of a basin that day: the one there for longest."""
    if basin_id is None:
        return None
    found = work.connection.execute(OFFICER, {"basin_id": basin_id, "on": today}).one_or_none()
    return None if found is None else Officer(found.full_name, found.phone)


def revived(value: Any) -> Any:
    """Give back as dates what the row keeps as ISO texts, under names that say so (`…_on`, `month`)."""
    if isinstance(value, dict):
        return {name: _revived_item(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [revived(item) for item in value]
    return value


def _revived_item(name: str, item: Any) -> Any:
    if isinstance(item, str) and (name.endswith("_on") or name == "month"):
        return date.fromisoformat(item) if item else None
    return revived(item)
