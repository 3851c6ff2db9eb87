"""What a diagram reads must have been written: only routing variables that the programme initialises."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem
from engine.registry.rules import expression
from engine.spiff import expressions

CODE = "UNKNOWN_NAME"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the routing variables that conditions, counts, timers and due dates read and nobody writes."""
    if context.routing is None:
        return
    for identifier, name in read(diagram):
        if name not in context.routing:
            template = _("« {id} » lit la variable « {name} », qui n’existe pas.")
            yield Problem(LEVEL, CODE, template, {"id": identifier, "name": name}, (identifier,))


def read(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Give every routing variable a diagram reads, with the element that reads it."""
    for identifier, text in expression.written(diagram):
        try:
            yield from ((identifier, name) for name in sorted(expressions.names_in(text)))
        except expressions.InvalidExpression:
            continue  # The expression rule says so already.
    for node in diagram.nodes():
        dated = {node.alize.get("from"), node.alize.get("due")}
        if node.timer is not None and node.timer.kind == "timeDate":
            dated.add(node.timer.text)
        yield from ((node.id, name) for name in sorted(filter(None, dated)) if name.endswith("_on"))
