"""An id that SpiffWorkflow keeps for its own steps: the two would be mistaken for each other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "RESERVED_ID"
LEVEL = Level.EXECUTION
NAMES = frozenset({"Start", "End", "Root"})
EVENTS = ("BoundaryEventSplit", "BoundaryEventJoin", "StartEventSplit", "StartEventJoin")
ENDINGS = (".EndJoin", *EVENTS, " [child]")


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the steps and processes that carry one of the library's own names."""
    carriers = [process.id for process in diagram.processes] + [node.id for node in diagram.nodes()]
    for identifier in carriers:
        if identifier in NAMES or identifier.endswith(ENDINGS):
            template = _("L’identifiant « {identifier} » est réservé au moteur : choisissez-en un autre.")
            yield Problem(LEVEL, CODE, template, {"identifier": identifier}, (identifier,))
