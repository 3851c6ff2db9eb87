"""A join inside a loop: from the second turn on, SpiffWorkflow 3.2.0 does not wait for all branches."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "JOIN_IN_CYCLE"
LEVEL = Level.EXECUTION
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the parallel and inclusive joins from which a token may come back."""
    for process in diagram.processes:
        cycles = graph.in_a_cycle(graph.successors(process))
        for node in process.nodes:
            if node.tag in JOINS and node.id in cycles and len(process.incoming(node.id)) > 1:
                template = _(
                    "La jonction « {id} » est dans une boucle : mettez la partie parallèle dans un "
                    "sous-processus."
                )
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
