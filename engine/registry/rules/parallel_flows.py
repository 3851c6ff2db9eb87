"""Two arrows between the same two steps: SpiffWorkflow takes them for one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "PARALLEL_FLOWS"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the arrows that go the same way as another."""
    for process in diagram.processes:
        ways = graph.grouped(process.flows, lambda flow: f"{flow.source}\n{flow.target}")
        for flows in ways.values():
            if len(flows) > 1:
                template = _("{count} flèches vont de « {source} » à « {target} » : gardez-en une seule.")
                first = flows[0]
                values = {"count": len(flows), "source": first.source, "target": first.target}
                yield Problem(LEVEL, CODE, template, values, tuple(flow.id for flow in flows))
