"""The ways a token may leave an element, and the labels that it leaves behind on its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.registry import graph
from engine.registry.soundness.building import Unprovable, Way
from engine.registry.soundness.token_net import union

MOST_CHOICES = 10
ENTERED = "{step}:entered"
CHOOSES_ONE = frozenset({"exclusiveGateway", "eventBasedGateway"})
CHOOSES_SOME = frozenset({"inclusiveGateway", "complexGateway"})


def ways_out(process: graph.Process, node: graph.Node, places: Mapping[str, int]) -> list[Way]:
    """Give the ways out of an element; without any flow the token disappears.

    An exclusive gateway chooses one flow; an inclusive one some, or its default alone; other elements
    take all their flows, save that an activity chooses among those that have a condition.
    """
    flows = process.outgoing(node.id)
    chosen: list[tuple[graph.Flow, ...]]
    if node.tag in CHOOSES_ONE:
        chosen = [(flow,) for flow in flows]
    elif node.tag in CHOOSES_SOME and len(flows) > 1:
        chosen = list(choices(flows, node.default))
    elif node.tag in graph.ACTIVITIES:
        chosen = conditional(flows, node.default)
    else:
        chosen = [tuple(flows)]
    return [Way(union(places[flow.id] for flow in taken), taken) for taken in chosen] or [Way(0)]


def conditional(flows: Sequence[graph.Flow], default: str | None) -> list[tuple[graph.Flow, ...]]:
    """Give what an activity may choose: its flows without condition, and some of the others."""
    free = [flow for flow in flows if flow.condition is not None or flow.id == default]
    always = tuple(flow for flow in flows if flow not in free)
    if not free:
        return [always]
    found = [*choices(free, default), *([()] if always else [])]
    return [always + taken for taken in dict.fromkeys(found)]


def choices(flows: Sequence[graph.Flow], default: str | None) -> Iterator[tuple[graph.Flow, ...]]:
    """Give each set of flows whose conditions may hold together, and the default flow alone.

    Raises `Unprovable`: there are too many to look at them all.
    """
    guarded = [flow for flow in flows if flow.id != default]
    if len(guarded) > MOST_CHOICES:
        raise Unprovable("too many choices")
    for number in range(1, 1 << len(guarded)):
        yield tuple(flow for place, flow in enumerate(guarded) if number >> place & 1)
    yield from ((flow,) for flow in flows if flow.id == default)


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
