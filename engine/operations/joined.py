"""The files that leave with a mail, once they are made: a line per kind of mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.agreements import envelopes
from engine.committee import letters
from engine.outbox.letter import Attachment

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.documents.store import Store
    from engine.outbox.models import Message
    from engine.persistence.unit_of_work import UnitOfWork

PDF = "application/pdf"
# Whose papers a kind of mail carries: those that are not made stay behind, the mail leaves all the same.
JOINED: dict[str, Callable[[UnitOfWork, Message], Sequence[Paper]]] = {
    envelopes.MAIL: lambda work, message: envelopes.files_of(work, message.data),
    "decision_notified": letters.joined,
}


def attachments(work: UnitOfWork, message: Message, store: Store) -> tuple[Attachment, ...]:
    """The files of a mail that are made, as they are kept."""
    papers = JOINED[message.kind](work, message) if message.kind in JOINED else ()
    return tuple(
        Attachment(each.name, PDF, store.read(each.content_hash))
        for each in papers
        if each.content_hash is not None
    )
