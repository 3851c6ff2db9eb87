"""The mailbox of a demonstration: mails are shown on a page, and nothing leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.outbox.models import CapturedMail, Outcome
from engine.people.folding import clean, fold
from engine.people.models import Person
from engine.persistence import claims
from engine.persistence.base import UtcDateTime

if TYPE_CHECKING:
    from engine.outbox.transport import Post
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork


class UnknownMail(errors.NotFound):
    """Ce message n’existe pas."""


class MailboxTransport:
    """Keep each mail as it would have left; sent twice, it is kept once."""

    outcome = Outcome.CAPTURED

    def __init__(self, database: Database) -> None:
        self._database = database

    def send(self, post: Post) -> None:
        """Keep the mail."""
        message = post.letter.message
        with self._database.start_work() as work:
            claims.insert_once(
                work,
                CapturedMail.__table__,  # type: ignore[arg-type]
                {
                    "id": message.id,
                    "case_id": message.case_id,
                    "basin_id": message.basin_id,
                    "recipient_id": message.recipient_id,
                    "address": post.letter.address,
                    "kind": message.kind,
                    "subject": post.words.subject,
                    "text": post.words.text,
                    "html": post.words.html,
                    "source": post.mail.as_string(),
                    "captured_at": after_the_others(work),
                },
            )

    def close(self) -> None:
        """Nothing is shared."""


LATEST = sa.select(sa.func.max(CapturedMail.captured_at)).where(
    CapturedMail.captured_at >= sa.bindparam("first", type_=UtcDateTime()),
    CapturedMail.captured_at < sa.bindparam("over", type_=UtcDateTime()),
)


def after_the_others(work: UnitOfWork) -> datetime:
    """Now, or just after the last mail of this very instant: the clock of a demonstration stands still.

    Without it the code that one has just asked for is anywhere among the mails of the same minute.
    """
    latest = work.connection.scalar(LATEST, {"first": work.now, "over": work.now + timedelta(seconds=1)})
    return work.now if latest is None else latest + timedelta(microseconds=1)


def page(
    work: UnitOfWork,
    *,
    recipient_id: UUID | None = None,
    case_id: UUID | None = None,
    text: str = "",
    limit: int = 50,
) -> list[CapturedMail]:
    """List the mails last captured, newest first; with `text` in their subject, their address or name."""
    statement = (
        sa.select(CapturedMail).order_by(CapturedMail.captured_at.desc(), CapturedMail.id).limit(limit)
    )
    if recipient_id is not None:
        statement = statement.where(CapturedMail.recipient_id == recipient_id)
    if case_id is not None:
        statement = statement.where(CapturedMail.case_id == case_id)
    if text:
        statement = statement.join(Person, Person.id == CapturedMail.recipient_id)
    for word in clean(text).split():
        statement = statement.where(
            sa.or_(
                CapturedMail.subject.icontains(word, autoescape=True),
                CapturedMail.address.icontains(word, autoescape=True),
                Person.search_name.contains(fold(word), autoescape=True),
            )
        )
    return list(work.database.scalars(statement))


def find(work: UnitOfWork, mail_id: UUID) -> CapturedMail:
    """Find one captured mail. Raises `UnknownMail`."""
    mail = work.database.get(CapturedMail, mail_id)
    if mail is None:
        raise UnknownMail
    return mail
