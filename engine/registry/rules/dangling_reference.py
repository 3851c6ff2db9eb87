"""A step refers to something that is not in the file: its host, its message, its default flow."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "DANGLING_REFERENCE"
LEVEL = Level.READING
DECLARED = {"message": "messages", "escalation": "escalations", "error": "errors"}


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find broken references of boundary events, event definitions, lanes and default flows."""
    for process in diagram.processes:
        known = {node.id for node in process.nodes}
        for node in process.nodes:
            for target in broken(diagram, process, node):
                yield problem(node.id, target)
        for target in process.lanes:
            if target not in known:
                yield problem(process.id, target)


def broken(diagram: graph.Diagram, process: graph.Process, node: graph.Node) -> Iterator[str]:
    """Give what a step names and the file does not hold."""
    if node.tag == "boundaryEvent":
        host = process.node(node.attached_to)
        if host is None or host.tag not in graph.ACTIVITIES or host.scope != node.scope:
            yield node.attached_to or "attachedToRef"
    if node.default and node.default not in {flow.id for flow in process.outgoing(node.id)}:
        yield node.default
    declared = DECLARED.get(node.event)
    if declared and node.reference is not None and node.reference not in getattr(diagram, declared):
        yield node.reference


def problem(identifier: str, target: str) -> Problem:
    """Say which element names what is not there."""
    template = _("« {id} » renvoie à « {target} », qui n’existe pas ou ne peut pas être là.")
    return Problem(LEVEL, CODE, template, {"id": identifier, "target": target}, (identifier,))
