"""An element that BPMN does not have, or that the engine would silently ignore or play otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_ELEMENT"
LEVEL = Level.EXECUTION

# Steps the engine plays as BPMN says; the others were tried, and are not (docs/rules.md).
PLAYED = frozenset({
    "userTask", "manualTask", "task", "serviceTask", "callActivity", "subProcess",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
})  # fmt: skip
# Events by the element that carries them; "" is a plain event.
EVENTS = {
    "startEvent": frozenset({"", "message"}),
    "endEvent": frozenset({"", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "intermediateThrowEvent": frozenset({"", "escalation"}),
    "boundaryEvent": frozenset({"timer", "message", "error", "escalation"}),
}
# What says something to people, or frames the rest, and changes nothing to what is played.
SAID = frozenset({
    "definitions", "process", "collaboration", "participant", "messageFlow", "message", "escalation", "error",
    "signal", "itemDefinition", "documentation", "extensionElements", "incoming", "outgoing", "laneSet",
    "childLaneSet", "lane", "flowNodeRef", "sequenceFlow", "conditionExpression", "textAnnotation", "text",
    "association", "group", "category", "categoryValue", "categoryValueRef", "auditing", "monitoring",
    "participantMultiplicity",
    "timerEventDefinition", "timeDuration", "timeDate", "timeCycle", "messageEventDefinition",
    "escalationEventDefinition", "errorEventDefinition", "terminateEventDefinition", "script",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "loopCardinality",
    "completionCondition",
    "potentialOwner", "humanPerformer", "performer", "resourceRole", "resourceRef", "resource",
    "resourceAssignmentExpression", "formalExpression", "rendering",
})  # fmt: skip
# Named with more precision by rules of their own.
ELSEWHERE = frozenset({"scriptTask", "businessRuleTask"})


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find what may not be drawn: the list is of what may, everything else is refused."""
    for node in diagram.nodes():
        if node.tag not in PLAYED | ELSEWHERE:
            yield problem(node.tag, node.id)
        elif len(node.events) > 1 or node.event not in EVENTS.get(node.tag, {""}):
            yield problem(" + ".join((node.tag, *node.events)), node.id)
    for element in diagram.elements:
        if element.tag not in SAID and not element.tag.endswith("EventDefinition"):
            yield problem(element.tag, element.id or element.owner)


def problem(tag: str, identifier: str) -> Problem:
    """Say which element is not played."""
    template = _("L’élément « {tag} » n’est pas exécuté tel que dessiné : remplacez-le ou retirez-le.")
    return Problem(LEVEL, CODE, template, {"tag": tag[:80]}, (identifier,))
