"""An arrow that starts or ends nowhere, or that crosses the frame of a subprocess."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "DANGLING_FLOW"
LEVEL = Level.READING


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the flows whose two ends are not steps of the same scope."""
    for process in diagram.processes:
        scopes = {node.id: node.scope for node in process.nodes}
        for flow in process.flows:
            absent = [end for end in (flow.source, flow.target) if end not in scopes]
            if absent:
                template = _("La flèche « {flow} » mène à « {node} », qui n’existe pas.")
                values = {"flow": flow.id, "node": absent[0]}
                yield Problem(LEVEL, CODE, template, values, (flow.id,))
            elif scopes[flow.source] != scopes[flow.target]:
                template = _("La flèche « {flow} » traverse le cadre d’un sous-processus.")
                yield Problem(LEVEL, CODE, template, {"flow": flow.id}, (flow.id,))
