"""What was passed in the diagrams: operations that ran, timers that fired, and the way between them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.registry import graph, library
from engine.registry.versions import content_hash

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Operation, Routing


@dataclass(frozen=True, slots=True)
class Call:
    """An operation that a step called: when, in which instance's process, for a person's task or not."""

    at: datetime
    instance_of: str
    step: str
    operation: str
    is_task: bool


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that was due: when, and where it stands."""

    at: datetime
    process: str
    element: str


@dataclass(slots=True)
class Trail:
    """Remembers what ran, in order."""

    calls: list[Call] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)

    def watching(self, operations: Mapping[str, Operation]) -> Mapping[str, Operation]:
        """The same operations, each remembered when it runs."""
        return {name: self._watched(name, operation) for name, operation in operations.items()}

    def _watched(self, name: str, operation: Operation) -> Operation:
        @functools.wraps(operation)
        def run(act: Act) -> Mapping[str, Routing]:
            is_task = act.task is not None and act.task.step == act.step
            self.calls.append(Call(act.work.now, act.process, act.step, name, is_task))
            return operation(act)

        return run

    def mark_timers(self, marking: str, drawn: Drawn, now: datetime) -> None:
        """Remember the timers of an instance that are about to fire."""
        content = json.loads(marking)
        found = list(due_timers(content.get("tokens") or (), content["process"], drawn, now))
        self.fired += [Fired(now, process, element) for process, element in found]


def due_timers(
    tokens: Sequence[Mapping[str, Any]], process: str, drawn: Drawn, now: datetime
) -> Iterator[tuple[str, str]]:
    """Where the timers stand that are due, called processes and repeated steps included."""
    for token in tokens:
        for waiting in (token, *token.get("events", ())):
            due_at = waiting.get("due_at")
            if due_at is not None and datetime.fromisoformat(due_at) <= now:
                yield process, waiting["step"]
        called = drawn.called(process, token["step"]) or process
        for place in (token, *token.get("instances", ())):
            yield from due_timers(place.get("inside", ()), called, drawn, now)


@dataclass(frozen=True)
class Drawn:
    """The diagrams that are played, as drawn."""

    processes: Mapping[str, graph.Process]

    def name(self, process: str, element: str) -> str:
        """What an element is called; its process where it has no name."""
        node = self.node(process, element)
        if node is None:
            return element
        return node.name or self.processes[process].name or element

    def node(self, process: str, element: str) -> graph.Node | None:
        """An element, if its process is known."""
        known = self.processes.get(process)
        return None if known is None else known.node(element)

    def called(self, process: str, element: str) -> str | None:
        """The process that a step calls."""
        node = self.node(process, element)
        return None if node is None else node.called

    def home(self, step: str, operation: str) -> str | None:
        """The process in which a step that calls an operation is drawn."""
        return self._homes.get((step, operation))

    @functools.cached_property
    def _homes(self) -> dict[tuple[str, str], str]:
        return {
            (node.id, node.alize["operation"]): process.id
            for process in self.processes.values()
            for node in process.nodes
            if node.alize.get("operation")
        }

    def way(self, passed: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
        """What was passed, completed: the calls that led there, and the gateways and arrows in between."""
        whole = {process: set(found) for process, found in passed.items() if process in self.processes}
        while added := self._callers(whole):
            for process, element in added:
                whole.setdefault(process, set()).add(element)
        return {
            process: tuple(sorted(found | between(self.processes[process], found)))
            for process, found in sorted(whole.items())
        }

    def _callers(self, whole: Mapping[str, set[str]]) -> list[tuple[str, str]]:
        """The calls and embedded subprocesses in which something was passed, that are not there yet."""
        calls = [
            (process.id, node.id)
            for process in self.processes.values()
            for node in process.nodes
            if node.called in whole and node.id not in whole.get(process.id, ())
        ]
        scopes = [
            (process_id, scope)
            for process_id, found in whole.items()
            for element in found
            if (node := self.node(process_id, element)) is not None
            and (scope := node.scope) != process_id
            and scope not in found
        ]
        return [*calls, *scopes]


def between(process: graph.Process, passed: set[str]) -> set[str]:
    """The arrows, gateways and starts that lie between two elements passed.

    Where a choice leads both ways, both may have been taken: what was certainly not is left out.
    """
    starts = {
        node.id for node in process.nodes if node.tag == "startEvent" and is_entered(process, node, passed)
    }
    known = passed | starts
    silent = {node.id for node in process.nodes if node.tag in graph.GATEWAYS}
    ahead = reached(process, known, silent, forward=True)
    behind = reached(process, passed, silent, forward=False)
    on_the_way = known | (ahead & behind & silent)
    arrows = {flow.id for flow in process.flows if flow.source in on_the_way and flow.target in on_the_way}
    return starts | (on_the_way & silent) | arrows


def is_entered(process: graph.Process, start: graph.Node, passed: set[str]) -> bool:
    """Whether something was passed in the scope that a start opens."""
    return any(node.id in passed and node.scope == start.scope for node in process.nodes)


def reached(process: graph.Process, known: set[str], silent: set[str], *, forward: bool) -> set[str]:
    """What can be reached from known elements through gateways alone."""
    seen: set[str] = set()
    waiting = list(known)
    while waiting:
        element = waiting.pop()
        flows = process.outgoing(element) if forward else process.incoming(element)
        for flow in flows:
            other = flow.target if forward else flow.source
            if other not in seen:
                seen.add(other)
                if other in silent:
                    waiting.append(other)
    return seen


def drawn(files: Mapping[str, bytes]) -> Drawn:
    """The diagrams of a set of files, read once per content."""
    return _drawn(content_hash(files), tuple(sorted(files.items())))


@functools.lru_cache(maxsize=8)
def _drawn(_hash: str, files: tuple[tuple[str, bytes], ...]) -> Drawn:
    return Drawn(library.processes_of(dict(files)))
