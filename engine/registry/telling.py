"""Tell a story that a proof found, in sentences for somebody who reads no diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.problems import Told
from engine.registry.soundness.token_net import Kind, Move, Spot

# Who does a task, by its role; a task of nobody in particular is simply done.
DONE = _("« {name} » est fait.")
DONE_BY = {
    "operator": _("L’opérateur : « {name} »."),
    "prescriber": _("Le prescripteur : « {name} »."),
    "mandatary": _("Le mandataire : « {name} »."),
    "chair": _("La présidence : « {name} »."),
    "seat": _("Les membres du comité : « {name} »."),
    "steering": _("Le comité de pilotage : « {name} »."),
    "expert": _("L’expert : « {name} »."),
    "signatory": _("Les signataires : « {name} »."),
    "sme_head": _("La PME : « {name} »."),
}
BY_TAG = {
    "serviceTask": _("Alizé : « {name} »."),
    "callActivity": _("« {name} » est achevé."),
    "subProcess": _("« {name} » est achevé."),
    "startEvent": _("Tout commence par « {name} »."),
    "endEvent": _("Fin : « {name} »."),
    "intermediateThrowEvent": _("« {name} » est signalé."),
}
WAITED_FOR = {
    "timer": _("Le jour vient : « {name} »."),
    "message": _("Le message arrive : « {name} »."),
}
# What comes while an activity is going on.
DURING = {
    "timer": _("Le jour vient pendant « {host} » : « {name} »."),
    "escalation": _("« {host} » s’arrête là : « {name} »."),
    "error": _("« {host} » s’arrête là : « {name} »."),
}
ADOPTED = _("Le projet, déjà en cours, est repris à « {name} ».")
HAPPENS = _("Cela survient : « {name} ».")
HAPPENS_DURING = _("Pendant « {host} » survient : « {name} ».")
ENDS_ALL = _("Fin : « {name} », et tout le reste s’arrête.")
CHOICE = _("À « {name} », la réponse est « {answer} ».")
GOES_ON = _("On va vers « {name} ».")


def tell(processes: Mapping[str, graph.Process], story: Iterable[Move]) -> tuple[Told, ...]:
    """Give a sentence per move."""
    moves = list(story)
    return tuple(
        told_of(processes[move.process], move)
        for number, move in enumerate(moves, start=1)
        if number == len(moves) or is_worth_telling(processes[move.process], move, moves[0].process)
    )


def is_worth_telling(process: graph.Process, move: Move, root: str) -> bool:
    """Tell whether a move says something: what a call begins and ends with, its own name says."""
    node = process.node(move.element)
    is_plain = node is not None and node.tag in ("startEvent", "endEvent") and not node.events
    return not is_plain or (process.id == root and node is not None and node.scope == root)


def ids_of(process: str, spots: Iterable[Spot | Move]) -> tuple[str, ...]:
    """Give elements by their ids, with their own process where it is not the one spoken of."""
    return tuple(
        spot.element if spot.process == process else f"{spot.process}.{spot.element}" for spot in spots
    )


def told_of(process: graph.Process, move: Move) -> Told:
    """Give the sentence of one move."""
    node = process.node(move.element)
    if node is None:
        return Told(process.id, move.element, GOES_ON, {"name": move.element})
    if move.kind is Kind.ADOPTED:
        return Told(process.id, move.element, ADOPTED, {"name": name_of(process, move.element)})
    if move.kind is Kind.CHOSEN:
        template, values = choice_of(process, node, move.flows)
    else:
        template, values = sentence_of(process, node)
    return Told(process.id, move.element, template, values, move.flows)


def choice_of(
    process: graph.Process, gateway: graph.Node, flows: tuple[str, ...]
) -> tuple[str, dict[str, object]]:
    """Give the sentence of a choice: the question and its answer, else what comes next."""
    taken = [flow for flow in process.outgoing(gateway.id) if flow.id in flows]
    answers = [flow.name for flow in taken if flow.name]
    if gateway.name and answers:
        return CHOICE, {"name": gateway.name, "answer": ", ".join(answers)}
    return GOES_ON, {"name": ", ".join(name_of(process, flow.target) for flow in taken) or gateway.id}


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
