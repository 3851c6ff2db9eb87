"""Events in the net: starts, catches, throws that nobody need catch, links and plain ends."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry import graph
from engine.registry.soundness.building import Building, Scope, Throw, Way, move_of, spot_of
from engine.registry.soundness.flows import labels_of, step_of, ways_out
from engine.registry.soundness.token_net import Kind, Transition

# Ends that reach beyond their own token, and whatever is thrown to be caught further out.
FAR_REACHING = frozenset({"terminate", "cancel", "error"})
PASSED = frozenset({"", "link"})  # Catches that wait for nothing.
KINDS = {
    "startEvent": Kind.STARTED,
    "endEvent": Kind.ENDED,
    "intermediateThrowEvent": Kind.THROWN,
    "implicitThrowEvent": Kind.THROWN,
    "intermediateCatchEvent": Kind.HAPPENED,
}


def add(building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int]) -> None:
    """Add an event to the net; what it throws is joined to what catches it when the net is whole."""
    ways = ways_out(building, scope, node)
    if node.tag == "intermediateThrowEvent" and node.event == "link":
        ways = [Way(scope.links.get(node.link, 0))]
    for place in inputs:
        if is_far_reaching(node):
            building.throws.append(Throw(scope, node, place, ways))
        else:
            occurring(building, scope, node, place, ways)


def is_far_reaching(node: graph.Node) -> bool:
    """Tell whether an event acts on more than its own token."""
    if node.tag == "endEvent" and node.event in FAR_REACHING:
        return True
    return node.event == "escalation" and node.tag in ("endEvent", "intermediateThrowEvent")


def occurring(building: Building, scope: Scope, node: graph.Node, place: int, ways: list[Way]) -> None:
    """Add the transitions of an event that takes one token and gives its ways out."""
    is_catch = node.tag == "intermediateCatchEvent"
    told = is_told(scope, node)
    for way in ways:
        building.add(
            Transition(
                pre=place,
                post=way.post,
                waits=is_catch and node.event not in PASSED,
                spots=(spot_of(node),),
                moves=(move_of(node, KINDS[node.tag]),) if told else (),
                labels=step_of(node) + labels_of(scope.process, way),
            )
        )


def is_told(scope: Scope, node: graph.Node) -> bool:
    """Tell whether a story says that an event took place: not for what only joins two arrows.

    The start of a subprocess or of a called process follows from its being entered.
    """
    if node.tag == "startEvent":
        return scope.parent is None
    return node.tag == "endEvent" or node.event not in PASSED
