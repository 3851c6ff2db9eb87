"""Who is who, and the health of the installation: people, roles, incidents, outgoing mail, ticks, clock."""

from __future__ import annotations

from web.admin import (
    absences,
    accounts,
    clock,
    conservation,
    departures,
    erasures,
    front,
    incidents,
    mails,
    national,
    organisations,
    papers,
    people,
    roles,
    ticks,
    tokens,
)
from web.admin.blueprint import pages

__all__ = [
    "absences",
    "accounts",
    "clock",
    "conservation",
    "departures",
    "erasures",
    "front",
    "incidents",
    "mails",
    "national",
    "organisations",
    "pages",
    "papers",
    "people",
    "roles",
    "ticks",
    "tokens",
]
