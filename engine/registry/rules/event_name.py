"""An event that names nothing, or something without a name: no other file could speak of it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "EVENT_NAME"
LEVEL = Level.EXECUTION
NAMED = frozenset({"message", "error", "escalation"})


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the messages that are not said, and what is declared without its name or code.

    An error or escalation may go unsaid on the event that catches it: it then catches them all.
    """
    for node in diagram.nodes():
        if node.event not in NAMED:
            continue
        is_unsaid = node.reference is None and (node.event == "message" or node.tag != "boundaryEvent")
        if is_unsaid or node.reference in diagram.unnamed:
            template = _(
                "« {id} » ne dit pas quel événement il concerne : donnez un nom au message, un code "
                "à l’erreur ou à l’escalade."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
