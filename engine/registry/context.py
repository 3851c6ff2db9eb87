"""What a check knows besides the file: the other diagrams, and the names that exist."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.registry import graph, reading
from engine.registry.variables import Variable

MOST_NODES = 25
KEPT_READINGS = 256
LARGEST_KEPT = 100_000  # bytes; a larger file is read again each time, so that what is kept stays small


@dataclass(frozen=True)
class Context:
    """The surroundings of a checked file. None means: not known here, hence not asked.

    `files` are the other files of the same version, by name; without any, nobody knows in which life a
    process has its part, and the charter's rules about lives are not asked. `variables` say what the
    routing variables hold; `reference` has the ids of the elements of the reference's processes, and
    `dates` the places where its timers wait for a date that is surely written by then. `starts` say with
    which variables a life begins.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    forms: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    routing: frozenset[str] | None = None
    parameters: frozenset[str] | None = None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    reference: Mapping[str, frozenset[str]] | None = None
    dates: frozenset[tuple[str, str]] | None = None
    starts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    most_nodes: int = MOST_NODES
    profile_only: bool = False

    @functools.cached_property
    def siblings(self) -> dict[str, graph.Process]:
        """The processes of the other files, by id; a file that cannot be read has none."""
        return {process.id: process for name in self.files for process in self.processes_in(name)}

    def processes_in(self, name: str) -> tuple[graph.Process, ...]:
        """The processes of one of the other files, read once however often it is a sibling."""
        try:
            return read_kept(self.files[name], name).processes
        except reading.Unreadable:
            return ()

    def without(self, diagram: graph.Diagram) -> Context:
        """The same surroundings, but for the files that a diagram draws again."""
        drawn = {process.id for process in diagram.processes}
        files = {
            name: content
            for name, content in self.files.items()
            if not drawn.intersection(process.id for process in self.processes_in(name))
        }
        return self if len(files) == len(self.files) else dataclasses.replace(self, files=files)

    def processes(self, diagram: graph.Diagram) -> dict[str, graph.Process]:
        """Give every known process: those of the file hide others of the same id."""
        return {**self.siblings, **{process.id: process for process in diagram.processes}}

    def callers(self, diagram: graph.Diagram, process: str) -> Iterator[tuple[graph.Process, graph.Node]]:
        """Give each call of a process, with the process it stands in."""
        for caller in self.processes(diagram).values():
            for node in caller.nodes:
                if node.tag == "callActivity" and node.called == process:
                    yield caller, node

    def file_of(self, process: str) -> str:
        """The name of the other file that holds a process; nothing when none does."""
        owners = (name for name in self.files if any(each.id == process for each in self.processes_in(name)))
        return next(owners, "")


def read_kept(content: bytes, name: str) -> graph.Diagram:
    """The diagram of a file, kept for the next time if it is small. Raises `reading.Unreadable`."""
    return read_once(content, name) if len(content) <= LARGEST_KEPT else reading.read(content, name)


@functools.lru_cache(maxsize=KEPT_READINGS)
def read_once(content: bytes, name: str) -> graph.Diagram:
    """The diagram of a small file, kept by its content for as long as this process lives."""
    return reading.read(content, name)
