"""A diagram as plain data: processes, nodes and flows, as drawn, for the rules to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

Item = TypeVar("Item")

TASKS = frozenset({"userTask", "manualTask", "task", "serviceTask", "scriptTask", "sendTask", "receiveTask",
                   "businessRuleTask"})  # fmt: skip
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SCOPES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
                      "complexGateway"})  # fmt: skip
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent",
                    "boundaryEvent", "implicitThrowEvent"})  # fmt: skip
NODES = ACTIVITIES | GATEWAYS | EVENTS
# Where a token stays until somebody, a clock or a message moves it.
WAITING = frozenset({"userTask", "manualTask", "task", "receiveTask", "intermediateCatchEvent",
                     "eventBasedGateway"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow between two nodes. `generated` is true when the file gave it no id.

    `alize` holds the attributes of our namespace.
    """

    id: str
    name: str
    source: str
    target: str
    scope: str
    condition: str | None = None
    generated: bool = False
    alize: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Timer:
    """What a timer event says: the kind of definition and its text, nothing interpreted."""

    kind: str  # "timeDuration", "timeDate", "timeCycle", or "" when nothing is said.
    text: str


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is carried out: multi-instance, or the standard loop that we refuse.

    `extras` are the elements and attributes in it that the engine plays otherwise, or not at all.
    """

    tag: str
    cardinality: str | None = None
    completion: str | None = None
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a process. `scope` is the process or the embedded subprocess it stands in.

    `alize` holds the attributes of our namespace, those of its event definition included. `reference`
    is what its event names by its id in this file; `code` is the same by its code or name, by which
    what one file throws is caught in another. `interrupting` also says whether the start of an event
    subprocess ends what goes on around it.
    """

    id: str
    tag: str
    name: str
    documentation: str
    process: str
    scope: str
    alize: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    called: str | None = None
    triggered_by_event: bool = False
    events: tuple[str, ...] = ()
    reference: str | None = None  # The message, escalation or error its event names, by id.
    timer: Timer | None = None
    loop: Loop | None = None
    questions: tuple[Mapping[str, Any], ...] = ()  # The basin's own, as they are written, right or not.
    code: str | None = None
    link: str | None = None  # The name that a link event shares with the other end of its link.
    for_compensation: bool = False
    ignored: tuple[str, ...] = ()  # Its attributes that mean something, and that the engine does not read.

    @property
    def event(self) -> str:
        """The kind of its event definition, « » for a plain event."""
        return self.events[0] if self.events else ""


@dataclass(frozen=True, slots=True)
class Element:
    """Any other BPMN element of the file, kept only to say whether it may be there.

    `parent` is the tag of what it stands in; `repeated` says that something of its kind stands there
    before it.
    """

    tag: str
    id: str
    owner: str
    parent: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Foreign:
    """An attribute or extension of another vendor's namespace, on the element it decorates."""

    name: str
    owner: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An attribute of our namespace, or an element of it, with the tag of what it stands on."""

    name: str
    tag: str
    owner: str


@dataclass(frozen=True)
class Process:
    """One process: its nodes and flows, those of embedded subprocesses included.

    Look-ups are indexed once: a hostile file may hold thousands of arrows.
    """

    id: str
    name: str
    documentation: str
    executable: bool
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, str] = field(default_factory=dict)

    def node(self, identifier: str | None) -> Node | None:
        """Give a node by its id."""
        return self._by_id.get(identifier or "")

    def within(self, scope: str) -> list[Node]:
        """Give the nodes that stand directly in a scope."""
        return self._by_scope.get(scope, [])

    def scopes(self) -> Iterator[str]:
        """Give the process and its embedded subprocesses."""
        yield self.id
        yield from (node.id for node in self.nodes if node.tag in SCOPES)

    def outgoing(self, identifier: str) -> list[Flow]:
        """Give the flows that leave a node."""
        return self._leaving.get(identifier, [])

    def incoming(self, identifier: str) -> list[Flow]:
        """Give the flows that enter a node."""
        return self._entering.get(identifier, [])

    def boundaries(self, identifier: str) -> list[Node]:
        """Give the events attached to an activity."""
        return self._attached.get(identifier, [])

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _by_scope(self) -> dict[str, list[Node]]:
        return grouped(self.nodes, lambda node: node.scope)

    @cached_property
    def _attached(self) -> dict[str, list[Node]]:
        return grouped(self.nodes, lambda node: node.attached_to or "")

    @cached_property
    def _leaving(self) -> dict[str, list[Flow]]:
        return grouped(self.flows, lambda flow: flow.source)

    @cached_property
    def _entering(self) -> dict[str, list[Flow]]:
        return grouped(self.flows, lambda flow: flow.target)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A file: its processes, and what else it declares."""

    filename: str
    processes: tuple[Process, ...]
    ids: tuple[str, ...]
    elements: tuple[Element, ...]
    foreign: tuple[Foreign, ...]
    messages: Mapping[str, str]
    escalations: Mapping[str, str]
    errors: Mapping[str, str]
    unnamed: frozenset[str] = frozenset()  # What is declared without the name or code it is known by.
    marks: tuple[Mark, ...] = ()

    def nodes(self) -> Iterator[Node]:
        """Give every node of every process."""
        for process in self.processes:
            yield from process.nodes

    def flows(self) -> Iterator[Flow]:
        """Give every flow of every process."""
        for process in self.processes:
            yield from process.flows


def successors(process: Process) -> dict[str, set[str]]:
    """Give, for each node, where a token may be next within the same scope.

    An activity's boundary events follow it: whatever the activity does, they may.
    """
    following: dict[str, set[str]] = {node.id: set() for node in process.nodes}
    for flow in process.flows:
        if flow.source in following and flow.target in following:
            following[flow.source].add(flow.target)
    for node in process.nodes:
        if node.attached_to in following:
            following[str(node.attached_to)].add(node.id)
    return following


def reachable(following: Mapping[str, set[str]], starts: Iterable[str]) -> set[str]:
    """Give every node that a token starting there may come to, the starts included."""
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(following.get(node, ()))
    return seen


def in_a_cycle(following: Mapping[str, set[str]]) -> set[str]:
    """Give the nodes from which a token may come back to where it was.

    They are those of the strongly connected components (Kosaraju: one walk forwards, one backwards).
    """
    preceding: dict[str, set[str]] = {node: set() for node in following}
    for node, targets in following.items():
        for target in targets:
            preceding.setdefault(target, set()).add(node)
    turning = {node for node, targets in following.items() if node in targets}
    placed: set[str] = set()
    for node in reversed(by_finish(following)):
        if node not in placed:
            component = unplaced(node, preceding, placed)
            placed |= component
            if len(component) > 1:
                turning |= component
    return turning


def by_finish(following: Mapping[str, set[str]]) -> list[str]:
    """Give the nodes in the order in which a depth-first walk is done with them, without recursion."""
    done: list[str] = []
    seen: set[str] = set()
    for start in following:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, iter(following[start]))]
        while path:
            node, targets = path[-1]
            target = next((name for name in targets if name not in seen), None)
            if target is None:
                done.append(node)
                path.pop()
            else:
                seen.add(target)
                path.append((target, iter(following.get(target, ()))))
    return done


def unplaced(start: str, preceding: Mapping[str, set[str]], placed: set[str]) -> set[str]:
    """Give the nodes that lead to `start` and are in no component yet."""
    component: set[str] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in component and node not in placed:
            component.add(node)
            waiting.extend(preceding.get(node, ()))
    return component


def grouped(items: Iterable[Item], key: Callable[[Item], str]) -> dict[str, list[Item]]:
    """Give the items by what they have in common, in their order."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups
