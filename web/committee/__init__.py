"""The pages of the approval committee: its sessions, what waits for them, what its chair signs."""

from __future__ import annotations

from web import sent_late
from web.committee import (
    ballots,
    conducting,
    consulting,
    errata,
    interests,
    minutes,
    observing,
    outcomes,
    planning,
    session_signing,
    sessions,
    signing,
    signing_codes,
)
from web.committee.blueprint import pages

sent_late.register(pages)

__all__ = [
    "ballots", "conducting", "consulting", "errata", "interests", "minutes", "observing", "outcomes", "pages",
    "planning", "session_signing", "sessions", "signing", "signing_codes",
]  # fmt: skip
