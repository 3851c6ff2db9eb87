"""Gateways in the net: what waits for all, what waits for what may still come, what chooses."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry import graph
from engine.registry.soundness.building import Building, Scope, Way, move_of, spot_of
from engine.registry.soundness.flows import ENTERED, labels_of, step_of, ways_out
from engine.registry.soundness.token_net import Kind, Transition, union

GATE = ("intermediateCatchEvent", "receiveTask")


def add(building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int]) -> None:
    """Add a gateway to the net."""
    ways = ways_out(building, scope, node)
    if node.tag == "parallelGateway":
        passing(building, scope, node, union(inputs), ways)
    elif node.tag == "eventBasedGateway":
        await_one(building, scope, node, inputs)
    elif node.tag == "exclusiveGateway" or len(inputs) == 1:
        for place in gathered(building, scope, node, inputs, ways):
            passing(building, scope, node, place, ways)
    else:
        join_some(building, scope, node, inputs, ways)


def passing(building: Building, scope: Scope, node: graph.Node, pre: int, ways: list[Way]) -> None:
    """Add one transition for each way out of a gateway."""
    for way in ways:
        building.add(
            Transition(
                pre=pre,
                post=way.post,
                spots=(spot_of(node),),
                moves=(move_of(node, Kind.CHOSEN, way),) if len(ways) > 1 else (),
                labels=labels_of(scope.process, way),
            )
        )


def gathered(
    building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int], ways: list[Way]
) -> Sequence[int]:
    """Bring many inputs to one place where there are many ways out, to have fewer transitions."""
    if len(inputs) == 1 or len(ways) == 1:
        return inputs
    middle = building.place(scope, node.id)
    for place in inputs:
        building.add(Transition(pre=place, post=middle, spots=(spot_of(node),)))
    return [middle]


def join_some(
    building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int], ways: list[Way]
) -> None:
    """Add an inclusive join; from where tokens may still come is known once the net is whole."""
    joins = tuple((place, 0) for place in inputs)
    if len(ways) == 1:
        labels = labels_of(scope.process, ways[0])
        building.add(Transition(joins=joins, post=ways[0].post, spots=(spot_of(node),), labels=labels))
        return
    middle = building.place(scope, node.id)
    building.add(Transition(joins=joins, post=middle, spots=(spot_of(node),)))
    passing(building, scope, node, middle, ways)


def await_one(building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int]) -> None:
    """Add an event-based gateway: one place where all its events are awaited, and one of them takes it.

    What is not an event cannot be awaited; a flow to such a step is merely chosen.
    """
    process = scope.process
    waiting = building.place(scope, node.id)
    flows = process.outgoing(node.id)
    targets = [(flow, target) for flow in flows if (target := process.node(flow.target)) is not None]
    entered = tuple(
        ENTERED.format(step=target.alize["step"])
        for _, target in targets
        if target.tag in GATE and "step" in target.alize
    )
    for place in inputs:
        building.add(Transition(pre=place, post=waiting, spots=(spot_of(node),), labels=entered))
    for flow, target in targets:
        if target.tag in GATE:
            happening(building, scope, target, waiting)
        else:
            passing(building, scope, node, waiting, [Way(scope.places[flow.id], (flow,))])


def happening(building: Building, scope: Scope, node: graph.Node, waiting: int) -> None:
    """Let one awaited event take the token of its gateway."""
    kind = Kind.COMPLETED if node.tag == "receiveTask" else Kind.HAPPENED
    for way in ways_out(building, scope, node):
        building.add(
            Transition(
                pre=waiting,
                post=way.post,
                waits=True,
                spots=(spot_of(node),),
                moves=(move_of(node, kind),),
                labels=step_of(node) + labels_of(scope.process, way),
            )
        )
