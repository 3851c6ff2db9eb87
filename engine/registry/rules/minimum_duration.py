"""Eighteen months of follow-up at least: one literal timer that every path to closure waits for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem
from engine.registry.rules.timer import is_literal
from engine.spiff import durations

CODE = "CHARTER_MINIMUM_DURATION"
LEVEL = Level.CHARTER
ARTICLE = "§VI"
MONTHS = 18
CLOSING = frozenset({"closure", "closed"})


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the closures that can be reached without a literal timer of 18 months, from the signature.

    Sums of timers are not accepted: 31 August and three times six months is a day short (D2).
    """
    for process in diagram.processes:
        closings = [node.id for node in process.nodes if node.alize.get("step") in CLOSING]
        enough = {node.id for node in process.nodes if is_enough(node)}
        hasty = [node for node in closings if node in completed_without(process, enough)]
        if hasty:
            template = _(
                "La clôture « {id} » peut être atteinte sans attendre dix-huit mois : placez une minuterie "
                "littérale d’au moins P18M, comptée de la date d’effet, sur tous les chemins qui y mènent."
            )
            yield Problem(LEVEL, CODE, template, {"id": hasty[0]}, tuple(hasty), article=ARTICLE)


def is_enough(node: graph.Node) -> bool:
    """Tell whether a node is a wait of 18 months or more, counted from the agreement's effective date.

    An interrupting boundary or a parallel handler is no wait; days never make a month.
    """
    timer = node.timer
    if node.tag != "intermediateCatchEvent" or timer is None or timer.kind != "timeDuration":
        return False
    counted = is_literal(timer.text) and durations.parse_iso(timer.text).months >= MONTHS
    return counted and node.alize.get("from") == "effective_on"


def completed_without(process: graph.Process, never: set[str]) -> set[str]:
    """Give the nodes that a token may reach if the nodes of `never` never let it through.

    A parallel join needs all its branches, anything else one; a subprocess is left by one of its ends.
    """
    entered = {node.id for node in process.within(process.id) if node.tag == "startEvent"}
    while True:
        left = {node for node in entered - never if leaves(process, node, entered)}
        grown = entered | {node.id for node in process.nodes if enters(process, node, entered, left)}
        if grown == entered:
            return entered
        entered = grown


def leaves(process: graph.Process, identifier: str, entered: set[str]) -> bool:
    """Tell whether a token that entered a node may leave it by its arrows."""
    node = process.node(identifier)
    if node is None or node.tag not in graph.SCOPES:
        return True
    return any(inner.id in entered for inner in process.within(identifier) if inner.tag == "endEvent")


def enters(process: graph.Process, node: graph.Node, entered: set[str], left: set[str]) -> bool:
    """Tell whether a token may enter a node, given those that others entered and left."""
    if node.tag == "startEvent":
        return node.scope == process.id or node.scope in entered
    if node.attached_to:
        return node.attached_to in entered
    sources = [flow.source in left for flow in process.incoming(node.id)]
    return bool(sources) and (all(sources) if node.tag == "parallelGateway" else any(sources))
