"""How a mail leaves, whatever the means, and the ways in which it may not."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

from engine.outbox.models import Outcome

if TYPE_CHECKING:
    from engine.outbox.letter import Letter
    from engine.outbox.rendering import Words


class TemporaryFailure(Exception):
    """The mail did not leave this time; it will be tried again."""


class ServerGone(TemporaryFailure):
    """Nobody answers where mails leave: no mail is to blame, and none has been tried."""


class Refused(Exception):
    """The mail will never be accepted. `is_address_invalid` when nobody reads at that address."""

    def __init__(self, reason: str, *, is_address_invalid: bool) -> None:
        super().__init__(reason)
        self.is_address_invalid = is_address_invalid


@dataclass(frozen=True, slots=True)
class Post:
    """A mail on its way: as gathered, as worded, as a server gets it."""

    letter: Letter
    words: Words
    mail: EmailMessage


class Transport(Protocol):
    """A way out. `outcome` is how a mail that left by it is marked."""

    outcome: Outcome

    def send(self, post: Post) -> None:
        """Send a mail, or raise `TemporaryFailure` or `Refused`."""
        ...

    def close(self) -> None:
        """Let go of what a batch of mails shared."""
        ...
