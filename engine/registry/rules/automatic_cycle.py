"""A loop that never waits for anybody: the engine would turn in it for ever."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "AUTOMATIC_CYCLE"
LEVEL = Level.EXECUTION
# Whether a scope may be crossed in one go, by process and scope: each is looked at once.
Crossed = dict[tuple[str, str], bool]


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the loops made only of steps that a token passes without a stop."""
    known = context.processes(diagram)
    crossed: Crossed = {}
    for process in diagram.processes:
        passing = {node.id for node in process.nodes if may_pass(node, process, known, crossed)}
        following = {
            node: targets & passing for node, targets in graph.successors(process).items() if node in passing
        }
        turning = sorted(graph.in_a_cycle(following))
        if turning:
            template = _("La boucle qui passe par « {id} » n’attend personne : elle tournerait sans fin.")
            yield Problem(LEVEL, CODE, template, {"id": turning[0]}, tuple(turning))


def may_pass(
    node: graph.Node, process: graph.Process, known: dict[str, graph.Process], crossed: Crossed
) -> bool:
    """Tell whether a token may go through a step in one go."""
    if node.tag in graph.WAITING:
        return False
    if node.tag == "boundaryEvent":
        return node.event not in ("timer", "message")
    if node.tag in graph.SCOPES:
        return may_cross(process, node.id, known, crossed)
    if node.tag == "callActivity":
        called = known.get(node.called or "")
        return called is not None and may_cross(called, called.id, known, crossed)
    return True


def may_cross(process: graph.Process, scope: str, known: dict[str, graph.Process], crossed: Crossed) -> bool:
    """Tell whether a token may go from a scope's start to one of its ends without a stop.

    A scope met again while it is being looked at calls itself: the cautious answer is yes.
    """
    key = (process.id, scope)
    if key in crossed:
        return crossed[key]
    crossed[key] = True
    nodes = process.within(scope)
    passing = {node.id for node in nodes if may_pass(node, process, known, crossed)}
    following = {node: targets & passing for node, targets in graph.successors(process).items()}
    reached = graph.reachable(following, [node.id for node in nodes if node.tag == "startEvent"])
    crossed[key] = any(node.tag == "endEvent" and node.id in reached for node in nodes)
    return crossed[key]
