"""An error or escalation that nobody catches: other branches would go on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "UNCAUGHT_ERROR"
LEVEL = Level.EXECUTION
THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})
THROWN = frozenset({"error", "escalation"})


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the errors and escalations thrown without an event to catch them, here or in a caller.

    A process that nobody calls yet may still be called: only an uncaught error is refused then.
    """
    for process in diagram.processes:
        for node in process.nodes:
            thrown = node.tag in THROWERS and node.event in THROWN
            if thrown and not is_caught(diagram, context, process, node):
                template = _("« {id} » lève une erreur ou une escalade que personne n’attrape.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))


def is_caught(diagram: graph.Diagram, context: Context, process: graph.Process, node: graph.Node) -> bool:
    """Tell whether an enclosing subprocess, or every caller of the process, catches what a step throws."""
    scope: str | None = node.scope
    while scope and scope != process.id:
        if catches(process, scope, node.event):
            return True
        enclosing = process.node(scope)
        scope = enclosing.scope if enclosing is not None else None
    callers = list(context.callers(diagram, process.id))
    if not callers:
        return node.event == "escalation"
    return all(catches(caller, call.id, node.event) for caller, call in callers)


def catches(process: graph.Process, host: str, event: str) -> bool:
    """Tell whether an event of that kind is attached to an activity."""
    return any(boundary.event == event for boundary in process.boundaries(host))
