"""A timer waits for a date only where it is known to be written: an empty one would stop the project."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "DATE_NOT_WRITTEN"
LEVEL = Level.HOUSE
Place = tuple[str, str]


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the timers that wait for a date elsewhere than the reference does (D3)."""
    if context.dates is None:
        return
    for process in diagram.processes:
        for node in process.nodes:
            place = place_of(process, node)
            if place is not None and place not in context.dates:
                template = _(
                    "« {name} » attend une date, {date}, que personne n’aura peut-être écrite à ce moment : "
                    "attendez plutôt un délai, comme P10D."
                )
                values = {"name": node.name or node.id, "date": place[0]}
                yield Problem(LEVEL, CODE, template, values, (node.id,))


def place_of(process: graph.Process, node: graph.Node) -> Place | None:
    """Give the date that a timer waits for, and where: at which operation's step, else in which process."""
    if node.timer is None or node.timer.kind != "timeDate":
        return None
    host = process.node(node.attached_to)
    operation = host.alize.get("operation") if host is not None else None
    return node.timer.text, operation or process.id
