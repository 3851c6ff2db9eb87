"""A step that no path from the start reaches: it would be dropped, or its gateway would wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "NOT_CONNECTED"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the steps that cannot be reached from the start of their scope, and starts that arrows enter."""
    for process in diagram.processes:
        starts = [node.id for node in process.nodes if node.tag == "startEvent"]
        reached = graph.reachable(graph.successors(process), starts)
        entered = {flow.target for flow in process.flows}
        for node in process.nodes:
            if node.id not in reached:
                template = _("« {id} » ne peut être atteint depuis aucun début.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
            elif node.tag in ("startEvent", "boundaryEvent") and node.id in entered:
                template = _("Une flèche entre dans « {id} », qui n’en reçoit pas.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
