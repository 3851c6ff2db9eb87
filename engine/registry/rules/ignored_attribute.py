"""A mark on a step that SpiffWorkflow does not read: it would play as if it were not there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "IGNORED_ATTRIBUTE"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find compensation, quantities, instantiating and parallel event gateways, and odd yes-or-no values."""
    for node in diagram.nodes():
        for name in node.ignored:
            template = _("« {id} » porte le réglage « {name} », qui ne serait pas suivi : retirez-le.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "name": name}, (node.id,))
