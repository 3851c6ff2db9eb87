"""The ways a token may leave an element, and the labels that it leaves behind on its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.registry import graph
from engine.registry.soundness.building import Building, Scope, Way, move_of, spot_of
from engine.registry.soundness.token_net import Kind, Transition, union

MOST_CHOICES = 4  # Branches whose every combination is one transition; more are decided one by one.
ENTERED = "{step}:entered"
CHOOSES_ONE = frozenset({"exclusiveGateway", "eventBasedGateway"})
CHOOSES_SOME = frozenset({"inclusiveGateway", "complexGateway"})


def ways_out(building: Building, scope: Scope, node: graph.Node) -> list[Way]:
    """Give the ways out of an element; without any flow the token disappears.

    An exclusive gateway chooses one flow; an inclusive one some, or its default alone; other elements
    take all their flows, save that an activity chooses among those that have a condition.
    """
    flows = scope.process.outgoing(node.id)
    if node.tag in CHOOSES_ONE:
        return [way_of(scope, [flow]) for flow in flows] or [Way(0)]
    free: list[graph.Flow] = []
    if node.tag in CHOOSES_SOME and len(flows) > 1:
        free = flows
    elif node.tag in graph.ACTIVITIES:
        free = [flow for flow in flows if flow.condition is not None or flow.id == node.default]
    always = [flow for flow in flows if flow not in free]
    if not free:
        return [way_of(scope, always)]
    guarded = [flow for flow in free if flow.id != node.default]
    default = [way_of(scope, [*always, flow]) for flow in free if flow.id == node.default]
    return [*some_of(building, scope, node, always, guarded), *default]


def way_of(scope: Scope, flows: Sequence[graph.Flow]) -> Way:
    """Give the way out that takes some flows."""
    return Way(union(scope.places[flow.id] for flow in flows), tuple(flows))


def some_of(
    building: Building,
    scope: Scope,
    node: graph.Node,
    always: Sequence[graph.Flow],
    guarded: Sequence[graph.Flow],
) -> list[Way]:
    """Give the ways that take any set of guarded flows, and none of them only beside flows always taken."""
    if len(guarded) > MOST_CHOICES:
        return [one_by_one(building, scope, node, always, guarded)]
    chosen = (
        [flow for place, flow in enumerate(guarded) if number >> place & 1]
        for number in range(0 if always else 1, 1 << len(guarded))
    )
    return [way_of(scope, [*always, *taken]) for taken in chosen]


def one_by_one(
    building: Building,
    scope: Scope,
    node: graph.Node,
    always: Sequence[graph.Flow],
    guarded: Sequence[graph.Flow],
) -> Way:
    """Give a way on which the guarded flows are decided one after the other.

    Two places lead from each decision to the next: one while nothing has been taken, one once something
    has. Whoever has taken nothing must take the last.
    """
    nothing, something = building.place(scope, node.id), building.place(scope, node.id)
    begun = way_of(scope, always)
    begun.post |= something if always else nothing
    for left in range(len(guarded), 0, -1):
        taken = way_of(scope, [guarded[-left]])
        last = left == 1
        next_nothing = 0 if last else building.place(scope, node.id)
        next_something = 0 if last else building.place(scope, node.id)
        for place in (nothing, something):
            building.add(
                Transition(
                    pre=place,
                    post=taken.post | next_something,
                    spots=(spot_of(node),),
                    moves=(move_of(node, Kind.CHOSEN, taken),),
                    labels=labels_of(scope.process, taken),
                )
            )
        building.add(Transition(pre=something, post=next_something, spots=(spot_of(node),)))
        if not last:
            building.add(Transition(pre=nothing, post=next_nothing, spots=(spot_of(node),)))
        nothing, something = next_nothing, next_something
    return begun


def labels_of(process: graph.Process, way: Way) -> tuple[str, ...]:
    """Give the labels of the flows that a way takes, then of the steps at which it arrives."""
    taken = [flow.alize["step"] for flow in way.flows if "step" in flow.alize]
    return (*taken, *(label for flow in way.flows for label in arrivals(process, flow)))


def arrivals(process: graph.Process, flow: graph.Flow) -> Iterator[str]:
    """Give the labels of the steps that a token is at once it has taken a flow.

    Before an event-based gateway's events, the token waits for all of them together.
    """
    target = process.node(flow.target)
    if target is None:
        return
    targets = [target]
    if target.tag == "eventBasedGateway":
        targets = [node for out in process.outgoing(target.id) if (node := process.node(out.target))]
    for node in targets:
        if "step" in node.alize and (node.tag in graph.ACTIVITIES or node.tag == "intermediateCatchEvent"):
            yield ENTERED.format(step=node.alize["step"])


def step_of(node: graph.Node) -> tuple[str, ...]:
    """Give the label of an element's own step, if it is one of the charter's."""
    return (node.alize["step"],) if "step" in node.alize else ()
