"""A user or service task does something the programme knows how to do."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_OPERATION"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the service tasks without an operation, and the operations that do not exist."""
    for node in diagram.nodes():
        operation = node.alize.get("operation")
        if operation is None and node.tag == "serviceTask":
            template = _("La tâche de service « {id} » ne nomme aucune opération.")
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
        elif operation is not None and context.operations is not None and operation not in context.operations:
            template = _("« {id} » nomme l’opération « {operation} », qui n’existe pas.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "operation": operation}, (node.id,))
