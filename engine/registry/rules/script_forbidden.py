"""A program in a diagram: scripts, decision tables, another vendor's delegates and listeners."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "SCRIPT_FORBIDDEN"
LEVEL = Level.EXECUTION
PROGRAMS = frozenset({"scriptTask", "businessRuleTask"})
DELEGATES = frozenset({
    "class", "delegateExpression", "expression", "script", "executionListener", "taskListener", "preScript",
    "postScript", "serviceTaskOperator", "connector", "resultVariable", "decisionRef", "calledDecision",
})  # fmt: skip


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find what would be run as a program; work is done by the operations that a service task names."""
    written = {element.owner for element in diagram.elements if element.tag == "script"}
    programs = {node.id for node in diagram.nodes() if node.tag in PROGRAMS}
    delegates = {item.owner for item in diagram.foreign if item.name in DELEGATES}
    for identifier in sorted(written | programs | delegates):
        template = _("« {id} » contient un programme : utilisez une tâche de service et son opération.")
        yield Problem(LEVEL, CODE, template, {"id": identifier}, (identifier,))
