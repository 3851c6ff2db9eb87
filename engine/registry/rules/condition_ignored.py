"""A condition on an arrow that no choice leaves: the engine always takes it, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "CONDITION_IGNORED"
LEVEL = Level.EXECUTION
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the conditions on flows that do not leave an exclusive or inclusive gateway."""
    for process in diagram.processes:
        for flow in process.flows:
            source = process.node(flow.source)
            if flow.condition is not None and source is not None and source.tag not in CHOICES:
                template = _(
                    "La condition de « {flow} » est ignorée : elle doit quitter une passerelle de choix."
                )
                yield Problem(LEVEL, CODE, template, {"flow": flow.id}, (flow.id, source.id))
