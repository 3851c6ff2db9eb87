"""A process or subprocess without an end event: it never completes, and SpiffWorkflow cannot read it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "NO_END_EVENT"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the scopes in which something is drawn and nothing ends."""
    for process in diagram.processes:
        for scope in process.scopes():
            nodes = process.within(scope)
            if nodes and all(node.tag != "endEvent" for node in nodes):
                template = _("« {scope} » n’a aucun événement de fin : dessinez où cela se termine.")
                yield Problem(LEVEL, CODE, template, {"scope": scope}, (scope,))
