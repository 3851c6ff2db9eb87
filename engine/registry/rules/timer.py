"""A timer waits for a literal duration, or for a date that an operation has written; nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Node
from engine.registry.problems import Level, Problem
from engine.spiff import durations, timers

CODE = "DURATION_NOT_LITERAL"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the timers that are neither literal nor dated (D3)."""
    for node in diagram.nodes():
        if node.event == "timer" and not is_accepted(node):
            template = _(
                "La minuterie « {id} » doit porter une durée littérale, comme P18M, "
                "ou le nom d’une date de routage, comme report_opens_on."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))


def is_accepted(node: Node) -> bool:
    """Tell whether a timer is one of the two kinds."""
    timer = node.timer
    if timer is None:
        return False
    if timer.kind == "timeDuration":
        start = node.alize.get("from")
        return is_literal(timer.text) and (start is None or is_day(start))
    return timer.kind == "timeDate" and is_day(timer.text)


def is_day(text: str) -> bool:
    """Tell whether a text names a routing variable that holds a day."""
    return timers.VARIABLE.fullmatch(text) is not None and text.endswith("_on")


def is_literal(text: str) -> bool:
    """Tell whether a text is an ISO 8601 duration that the engine can add to a date, and that lasts."""
    try:
        duration = durations.parse_iso(text)
    except durations.InvalidDuration:
        return False
    return bool(duration.months or duration.days or duration.seconds)
