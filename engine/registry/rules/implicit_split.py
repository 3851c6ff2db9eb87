"""Several arrows leaving a step that is no gateway: the engine refuses to read it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "IMPLICIT_SPLIT"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the tasks and events with more than one outgoing arrow."""
    for process in diagram.processes:
        for node in process.nodes:
            count = len(process.outgoing(node.id))
            if count > 1 and node.tag not in graph.GATEWAYS:
                template = _(
                    "{count} flèches quittent « {id} » : placez une passerelle qui dit si l’une ou toutes."
                )
                yield Problem(LEVEL, CODE, template, {"id": node.id, "count": count}, (node.id,))
