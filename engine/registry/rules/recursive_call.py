"""A process that calls itself, directly or through others: it would nest without end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "RECURSIVE_CALL"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the calls from which a process comes back to itself."""
    calls = {name: called_by(process) for name, process in context.processes(diagram).items()}
    for process in diagram.processes:
        for node in process.nodes:
            if node.tag == "callActivity" and process.id in graph.reachable(calls, [node.called or ""]):
                template = _("L’appel « {id} » ramène au processus « {process} » qui le contient.")
                yield Problem(LEVEL, CODE, template, {"id": node.id, "process": process.id}, (node.id,))


def called_by(process: graph.Process) -> set[str]:
    """Give the processes that a process calls."""
    return {node.called for node in process.nodes if node.tag == "callActivity" and node.called}
