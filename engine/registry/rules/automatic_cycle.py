"""A loop that never waits for anybody: the engine would turn in it for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "AUTOMATIC_CYCLE"
LEVEL = Level.EXECUTION
# Whether a scope may be crossed in one go, by process and scope.
Crossed = Mapping[tuple[str, str], bool]
# What a token passes without anything being done: a loop of these changes nothing to what it waits for.
THROUGH = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
                     "intermediateThrowEvent"})  # fmt: skip


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the loops made only of steps that a token passes without a stop."""
    crossed = crossed_in(context.processes(diagram))
    for process in diagram.processes:
        turning = sorted(graph.in_a_cycle(passed(process, process.nodes, crossed)) | turning_on_days(process))
        if turning:
            template = _("La boucle qui passe par « {id} » n’attend personne : elle tournerait sans fin.")
            yield Problem(LEVEL, CODE, template, {"id": turning[0]}, tuple(turning))


def passed(process: graph.Process, nodes: Iterable[graph.Node], crossed: Crossed) -> dict[str, set[str]]:
    """Give, for each step that a token passes in one go, where it may be next in the same go."""
    passing = {node.id for node in nodes if may_pass(node, process, crossed)}
    return {node: targets & passing for node, targets in graph.successors(process).items() if node in passing}


def may_pass(node: graph.Node, process: graph.Process, crossed: Crossed) -> bool:
    """Tell whether a token may go through a step in one go."""
    if node.tag in graph.WAITING:
        return False
    if node.tag == "boundaryEvent":
        return node.event not in ("timer", "message")
    if node.tag in graph.SCOPES:
        return crossed.get((process.id, node.id), True)
    if node.tag == "callActivity":
        return crossed.get((node.called or "", node.called or ""), False)
    return True


def turning_on_days(process: graph.Process) -> set[str]:
    """Give the loops of gateways and of days that may all be past: nothing in them changes either.

    A day is waited for when it is to come. What an operation in the loop writes, it writes to come; in a
    loop without one, the first turn on a past day is followed by all the others. A step that a past day
    takes away at once, by an event on its edge, stops nobody.
    """
    instant = {node.id for node in process.nodes if is_instant(node)}
    passing = instant | {node.id for node in process.nodes if node.tag in THROUGH}
    following = {
        node: set(targets) & passing for node, targets in graph.successors(process).items() if node in passing
    }
    for event in instant:
        node = process.node(event)
        if node is not None and node.attached_to and node.interrupting:
            following.setdefault(node.attached_to, set()).add(event)
            for flow in process.incoming(node.attached_to):
                following.setdefault(flow.source, set()).add(node.attached_to)
    return graph.in_a_cycle(
        {node: {each for each in targets if each in following} for node, targets in following.items()}
    )


def is_instant(node: graph.Node) -> bool:
    """Tell whether a timer may not wait at all: a day that an operation has written may be past."""
    timer = node.timer
    return timer is not None and (timer.kind == "timeDate" or "from" in node.alize)


def crossed_in(known: Mapping[str, graph.Process]) -> Crossed:
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
        crossed[name, scope] = may_cross(known[name], scope, crossed)
    return crossed


def needs(process: graph.Process, scope: str, known: Mapping[str, graph.Process]) -> set[str]:
    """Give the scopes that a scope holds or calls, as `crossed_in` names them."""
    nodes = process.within(scope)
    held = {f"{process.id}\n{node.id}" for node in nodes if node.tag in graph.SCOPES}
    called = {node.called for node in nodes if node.tag == "callActivity" and node.called in known}
    return held | {f"{name}\n{name}" for name in called}


def may_cross(process: graph.Process, scope: str, crossed: Crossed) -> bool:
    """Tell whether a token may go from a scope's start to one of its ends without a stop."""
    nodes = process.within(scope)
    reached = graph.reachable(
        passed(process, nodes, crossed), [node.id for node in nodes if node.tag == "startEvent"]
    )
    return any(node.tag == "endEvent" and node.id in reached for node in nodes)
