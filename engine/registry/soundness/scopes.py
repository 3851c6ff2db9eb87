"""Scopes in the net: what stands in a process, an embedded subprocess or an event subprocess."""

from __future__ import annotations

from engine.registry import graph
from engine.registry.soundness import activities, events, gateways, instants
from engine.registry.soundness.building import (
    Building,
    Catcher,
    Entered,
    Scope,
    Unprovable,
    Way,
    move_of,
    spot_of,
)
from engine.registry.soundness.flows import ENTERED, step_of
from engine.registry.soundness.gateways import GATE
from engine.registry.soundness.token_net import Kind, Transition, union


def translate(building: Building, scope: Scope) -> None:
    """Fill a scope: its places, its transitions, and the ways in which it may start.

    Where nothing starts it, it is over at once. Raises `Unprovable`: its process is not whole, or it is
    nested too deep.
    """
    building.open(scope)
    process = scope.process
    if scope.id == process.id:
        require_whole(process)
    nodes = nodes_of(scope)
    lay_out(building, scope, nodes)
    starts = [node for node in nodes if node.tag == "startEvent"]
    own = {node.id: building.place(scope, node.id) for node in starts or nodes if is_first(process, node)}
    scope.starts = [Way(own[node.id]) for node in starts] or [Way(union(own.values()))]
    for node in nodes:
        inputs = [own[node.id]] if node.id in own else inputs_of(scope, node)
        if node.tag == "boundaryEvent" or node.triggered_by_event:
            continue  # The one is added with its host, the other once all the rest is there.
        if inputs:
            add(building, scope, node, inputs)
            if node.alize.get("entry") in building.asserted:
                building.entered.append(Entered(scope, node, inputs[0]))
        elif not process.incoming(node.id):
            building.net.elements.add(spot_of(node))
    for node in nodes:
        if node.triggered_by_event:
            handle(building, scope, node)


def nodes_of(scope: Scope) -> list[graph.Node]:
    """Give the elements of a scope that hold a token by themselves.

    Compensation is none of our business, and what follows an event at once is carried out with it.
    """
    at_once = instants.carried_out(scope.process)
    return [
        node
        for node in scope.process.within(scope.id)
        if node.id not in at_once and not is_apart(scope.process, node)
    ]


def is_apart(process: graph.Process, node: graph.Node) -> bool:
    """Tell whether an element only undoes another: marked so, and no arrow leads to it or leaves it."""
    return node.for_compensation and not process.incoming(node.id) and not process.outgoing(node.id)


def lay_out(building: Building, scope: Scope, nodes: list[graph.Node]) -> None:
    """Give a scope the places of its flows and links, and the elements that stand in a loop."""
    process = scope.process
    for node in nodes:
        for flow in process.outgoing(node.id):
            scope.places[flow.id] = building.place(scope, flow.target)
        if node.tag == "intermediateCatchEvent" and node.event == "link":
            scope.links[node.link] = building.place(scope, node.id)
    scope.looping = graph.in_a_cycle(following(process, nodes))


def following(process: graph.Process, nodes: list[graph.Node]) -> dict[str, set[str]]:
    """Give where a token may be next, among the elements of one scope."""
    found: dict[str, set[str]] = {node.id: set() for node in nodes}
    for node in nodes:
        found[node.id].update(flow.target for flow in process.outgoing(node.id))
        if node.attached_to in found:
            found[node.attached_to].add(node.id)
    throws = [node for node in nodes if node.tag == "intermediateThrowEvent" and node.link]
    catches = {node.link: node.id for node in nodes if node.tag == "intermediateCatchEvent" and node.link}
    for node in throws:
        found[node.id].update({catches[node.link]} if node.link in catches else ())
    return found


def inputs_of(scope: Scope, node: graph.Node) -> list[int]:
    """Give the places from which an element takes a token.

    What an event-based gateway awaits takes it from the gateway, which sees to that itself.
    """
    process = scope.process
    flows = process.incoming(node.id)
    if node.tag in GATE:
        flows = [flow for flow in flows if tag_of(process, flow.source) != "eventBasedGateway"]
    places = [scope.places[flow.id] for flow in flows]
    if node.tag == "intermediateCatchEvent" and node.event == "link":
        places.append(scope.links[node.link])
    return places


def is_first(process: graph.Process, node: graph.Node) -> bool:
    """Tell whether an element starts by itself: a start event, or where there is none, what nothing precedes.

    Where there is a start event, what nothing precedes is never reached, and is found to be dead.
    """
    if node.tag == "startEvent":
        return True
    is_linked = node.tag == "intermediateCatchEvent" and node.event == "link"
    return not (
        process.incoming(node.id) or is_linked or node.tag == "boundaryEvent" or node.triggered_by_event
    )


def tag_of(process: graph.Process, identifier: str) -> str:
    """Give the tag of an element, if it exists."""
    node = process.node(identifier)
    return "" if node is None else node.tag


def add(building: Building, scope: Scope, node: graph.Node, inputs: list[int]) -> None:
    """Add one element to the net."""
    if node.tag in graph.GATEWAYS:
        gateways.add(building, scope, node, inputs)
    elif node.tag in graph.EVENTS:
        events.add(building, scope, node, inputs)
    else:
        activities.add(building, scope, node, inputs, translate)


def handle(building: Building, scope: Scope, node: graph.Node) -> None:
    """Add an event subprocess: armed as long as its scope is active, started once by its first event."""
    starts = [inner for inner in scope.process.within(node.id) if inner.tag == "startEvent"]
    for start in starts[:1]:
        armed = building.arm(scope)
        # The scope waits for what it sets off before it may be entered again.
        building.net.fleeting |= armed
        inner = Scope(node.id, scope.process, scope, building.place(scope), scope.repeated, handles=True)
        translate(building, inner)
        scope.inside |= inner.inside
        scope.optional |= inner.optional
        scope.starts = [Way(way.post | armed) for way in scope.starts]
        scope.catchers.append(
            Catcher(
                node=start,
                process=scope.process,
                ways=[Way(inner.active | way.post) for way in inner.starts],
                active=scope.active,
                armed=armed,
                watched=scope,
                interrupting=start.interrupting,
                handles=True,
            )
        )
        building.add(
            Transition(pre=inner.active, zero=inner.unfinished, reset=inner.inside, spots=(spot_of(node),))
        )


def root(building: Building, process: graph.Process) -> None:
    """Translate a whole process: when it starts, and when it is completed."""
    active = building.net.place()
    scope = Scope(process.id, process, None, active, repeated=False)
    building.calls.append(process.id)
    translate(building, scope)
    building.net.starts = tuple(active | way.post for way in scope.starts)
    building.add(Transition(pre=active, zero=scope.unfinished, reset=scope.inside))
    if building.entered:
        begin_elsewhere_too(building)


def begin_elsewhere_too(building: Building) -> None:
    """Let a life begin at its entries as well: one place leads to its start, or to any of them.

    On the way to an entry the automata read what it asserts, then that somebody begins to wait for it.
    """
    beginning = building.net.place()
    for start in building.net.starts:
        building.add(Transition(pre=beginning, post=start))
    for each in building.entered:
        node = each.node
        awaited = (ENTERED.format(step=step) for step in step_of(node))
        building.add(
            Transition(
                pre=beginning,
                post=each.marked,
                moves=(move_of(node, Kind.ADOPTED),),
                labels=(*building.asserted[node.alize["entry"]], *awaited),
                entry=True,
            )
        )
    building.net.starts = (beginning,)


def require_whole(process: graph.Process) -> None:
    """Check that every flow and boundary event leads somewhere in its own scope. Raises `Unprovable`."""
    scope_of = {node.id: node.scope for node in process.nodes}
    if len({*scope_of, process.id, ""}) != len(process.nodes) + 2:
        raise Unprovable(f"{process.id}: two elements of one id, or none")
    for flow in process.flows:
        if scope_of.get(flow.source, "?") != scope_of.get(flow.target, "!"):
            raise Unprovable(f"{flow.id}: from {flow.source} to {flow.target}")
    for node in process.nodes:
        if node.tag == "boundaryEvent" and scope_of.get(node.attached_to or "") != node.scope:
            raise Unprovable(f"{node.id}: attached to nothing")
