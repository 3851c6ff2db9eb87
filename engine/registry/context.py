"""What a check knows besides the file: the other diagrams, and the names that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.registry import graph

MOST_NODES = 25


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a checked file. None means: not known here, hence not asked.

    `siblings` are the processes of the other files of the same version, by id.
    """

    siblings: Mapping[str, graph.Process] = field(default_factory=dict)
    forms: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    routing: frozenset[str] | None = None
    parameters: frozenset[str] | None = None
    most_nodes: int = MOST_NODES
    profile_only: bool = False

    def processes(self, diagram: graph.Diagram) -> dict[str, graph.Process]:
        """Give every known process: those of the file hide others of the same id."""
        return {**self.siblings, **{process.id: process for process in diagram.processes}}

    def callers(self, diagram: graph.Diagram, process: str) -> Iterator[tuple[graph.Process, graph.Node]]:
        """Give each call of a process, with the process it stands in."""
        for caller in self.processes(diagram).values():
            for node in caller.nodes:
                if node.tag == "callActivity" and node.called == process:
                    yield caller, node
