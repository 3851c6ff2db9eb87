"""An element in a place where BPMN has none of its kind, or twice where it has one: nobody would read it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "MISPLACED_ELEMENT"
LEVEL = Level.READING

SCOPES = graph.SCOPES | {"process"}
TIMES = frozenset({"timeDuration", "timeDate", "timeCycle"})
EXPRESSIONS = TIMES | {"conditionExpression", "loopCardinality", "completionCondition"}
# What each stands in; an element that is not here may stand anywhere.
PARENTS: dict[str, frozenset[str]] = {
    "definitions": frozenset({""}),
    **dict.fromkeys(("process", "collaboration", "message", "escalation", "error", "signal"),
                    frozenset({"definitions"})),
    "sequenceFlow": SCOPES,
    "laneSet": SCOPES,
    "lane": frozenset({"laneSet", "childLaneSet"}),
    "flowNodeRef": frozenset({"lane"}),
    "conditionExpression": frozenset({"sequenceFlow"}),
    **dict.fromkeys(TIMES, frozenset({"timerEventDefinition"})),
    **dict.fromkeys(("loopCardinality", "completionCondition"),
                    frozenset({"multiInstanceLoopCharacteristics"})),
    **dict.fromkeys(("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"), graph.ACTIVITIES),
}  # fmt: skip
DEFINITIONS = graph.EVENTS | {"definitions"}  # Where an event definition stands.


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the steps and arrows outside any process, and the elements that stand where none is read."""
    for process in diagram.processes:
        scopes = set(process.scopes())
        for node in process.nodes:
            if node.scope not in scopes:
                yield problem(node.tag, node.id)
    for element in diagram.elements:
        if is_misplaced(element):
            yield problem(element.tag, element.id or element.owner)
        elif element.repeated:
            template = _("« {id} » contient deux fois ce qui ne s’y dit qu’une fois ({tag}) : gardez-en un.")
            values = {"id": element.owner, "tag": element.tag[:80]}
            yield Problem(LEVEL, CODE, template, values, (element.owner,))


def is_misplaced(element: graph.Element) -> bool:
    """Tell whether an element stands in something it has no place in."""
    if element.parent in EXPRESSIONS:
        return True
    if element.tag.endswith("EventDefinition"):
        return element.parent not in DEFINITIONS
    return element.parent not in PARENTS.get(element.tag, {element.parent})


def problem(tag: str, identifier: str) -> Problem:
    """Say which element is not where it can be read."""
    template = _("L’élément « {tag} » est à un endroit où il ne serait pas lu : redessinez-le à sa place.")
    return Problem(LEVEL, CODE, template, {"tag": tag[:80]}, (identifier,) if identifier else ())
