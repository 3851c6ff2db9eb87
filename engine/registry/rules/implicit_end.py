"""A step that leads nowhere and is no end: the engine would never finish the instance."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "IMPLICIT_END"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the steps without an outgoing arrow that are no end event, and the ends that have one."""
    for process in diagram.processes:
        leaving = {flow.source for flow in process.flows}
        for node in process.nodes:
            is_end = node.tag == "endEvent"
            if is_end and node.id in leaving:
                template = _("L’événement de fin « {id} » a une flèche sortante.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
            elif not is_end and node.id not in leaving:
                template = _("« {id} » ne mène nulle part : reliez-le à une étape ou à un événement de fin.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
