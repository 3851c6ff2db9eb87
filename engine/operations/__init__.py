"""The verbs diagrams may call, and what the runtime and the outbox ask of the domain."""

from __future__ import annotations

from engine.agreements.losses import ask_about_losses
from engine.agreements.passed_on import follow_seats
from engine.operations.announcing import announce, ended, resumed
from engine.operations.contexts import CONTEXTS, context, page_context
from engine.operations.lost_seats import ask_for_others
from engine.operations.mail import mail_hooks, send_late_digests, tell_anchor, transport
from engine.operations.papers import paper_hooks
from engine.operations.staging import awaits, cast, due_on, hold_back, postpone
from engine.operations.table import OPERATIONS
from engine.operations.vacancies import fill_vacancies
from engine.operations.watching import watch_charter

__all__ = [
    "CONTEXTS",
    "OPERATIONS",
    "announce",
    "ask_about_losses",
    "ask_for_others",
    "awaits",
    "cast",
    "context",
    "due_on",
    "ended",
    "fill_vacancies",
    "follow_seats",
    "hold_back",
    "mail_hooks",
    "page_context",
    "paper_hooks",
    "postpone",
    "resumed",
    "send_late_digests",
    "tell_anchor",
    "transport",
    "watch_charter",
]
