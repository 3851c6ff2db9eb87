"""Activities in the net: tasks, embedded subprocesses, called processes, and the events on their edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.registry import graph
from engine.registry.soundness import catching, instants
from engine.registry.soundness.building import (
    Building,
    Catcher,
    Scope,
    Unprovable,
    Way,
    move_of,
    spot_of,
)
from engine.registry.soundness.flows import labels_of, step_of, ways_out
from engine.registry.soundness.token_net import Kind, Transition, union

# What the engine carries out by itself; everything else waits for a person or for another process.
AUTOMATIC = frozenset({"serviceTask", "scriptTask", "businessRuleTask", "sendTask"})
NEVER = "compensate"

Translate = Callable[[Building, Scope], None]


@dataclass(slots=True)
class Host:
    """An activity that is more than one step: it has a body, or events on its edge.

    `active` is marked while it goes on, `around` are its events that are armed.
    """

    scope: Scope
    node: graph.Node
    ways: list[Way]
    active: int
    around: int = 0
    body: Scope | None = None


def add(
    building: Building, scope: Scope, node: graph.Node, inputs: Sequence[int], translate: Translate
) -> None:
    """Add an activity to the net. `translate` fills the scope of its body.

    Raises `Unprovable`: a process calls itself.
    """
    ways = ways_out(building, scope, node)
    boundaries = [event for event in scope.process.boundaries(node.id) if event.event != NEVER]
    drawn = drawn_in(building, scope, node)
    if drawn is None and not boundaries:
        for place in inputs:
            completing(building, Host(scope, node, ways, active=place))
        return
    host = Host(scope, node, ways, building.place(scope, node.id if drawn is None else None))
    armed = {event.id: building.arm(scope) for event in boundaries if not event.interrupting}
    host.around = union(armed.values())
    if not (scope.repeated or node.id in scope.looping):
        building.net.fleeting |= host.around
    if drawn is not None:
        enclose(building, host, *drawn, translate)
    entering(building, host, inputs)
    completing(building, host)
    for event in boundaries:
        watching(building, host, event, armed.get(event.id, 0))


def drawn_in(building: Building, scope: Scope, node: graph.Node) -> tuple[graph.Process, str] | None:
    """Give the process and scope in which an activity's body is drawn, or None when it is opaque.

    Raises `Unprovable`: a process calls itself.
    """
    if node.tag in ("subProcess", "transaction") and scope.process.within(node.id):
        return scope.process, node.id
    if node.tag != "callActivity":
        return None
    called = building.processes.get((node.called or "").rpartition(":")[2])
    if called is None or not called.nodes:
        return None
    if called.id in building.calls:
        raise Unprovable(f"{called.id} calls itself")
    return called, called.id


def enclose(
    building: Building, host: Host, process: graph.Process, identifier: str, translate: Translate
) -> None:
    """Give an activity the scope of its body, translated."""
    outer = host.scope
    repeated = outer.repeated or host.node.id in outer.looping
    host.body = Scope(identifier, process, outer, host.active, repeated, around=host.around)
    is_call = host.node.tag == "callActivity"
    if is_call:
        building.calls.append(process.id)
    translate(building, host.body)
    if is_call:
        building.calls.pop()
    outer.inside |= host.body.inside
    outer.optional |= host.body.optional


def entering(building: Building, host: Host, inputs: Sequence[int]) -> None:
    """Add the transitions by which a token enters an activity that is more than one step."""
    starts = [Way(0)] if host.body is None else host.body.starts
    for place in inputs:
        for start in starts:
            marked = host.active | host.around | start.post
            building.add(Transition(pre=place, post=marked, spots=(spot_of(host.node),)))


def completing(building: Building, host: Host) -> None:
    """Add the transitions by which an activity is completed: its body, if any, must be over."""
    node, body = host.node, host.body
    for way in host.ways:
        building.add(
            Transition(
                pre=host.active,
                post=way.post,
                reset=host.around if body is None else body.everything,
                zero=0 if body is None else body.unfinished,
                waits=body is None and node.tag not in AUTOMATIC,
                spots=(spot_of(node),),
                moves=(move_of(node, Kind.COMPLETED),),
                labels=step_of(node) + labels_of(host.scope.process, way),
            )
        )


def watching(building: Building, host: Host, event: graph.Node, armed: int) -> None:
    """Add an event on the edge of an activity.

    Where the activity has a body, what it catches is joined to what is thrown there once all is whole.
    """
    process = host.scope.process
    at_once = tuple(instants.chain_after(process, event))
    ways = ways_out(building, host.scope, event)
    if at_once:
        ways = [Way(0, tuple(process.outgoing(event.id)))]
    catcher = Catcher(
        node=event,
        process=process,
        ways=ways,
        active=host.active,
        armed=armed,
        around=host.around,
        watched=host.body,
        interrupting=event.interrupting or event.event in ("error", "cancel"),
        at_once=at_once,
    )
    if host.body is None:
        catching.by_itself(building, catcher)
    else:
        host.body.catchers.append(catcher)
