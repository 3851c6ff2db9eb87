"""A condition or a count that is more than a comparison of routing variables."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem
from engine.spiff import expressions

CODE = "EXPRESSION_FORBIDDEN"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the expressions that the engine's own reader of expressions does not accept."""
    for identifier, text in written(diagram):
        try:
            expressions.compile_expression(text)
        except expressions.InvalidExpression:
            template = _("L’expression de « {id} » n’est pas acceptée : comparez des variables de routage.")
            yield Problem(LEVEL, CODE, template, {"id": identifier}, (identifier,))


def written(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Give every expression of a diagram, with the element that carries it."""
    for flow in diagram.flows():
        if flow.condition is not None:
            yield flow.id, flow.condition
    for node in diagram.nodes():
        if node.loop is not None:
            for text in (node.loop.cardinality, node.loop.completion):
                if text is not None:
                    yield node.id, text
