"""Tell a story that a proof found, in sentences for somebody who reads no diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.problems import Told

# Who does a task, by its role; a task of nobody in particular is simply done.
DONE = _("« {name} » est fait.")
DONE_BY = {
    "operator": _("L’opérateur : « {name} »."),
    "prescriber": _("Le prescripteur : « {name} »."),
    "mandatary": _("Le mandataire : « {name} »."),
    "chair": _("La présidence : « {name} »."),
    "seat": _("Les membres du comité : « {name} »."),
    "steering": _("Le comité de pilotage : « {name} »."),
    "expert": _("L’expert : « {name} »."),
    "signatory": _("Les signataires : « {name} »."),
    "sme_head": _("La PME : « {name} »."),
}
BY_TAG = {
    "serviceTask": _("Alizé : « {name} »."),
    "callActivity": _("« {name} » est achevé."),
    "subProcess": _("« {name} » est achevé."),
    "startEvent": _("Tout commence par « {name} »."),
    "endEvent": _("Fin : « {name} »."),
    "intermediateThrowEvent": _("« {name} » est signalé."),
}
WAITED_FOR = {
    "timer": _("Le jour vient : « {name} »."),
    "message": _("Le message arrive : « {name} »."),
}
# What comes while an activity is going on.
DURING = {
    "timer": _("Le jour vient pendant « {host} » : « {name} »."),
    "escalation": _("« {host} » s’arrête là : « {name} »."),
    "error": _("« {host} » s’arrête là : « {name} »."),
}
HAPPENS = _("Cela survient : « {name} ».")
HAPPENS_DURING = _("Pendant « {host} » survient : « {name} ».")
ENDS_ALL = _("Fin : « {name} », et tout le reste s’arrête.")
CHOICE = _("« {name} » {answer}.")
GOES_ON = _("On va vers « {name} ».")


def tell(processes: Mapping[str, graph.Process], moves: Iterable[tuple[str, str]]) -> tuple[Told, ...]:
    """Give a sentence per move; a move is a process and the element that moved, a node or an arrow."""
    return tuple(told_of(processes[process], element) for process, element in moves if process in processes)


def trace_of(root: str, moves: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Give the ids that a story goes through, with their process where it is not the root's."""
    return tuple(element if process == root else f"{process}.{element}" for process, element in moves)


def told_of(process: graph.Process, element: str) -> Told:
    """Give the sentence of one move."""
    node = process.node(element)
    if node is not None:
        template, values = sentence_of(process, node)
        return Told(process.id, element, template, values)
    flow = next((each for each in process.flows if each.id == element), None)
    if flow is None:
        return Told(process.id, element, GOES_ON, {"name": element})
    source = process.node(flow.source)
    if source is not None and source.name and flow.name:
        return Told(process.id, element, CHOICE, {"name": source.name, "answer": flow.name})
    return Told(process.id, element, GOES_ON, {"name": name_of(process, flow.target)})


def sentence_of(process: graph.Process, node: graph.Node) -> tuple[str, dict[str, object]]:
    """Give the template that tells of a node, and what fills it."""
    values: dict[str, object] = {"name": name_of(process, node.id)}
    if node.tag == "boundaryEvent":
        values["host"] = name_of(process, node.attached_to or "")
        return DURING.get(node.event, HAPPENS_DURING), values
    if node.tag == "intermediateCatchEvent":
        return WAITED_FOR.get(node.event, HAPPENS), values
    if node.tag == "endEvent" and node.event == "terminate":
        return ENDS_ALL, values
    if node.tag in BY_TAG:
        return BY_TAG[node.tag], values
    if node.tag in graph.GATEWAYS:
        return GOES_ON, {"name": nearest_name(process, node)}
    return DONE_BY.get(node.alize.get("role", ""), DONE), values


def nearest_name(process: graph.Process, gateway: graph.Node) -> str:
    """Give the name by which people know a gateway: its own, else that of what follows it."""
    following = (process.node(flow.target) for flow in process.outgoing(gateway.id))
    named = (node.name for node in following if node is not None and node.name)
    return gateway.name or next(named, gateway.id)


def name_of(process: graph.Process, identifier: str) -> str:
    """Give what people read of a node: its name, else that of what follows a gateway, else its id."""
    node = process.node(identifier)
    if node is None:
        return identifier
    return nearest_name(process, node) if node.tag in graph.GATEWAYS else node.name or node.id
