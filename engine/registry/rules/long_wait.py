"""Nothing waits longer than the longest follow-up: years written for days would stop a project there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Timer
from engine.registry.problems import Level, Problem
from engine.spiff import durations

CODE = "LONG_WAIT"
LEVEL = Level.HOUSE
MOST_YEARS = 5  # The longest follow-up that a basin may propose (`follow_up.months`).
MOST_DAYS = 366 * MOST_YEARS
DAY = 24 * 3600  # seconds


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the timers that wait longer than any project lasts."""
    for node in diagram.nodes():
        if node.timer is not None and is_too_long(node.timer):
            template = _(
                "« {id} » attend {written} : rien n’attend plus de {limit} ans dans un projet."
                " Écrivez P3M pour trois mois, P30D pour trente jours."
            )
            values = {"id": node.id, "written": node.timer.text, "limit": MOST_YEARS}
            yield Problem(LEVEL, CODE, template, values, (node.id,))


def is_too_long(timer: Timer) -> bool:
    """Tell whether a literal timer waits longer; other timers are judged by their own rules."""
    try:
        found = durations.parse_iso(timer.text)
    except durations.InvalidDuration:
        return False
    days = found.days + found.seconds // DAY
    return found.months > 12 * MOST_YEARS or days > MOST_DAYS
