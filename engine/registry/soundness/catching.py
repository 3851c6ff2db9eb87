"""Events that catch: what comes by itself, and what an event drawn further inside throws."""

from __future__ import annotations

from engine.registry.soundness import instants
from engine.registry.soundness.building import (
    Building,
    Catcher,
    Scope,
    Throw,
    Way,
    enclosing,
    move_of,
    spot_of,
)
from engine.registry.soundness.flows import labels_of, step_of
from engine.registry.soundness.token_net import Kind, Move, Transition

# What is thrown by an event inside, as far as such an event is drawn.
THROWN = frozenset({"error", "escalation", "cancel"})


def join(building: Building) -> None:
    """Join everything that is thrown to what catches it, every scope being whole.

    An event that could catch what nobody inside throws comes by itself: an opaque step may raise it.
    """
    for throw in building.throws:
        if throw.node.event == "terminate":
            terminating(building, throw)
        else:
            throwing(building, throw)
    thrown = {(id(scope), throw.node.event) for throw in building.throws for scope in enclosing(throw.scope)}
    for scope in building.scopes:
        for catcher in scope.catchers:
            if catcher.node.event not in THROWN or (id(scope), catcher.node.event) not in thrown:
                by_itself(building, catcher)


def by_itself(building: Building, catcher: Catcher) -> None:
    """Let an event come at any time while what it watches goes on."""
    for way in catcher.ways:
        transition = Transition(
            pre=catcher.taken,
            read=catcher.read,
            reset=catcher.emptied,
            post=way.post,
            waits=True,
            spots=(spot_of(catcher.node),),
            moves=(move_of(catcher.node, Kind.HAPPENED),),
            labels=step_of(catcher.node) + labels_of(catcher.process, way),
        )
        instants.append(transition, catcher.process, catcher.at_once)
        building.add(transition)


def terminating(building: Building, throw: Throw) -> None:
    """Let an end empty its own scope, and no other."""
    building.add(
        Transition(
            pre=throw.place,
            reset=throw.scope.inside,
            spots=(spot_of(throw.node),),
            moves=(told(throw),),
            labels=step_of(throw.node),
        )
    )


def throwing(building: Building, throw: Throw) -> None:
    """Join what an event throws to the nearest event that catches it."""
    catcher = nearest(throw)
    if catcher is None:
        uncaught(building, throw)
    elif catcher.interrupting:
        for way in catcher.ways:
            building.add(caught(throw, catcher, way, Way(0)))
    else:
        for going_on in going_on_after(throw):
            for way in catcher.ways:
                building.add(caught(throw, catcher, way, going_on))
            building.add(unheard(throw, going_on, zero=catcher.armed))


def caught(throw: Throw, catcher: Catcher, way: Way, going_on: Way) -> Transition:
    """Give the transition by which a thrown event is caught."""
    transition = Transition(
        pre=throw.place | catcher.taken,
        read=catcher.read,
        reset=catcher.emptied,
        post=way.post | going_on.post,
        spots=(spot_of(throw.node), spot_of(catcher.node)),
        moves=(told(throw), move_of(catcher.node, Kind.HAPPENED)),
        labels=(
            *step_of(throw.node),
            *labels_of(throw.scope.process, going_on),
            *step_of(catcher.node),
            *labels_of(catcher.process, way),
        ),
    )
    instants.append(transition, catcher.process, catcher.at_once)
    return transition


def unheard(throw: Throw, going_on: Way, zero: int = 0) -> Transition:
    """Give the transition of an event that throws what nobody listens to any more."""
    return Transition(
        pre=throw.place,
        zero=zero,
        post=going_on.post,
        spots=(spot_of(throw.node),),
        moves=(told(throw),),
        labels=step_of(throw.node) + labels_of(throw.scope.process, going_on),
    )


def uncaught(building: Building, throw: Throw) -> None:
    """Let an escalation pass unheard; an error that nobody catches ends the whole process."""
    if throw.node.event == "escalation":
        for going_on in going_on_after(throw):
            building.add(unheard(throw, going_on))
        return
    outermost = list(enclosing(throw.scope))[-1]
    ending = unheard(throw, Way(0))
    ending.reset = outermost.inside
    building.add(ending)


def going_on_after(throw: Throw) -> list[Way]:
    """Give the ways on of an event that throws and is not interrupted by it."""
    return throw.ways if throw.node.tag == "intermediateThrowEvent" else [Way(0)]


def told(throw: Throw) -> Move:
    """Give the move of the event that throws."""
    return move_of(throw.node, Kind.ENDED if throw.node.tag == "endEvent" else Kind.THROWN)


def nearest(throw: Throw) -> Catcher | None:
    """Give what catches a thrown event: in the innermost scope, by its code rather than by any.

    What an event subprocess throws is not caught by the events beside it: they watch what it handles.
    """
    came_from: Scope | None = None
    for scope in enclosing(throw.scope):
        fitting = [
            catcher
            for catcher in scope.catchers
            if fits(throw, catcher) and not (catcher.handles and came_from is not None and came_from.handles)
        ]
        # The events inside a scope come before those on its edge, a known code before any code.
        fitting.sort(key=lambda catcher: (not catcher.handles, catcher.node.code is None))
        if fitting:
            return fitting[0]
        came_from = scope
    return None


def fits(throw: Throw, catcher: Catcher) -> bool:
    """Tell whether an event catches what another throws."""
    if catcher.node.event != throw.node.event:
        return False
    return catcher.node.code in (None, throw.node.code) or throw.node.event == "cancel"
