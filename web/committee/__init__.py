"""The pages of the approval committee: its sessions, what waits for them, what its chair signs."""

from __future__ import annotations

from web import sent_late
from web.committee import (
    agenda,
    ballots,
    calendar,
    cockpit,
    conducting,
    consulting,
    dossier,
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
    year,
)
from web.committee.blueprint import pages

sent_late.register(pages)

__all__ = [
    "agenda", "ballots", "calendar", "cockpit", "conducting", "consulting", "dossier", "errata", "interests",
    "minutes", "observing", "outcomes", "pages", "planning", "session_signing", "sessions", "signing",
    "signing_codes", "year",
]  # fmt: skip
