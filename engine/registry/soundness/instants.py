"""What a non-interrupting event sets off and the engine carries out there and then, in one act."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry import graph
from engine.registry.soundness.building import Way, move_of, spot_of
from engine.registry.soundness.flows import labels_of, step_of
from engine.registry.soundness.token_net import Kind, Transition

MOST_STEPS = 8


def chain_after(process: graph.Process, event: graph.Node) -> list[graph.Node]:
    """Give what follows a non-interrupting event up to its own end, if the engine does it all at once.

    That is a line of operations of ours, one at least, then a plain end. Two such lines never meet,
    however often their host is entered: each is over before anything else can happen. A drawing that
    names no operation of ours may be meant for another engine, about which this is not known.
    """
    if event.interrupting:
        return []
    chain: list[graph.Node] = []
    node = event
    while len(chain) < MOST_STEPS:
        leaving = process.outgoing(node.id)
        following = process.node(leaving[0].target) if len(leaving) == 1 else None
        if following is None or len(process.incoming(following.id)) != 1:
            return []
        chain.append(following)
        if following.tag == "endEvent":
            is_plain = not following.events and not process.outgoing(following.id)
            return chain if is_plain and len(chain) > 1 else []
        if not is_operation(process, following):
            return []
        node = following
    return []


def is_operation(process: graph.Process, node: graph.Node) -> bool:
    """Tell whether a step is one of our operations, on which nothing is attached."""
    return node.tag == "serviceTask" and "operation" in node.alize and not process.boundaries(node.id)


def carried_out(process: graph.Process) -> frozenset[str]:
    """Give every step of a process that is part of such a line."""
    return frozenset(
        node.id
        for event in process.nodes
        if event.tag == "boundaryEvent"
        for node in chain_after(process, event)
    )


def append(transition: Transition, process: graph.Process, chain: Sequence[graph.Node]) -> None:
    """Let a transition carry out a line of steps as well."""
    for node in chain:
        kind = Kind.ENDED if node.tag == "endEvent" else Kind.COMPLETED
        way = Way(0, tuple(process.outgoing(node.id)))
        transition.spots += (spot_of(node),)
        transition.moves += (move_of(node, kind),)
        transition.labels += step_of(node) + labels_of(process, way)
