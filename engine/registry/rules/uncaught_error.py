"""An error or escalation that nobody catches: other branches would go on as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "UNCAUGHT_ERROR"
LEVEL = Level.EXECUTION
THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})
THROWN = frozenset({"error", "escalation"})
Calls = dict[str, list[tuple[graph.Process, graph.Node]]]


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the errors and escalations thrown without an event to catch them, here or in a caller.

    A process of a lone file may still be called: only an uncaught error is refused then. What catches
    without naming a code catches all.
    """
    calls = calls_of(context.processes(diagram).values())
    for process in diagram.processes:
        for node in process.nodes:
            thrown = node.tag in THROWERS and node.event in THROWN
            if thrown and is_lost(process, node, calls, is_alone=not context.siblings):
                template = _("« {id} » lève une erreur ou une escalade que personne n’attrape.")
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))


def calls_of(processes: Iterable[graph.Process]) -> Calls:
    """Give the calls of each process, with the process they stand in."""
    found: Calls = {}
    for process in processes:
        for node in process.nodes:
            if node.tag == "callActivity" and node.called:
                found.setdefault(node.called, []).append((process, node))
    return found


def is_lost(process: graph.Process, thrown: graph.Node, calls: Calls, *, is_alone: bool) -> bool:
    """Tell whether what a step throws can come out of a process that nobody calls."""
    escaped: set[str] = set()
    waiting = [] if is_caught(process, thrown.scope, thrown) else [process]
    while waiting:
        left = waiting.pop()
        if left.id in escaped:
            continue
        escaped.add(left.id)
        callers = calls.get(left.id, [])
        may_be_called = is_alone and left is process and thrown.event == "escalation"
        if not callers and not may_be_called:
            return True
        waiting += [caller for caller, call in callers if not is_caught(caller, call.id, thrown)]
    return False


def is_caught(process: graph.Process, host: str, thrown: graph.Node) -> bool:
    """Tell whether an event on the edge of an activity, or of a subprocess around it, waits for this."""
    activity = process.node(host)
    while activity is not None:
        if catches(process, activity.id, thrown):
            return True
        activity = process.node(activity.scope) if activity.scope != process.id else None
    return False


def catches(process: graph.Process, host: str, thrown: graph.Node) -> bool:
    """Tell whether an event attached to an activity waits for what a step throws."""
    return any(
        boundary.event == thrown.event and boundary.code in (None, thrown.code)
        for boundary in process.boundaries(host)
    )
