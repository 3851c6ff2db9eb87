"""A way out from which nothing leaves: mails are composed as ever, and noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from engine.outbox.models import Outcome

if TYPE_CHECKING:
    from engine.outbox.transport import Post
    from engine.rehearsal.stage import Stage


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that would have left: when, to whom, about what."""

    at: datetime
    recipient_id: UUID
    subject: str
    kind: str


@dataclass(slots=True)
class Mailbox:
    """Notes each mail, at the instant it would have left."""

    stage: Stage
    mails: list[Mail] = field(default_factory=list)
    outcome: Outcome = Outcome.CAPTURED

    def send(self, post: Post) -> None:
        """Note a mail."""
        message = post.letter.message
        self.mails.append(
            Mail(self.stage.clock.instant, message.recipient_id, post.words.subject, message.kind)
        )

    def close(self) -> None:
        """Nothing is shared."""
