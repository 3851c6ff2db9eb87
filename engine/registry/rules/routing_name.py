"""What a diagram reads must have been written: only routing variables that the programme initialises."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph, titles
from engine.registry.charter import nesting
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem
from engine.registry.rules import expression
from engine.spiff import expressions

CODE = "UNKNOWN_NAME"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the routing variables that conditions, counts, timers and due dates read and nobody writes."""
    if context.routing is None:
        return
    for identifier, name in read(diagram):
        if name not in context.routing:
            template = _("« {id} » lit la variable « {name} », qui n’existe pas.")
            yield Problem(LEVEL, CODE, template, {"id": identifier, "name": name}, (identifier,))
    yield from unknown_in_a_life(diagram, context)


def unknown_in_a_life(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find what is read in a life that begins without it: a ladder knows none of its project's variables."""
    read_here = {name for _identifier, name in read(diagram)}
    if all(read_here <= known for known in context.starts.values()):
        return
    processes = context.processes(diagram)
    for life in lives_of(diagram, context):
        for identifier, name in read(diagram):
            if name in (context.routing or ()) and name not in context.starts[life]:
                template = _(
                    "« {id} » lit la variable « {name} », que le processus « {life} » ne connaît pas : "
                    "elle est d’un autre processus."
                )
                called = titles.shortened(processes[life].name) or life
                values = {"id": identifier, "name": name, "life": called}
                yield Problem(LEVEL, CODE, template, values, (identifier,))


def lives_of(diagram: Diagram, context: Context) -> Iterator[str]:
    """Give the lives that reach a diagram's processes, of those whose variables are known."""
    processes = context.processes(diagram)
    calls = {
        name: {nesting.called_by(node) for node in process.nodes if node.tag == "callActivity"}
        for name, process in processes.items()
    }
    own = {process.id for process in diagram.processes}
    for life in context.starts:
        if life in processes and graph.reachable(calls, [life]) & own:
            yield life


def read(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Give every routing variable a diagram reads, with the element that reads it."""
    for identifier, text in expression.written(diagram):
        try:
            yield from ((identifier, name) for name in sorted(expressions.names_in(text)))
        except expressions.InvalidExpression:
            continue  # The expression rule says so already.
    for node in diagram.nodes():
        dated = {node.alize.get("from"), node.alize.get("due")}
        if node.timer is not None and node.timer.kind == "timeDate":
            dated.add(node.timer.text)
        yield from ((node.id, name) for name in sorted(filter(None, dated)) if name.endswith("_on"))
