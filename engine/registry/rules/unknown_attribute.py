"""An attribute of Alizé where nobody reads it, or that does not exist: a typing error would pass unseen."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_ATTRIBUTE"
LEVEL = Level.HOUSE

STEP = frozenset({"step"})
TIMER = frozenset({"due", "from", "parameter"})
REPEATED = frozenset({"at_least"})
READ: dict[str, frozenset[str]] = {
    "process": STEP,
    "sequenceFlow": frozenset({"point", *STEP}),
    "userTask": STEP
    | REPEATED
    | {"form", "role", "due", "operation", "personal", "waits_for", "added", "entry"},
    "manualTask": STEP,
    "task": STEP,
    "serviceTask": STEP | {"operation"},
    "subProcess": STEP | REPEATED | {"entry"},
    "callActivity": STEP | REPEATED | {"entry"},
    **dict.fromkeys(graph.GATEWAYS, STEP),
    "startEvent": STEP,
    "endEvent": STEP,
    "intermediateThrowEvent": STEP,
    "intermediateCatchEvent": STEP | TIMER,
    "boundaryEvent": STEP | TIMER,
    "timerEventDefinition": TIMER,
    "timeDuration": TIMER,
    "timeDate": TIMER,
    "extensionElements": frozenset({"question"}),
    "question": frozenset({"choice"}),
}


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the attributes and elements of Alizé that are read nowhere, and timers that say two dates."""
    for mark in diagram.marks:
        if mark.name not in READ.get(mark.tag, ()):
            template = _(
                "« {id} » porte « alize:{name} », qui n’existe pas ou n’a pas d’effet à cet endroit."
            )
            elements = (mark.owner,) if mark.owner else ()
            yield Problem(LEVEL, CODE, template, {"id": mark.owner, "name": mark.name[:80]}, elements)
    for node in diagram.nodes():
        due = node.alize.get("due")
        if node.timer is not None and due is not None and due != node.timer.text:
            template = _("La minuterie « {id} » annonce la date « {due} » et en attend une autre.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "due": due[:80]}, (node.id,))
