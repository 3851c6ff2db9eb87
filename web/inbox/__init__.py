"""The pages of tasks: the inbox, one task and its form, what else is done with it, the calendar."""

from __future__ import annotations

from web.inbox import (
    calendar_feed,
    elsewhere,
    listing,
    other_acts,
    refusals,
    signing,
    submitting,
    taking,
    task_page,
)
from web.inbox.blueprint import pages

__all__ = [
    "calendar_feed", "elsewhere", "listing", "other_acts", "pages", "refusals", "signing", "submitting",
    "taking", "task_page",
]  # fmt: skip
