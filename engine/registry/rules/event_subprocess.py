"""A subprocess started by an event: the engine does not interrupt what it should, and shares its state."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "EVENT_SUBPROCESS"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the subprocesses marked as started by an event."""
    for node in diagram.nodes():
        if node.triggered_by_event:
            template = _(
                "Le sous-processus « {id} » démarre sur événement : attachez plutôt l’événement au bord "
                "d’une étape."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
