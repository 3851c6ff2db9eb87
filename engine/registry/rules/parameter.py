"""A basin's parameter in a diagram is one that the table of parameters knows as published."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_PARAMETER"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the parameters that do not exist, and those on anything but a literal timer."""
    for node in diagram.nodes():
        key = node.alize.get("parameter")
        if key is None:
            continue
        is_literal = node.timer is not None and node.timer.kind == "timeDuration"
        if not is_literal or (context.parameters is not None and key not in context.parameters):
            template = _("« {id} » porte le paramètre « {key} », qui n’existe pas ou ne peut pas être là.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "key": key}, (node.id,))
