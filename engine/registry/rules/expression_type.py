"""A condition compares what can be compared: a choice with one of its own values, a number with a number."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph, variables
from engine.registry.context import Context
from engine.registry.problems import Level, Problem
from engine.registry.variables import Kind
from engine.spiff import expressions

CODE = "EXPRESSION_TYPE"
LEVEL = Level.HOUSE


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the conditions and counts whose kinds do not fit what the programme writes."""
    for identifier, text, expected in written(diagram):
        try:
            tree = expressions.compile_expression(text).tree
        except expressions.InvalidExpression:
            continue  # The expression rule says so already.
        try:
            found = variables.kind_of(tree.value, context.variables)
        except variables.Mismatch as mismatch:
            yield Problem(
                LEVEL, CODE, mismatch.template, {"id": identifier, **mismatch.values}, (identifier,)
            )
            continue
        if found not in (None, expected):
            template = EXPECTED[expected]
            yield Problem(LEVEL, CODE, template, {"id": identifier}, (identifier,))


EXPECTED = {
    Kind.YES_NO: _("« {id} » doit répondre par oui ou par non : comparez la variable à une de ses valeurs."),
    Kind.NUMBER: _("« {id} » doit compter : nommez une variable qui est un nombre."),
}


def written(diagram: graph.Diagram) -> Iterator[tuple[str, str, Kind]]:
    """Give every expression of a diagram, with the element that carries it and what it must give."""
    for flow in diagram.flows():
        if flow.condition is not None:
            yield flow.id, flow.condition, Kind.YES_NO
    for node in diagram.nodes():
        if node.loop is not None and node.loop.cardinality is not None:
            yield node.id, node.loop.cardinality, Kind.NUMBER
        if node.loop is not None and node.loop.completion is not None:
            yield node.id, node.loop.completion, Kind.YES_NO
