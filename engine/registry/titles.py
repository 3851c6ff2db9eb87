"""How a finding calls what it speaks of: by the name people gave it, not by its id."""

from __future__ import annotations

import dataclasses
from functools import cached_property

from engine.registry import graph
from engine.registry.problems import Problem

# The values of a finding that are ids of elements.
NAMED = frozenset({"id", "flow", "scope", "host", "source", "target", "first"})
LONGEST = 80
MOST_NAMED = 4  # ways out of a gateway, to say which it is


class Titles:
    """What the elements of one diagram are called; looked up as often as there are findings."""

    def __init__(self, diagram: graph.Diagram) -> None:
        self.diagram = diagram

    def titled(self, problem: Problem) -> Problem:
        """Give a finding whose sentence names elements; `elements` keeps their ids, to highlight them."""
        values = {
            key: self.of(str(value)) if key in NAMED else value for key, value in problem.values.items()
        }
        return dataclasses.replace(problem, values=values, elements=tuple(filter(None, problem.elements)))

    def of(self, identifier: str) -> str:
        """Give what people read of an element: its name, for an arrow the steps it ties, else its id."""
        if identifier in self._processes:
            return shortened(self._processes[identifier].name) or identifier
        for process in self.diagram.processes:
            node = process.node(identifier)
            if node is not None:
                return shortened(node.name) or beside(process, node)
        if identifier in self._flows:
            process, flow = self._flows[identifier]
            return shortened(flow.name) or f"{end(process, flow.source)} → {end(process, flow.target)}"
        return identifier

    @cached_property
    def _processes(self) -> dict[str, graph.Process]:
        return {process.id: process for process in self.diagram.processes}

    @cached_property
    def _flows(self) -> dict[str, tuple[graph.Process, graph.Flow]]:
        return {flow.id: (process, flow) for process in self.diagram.processes for flow in process.flows}


def beside(process: graph.Process, node: graph.Node) -> str:
    """Give what people know a step without a name by: for a gateway or a wait, what comes next."""
    if node.tag not in graph.GATEWAYS:
        return node.id
    following = (process.node(flow.target) for flow in process.outgoing(node.id)[:MOST_NAMED])
    names = [shortened(each.name) for each in following if each is not None and each.name]
    return f"{node.id} → {' / '.join(names)}" if names else node.id


def end(process: graph.Process, identifier: str) -> str:
    """Give an end of an arrow by its name, or its id."""
    node = process.node(identifier)
    return (shortened(node.name) if node is not None else "") or identifier


def shortened(name: str) -> str:
    """Give a name on one line, cut where it would fill the page."""
    words = " ".join(name.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
