"""A loop that never waits for anybody: the engine would turn in it for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "AUTOMATIC_CYCLE"
LEVEL = Level.EXECUTION
# Whether a scope may be crossed in one go, by process and scope.
Crossed = Mapping[tuple[str, str], bool]
# Where a token may be next in one go, from each of some steps that it passes so.
Passed = Callable[[graph.Process, Iterable[graph.Node], Crossed], dict[str, set[str]]]
# What a token passes without anything being done: a loop of these changes nothing to what it waits for.
THROUGH = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
                     "intermediateThrowEvent", "startEvent", "endEvent"})  # fmt: skip


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the loops made only of steps that a token passes without a stop."""
    known = context.processes(diagram)
    at_once, on_days = crossed_in(known, passed), crossed_in(known, passed_on_days)
    for process in diagram.processes:
        turning = sorted(
            graph.in_a_cycle(passed(process, process.nodes, at_once))
            | graph.in_a_cycle(passed_on_days(process, process.nodes, on_days))
        )
        if turning:
            template = _("La boucle qui passe par « {id} » n’attend personne : elle tournerait sans fin.")
            yield Problem(LEVEL, CODE, template, {"id": turning[0]}, tuple(turning))


def passed(process: graph.Process, nodes: Iterable[graph.Node], crossed: Crossed) -> dict[str, set[str]]:
    """Give, for each step that a token passes in one go, where it may be next in the same go."""
    passing = {node.id for node in nodes if may_pass(node, process, crossed)}
    return {node: after(process, node) & passing for node in passing}


def after(process: graph.Process, node: str) -> set[str]:
    """Give what follows a step, and the events on its edge: whatever it does, they may."""
    follows = {flow.target for flow in process.outgoing(node)}
    return follows | {event.id for event in process.boundaries(node)}


def may_pass(node: graph.Node, process: graph.Process, crossed: Crossed) -> bool:
    """Tell whether a token may go through a step in one go."""
    if node.tag in graph.WAITING:
        return False
    if node.tag == "boundaryEvent":
        return node.event not in ("timer", "message")
    if node.tag in graph.SCOPES or node.tag == "callActivity":
        return is_crossed(node, process, crossed)
    return True


def is_crossed(node: graph.Node, process: graph.Process, crossed: Crossed) -> bool:
    """Tell whether a subprocess, or a called process, may be gone through in one go."""
    if node.tag == "callActivity":
        return crossed.get((node.called or "", node.called or ""), False)
    return crossed.get((process.id, node.id), True)


def passed_on_days(
    process: graph.Process, nodes: Iterable[graph.Node], crossed: Crossed
) -> dict[str, set[str]]:
    """Give where a token may be next while nothing is done, when every day is past.

    A day is waited for when it is to come. What an operation in a loop writes, it writes to come; in a
    loop without one, the first turn on a past day is followed by all the others. A step that a past day
    takes away at once, by an event on its edge, stops nobody.
    """
    known = list(nodes)
    instant = [node for node in known if is_instant(node)]
    passing = {node.id for node in known if is_idle(node, process, crossed)}
    passing |= {node.id for node in instant}
    following = {node: after(process, node) & passing for node in passing}
    for event in instant:
        if event.attached_to and event.interrupting:
            following.setdefault(event.attached_to, set()).add(event.id)
            for flow in process.incoming(event.attached_to):
                following.setdefault(flow.source, set()).add(event.attached_to)
    return {node: {each for each in targets if each in following} for node, targets in following.items()}


def is_idle(node: graph.Node, process: graph.Process, crossed: Crossed) -> bool:
    """Tell whether a token may pass a step without anything being done in it."""
    if node.tag in graph.SCOPES or node.tag == "callActivity":
        return is_crossed(node, process, crossed)
    is_thrown = node.tag == "boundaryEvent" and node.event not in ("timer", "message")
    return node.tag in THROUGH or is_thrown


def is_instant(node: graph.Node) -> bool:
    """Tell whether a timer may not wait at all: a day that an operation has written may be past."""
    timer = node.timer
    return timer is not None and (timer.kind == "timeDate" or "from" in node.alize)


def crossed_in(known: Mapping[str, graph.Process], following: Passed) -> Crossed:
    """Tell of each scope whether a token may go from its start to one of its ends without a stop.

    What a scope holds or calls is looked at before it. One that calls itself: the cautious answer is yes.
    """
    crossed: dict[tuple[str, str], bool] = {}
    needed = {
        f"{name}\n{scope}": needs(process, scope, known)
        for name, process in known.items()
        for scope in process.scopes()
    }
    for key in graph.by_finish(needed):
        name, scope = key.split("\n", 1)
        nodes = known[name].within(scope)
        crossed[name, scope] = may_cross(nodes, following(known[name], nodes, crossed))
    return crossed


def needs(process: graph.Process, scope: str, known: Mapping[str, graph.Process]) -> set[str]:
    """Give the scopes that a scope holds or calls, as `crossed_in` names them."""
    nodes = process.within(scope)
    held = {f"{process.id}\n{node.id}" for node in nodes if node.tag in graph.SCOPES}
    called = {node.called for node in nodes if node.tag == "callActivity" and node.called in known}
    return held | {f"{name}\n{name}" for name in called}


def may_cross(nodes: Iterable[graph.Node], following: Mapping[str, set[str]]) -> bool:
    """Tell whether a token may go from a scope's start to one of its ends without a stop."""
    reached = graph.reachable(following, [node.id for node in nodes if node.tag == "startEvent"])
    return any(node.tag == "endEvent" and node.id in reached for node in nodes)
