"""What stands inside a step: what is drawn in it, and in all that it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.registry import graph


def inside(
    process: graph.Process, processes: Mapping[str, graph.Process], node: graph.Node
) -> Iterator[graph.Node | graph.Flow]:
    """Give what is drawn inside a step, with all that is called there, each scope once."""
    seen: set[tuple[str, str]] = set()
    waiting = opened(process, processes, node)
    while waiting:
        around, scope = waiting.pop()
        if (around.id, scope) in seen:
            continue
        seen.add((around.id, scope))
        yield from (flow for flow in around.flows if flow.scope == scope)
        for each in around.within(scope):
            yield each
            waiting += opened(around, processes, each)


def opened(
    process: graph.Process, processes: Mapping[str, graph.Process], node: graph.Node
) -> list[tuple[graph.Process, str]]:
    """Give the scope that a step opens: its own, or the process that it calls."""
    if node.tag in graph.SCOPES:
        return [(process, node.id)]
    called = processes.get(called_by(node)) if node.tag == "callActivity" else None
    return [] if called is None else [(called, called.id)]


def called_by(node: graph.Node) -> str:
    """Give the process that a step calls; its name may come with the prefix of its namespace."""
    return (node.called or "").rpartition(":")[2]


def is_called(process: str, processes: Mapping[str, graph.Process]) -> bool:
    """Tell whether another process calls one."""
    return any(
        node.tag == "callActivity" and called_by(node) == process
        for each in processes.values()
        for node in each.nodes
    )
