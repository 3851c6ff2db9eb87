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


TIMER = "timer"


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
    """A timer that was due: when, in which instance's process, and where it stands."""

    at: datetime
    instance_of: str
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
        self.fired += [Fired(now, content["process"], process, element) for process, element in found]


def due_timers(
    tokens: Sequence[Mapping[str, Any]], process: str, drawn: Drawn, now: datetime
) -> Iterator[tuple[str, str]]:
    """Where the timers stand that are due, called processes and repeated steps included."""
    for token in tokens:
        for waiting in (token, *token.get("events", ())):
            due_at = waiting.get("due_at")
            if due_at is not None and datetime.fromisoformat(due_at) <= now:
                yield from ((process, timer) for timer in drawn.timers_at(process, waiting["step"]))
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

    def timers_at(self, process: str, element: str) -> list[str]:
        """The timers that an element stands for: itself, or those that a gateway of events waits for."""
        node = self.node(process, element)
        if node is None or node.tag != "eventBasedGateway":
            return [element]
        after = [self.node(process, flow.target) for flow in self.processes[process].outgoing(element)]
        return [each.id for each in after if each is not None and each.event == TIMER]

    def called(self, process: str, element: str) -> str | None:
        """The process that a step calls."""
        node = self.node(process, element)
        return None if node is None else node.called

    def home(self, call: Call) -> str | None:
        """The process in which a step that called an operation is drawn."""
        within = self.within(call.instance_of).processes.values()
        return next(
            (process.id for process in within for node in process.nodes if is_called_by(node, call)), None
        )

    def within(self, root: str) -> Drawn:
        """The same, but for what an instance of a process may come to."""
        if root not in self._within:
            found, waiting = {}, [root]
            while waiting:
                process = self.processes.get(name := waiting.pop())
                if process is not None and name not in found:
                    found[name] = process
                    waiting += [node.called for node in process.nodes if node.called]
            self._within[root] = Drawn(found)
        return self._within[root]

    @functools.cached_property
    def _within(self) -> dict[str, Drawn]:
        return {}

    def way(self, passed: Mapping[str, set[str]]) -> dict[str, set[str]]:
        """What was passed, completed: the calls that led there, and the gateways and arrows in between."""
        whole = {process: set(found) for process, found in passed.items() if process in self.processes}
        while added := self._callers(whole):
            for process, element in added:
                whole.setdefault(process, set()).add(element)
        while ends := self._ends(whole):
            for process, end in ends:
                whole[process].add(end)
        return {process: known | between(self.processes[process], known) for process, known in whole.items()}

    def _ends(self, whole: Mapping[str, set[str]]) -> list[tuple[str, str]]:
        """The ends, not there yet, of the parts that were carried through, outer parts before inner ones."""
        return [
            (process, end)
            for process, known in whole.items()
            for scope in self.processes[process].scopes()
            if self._went_on(whole, process, scope)
            for end in only_end(self.processes[process], scope, known) - known
        ]

    def _went_on(self, whole: Mapping[str, set[str]], process: str, scope: str) -> bool:
        """Whether something was passed after what a process, or an embedded subprocess, does."""
        if scope != process:
            return follows(self.processes[process], scope, whole[process])
        return any(
            follows(outer, node.id, whole[outer.id])
            for outer in self.processes.values()
            for node in outer.nodes
            if node.called == process and node.id in whole.get(outer.id, ())
        )

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


def follows(process: graph.Process, element: str, passed: set[str]) -> bool:
    """Whether something was passed after an element, through gateways alone."""
    return bool(reached(process, {element}, silent_in(process), forward=True) & passed)


def only_end(process: graph.Process, scope: str, passed: set[str]) -> set[str]:
    """The one plain end of a scope that what was passed leads to; none where there may be several."""
    ahead = reached(process, passed, silent_in(process), forward=True)
    ends = {
        node.id
        for node in process.within(scope)
        if node.tag == "endEvent" and not node.events and node.id in ahead
    }
    return ends if len(ends) == 1 else set()


def silent_in(process: graph.Process) -> set[str]:
    """The gateways of a process: what nobody waits at."""
    return {node.id for node in process.nodes if node.tag in graph.GATEWAYS}


def between(process: graph.Process, passed: set[str]) -> set[str]:
    """The arrows, gateways and starts that lie between two elements passed.

    Where a choice leads both ways, both may have been taken: what was certainly not is left out.
    """
    starts = {
        node.id for node in process.nodes if node.tag == "startEvent" and is_entered(process, node, passed)
    }
    known = passed | starts
    silent = silent_in(process)
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


def is_called_by(node: graph.Node, call: Call) -> bool:
    """Whether a node is the step that called an operation."""
    return node.id == call.step and node.alize.get("operation") == call.operation


def drawn(files: Mapping[str, bytes]) -> Drawn:
    """The diagrams of a set of files, read once per content."""
    return _drawn(content_hash(files), tuple(sorted(files.items())))


@functools.lru_cache(maxsize=8)
def _drawn(_hash: str, files: tuple[tuple[str, bytes], ...]) -> Drawn:
    return Drawn(library.processes_of(dict(files)))
