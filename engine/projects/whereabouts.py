"""Where a dossier stands on its diagrams: the steps behind it, those that wait, process by process."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.projects.timeline import instances_of
from engine.registry import library, versions
from engine.registry.graph import GATEWAYS, SCOPES, Process
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

MAIN = "project"


class UnknownProcess(errors.NotFound):
    """Ce projet ne suit pas ce processus."""


@dataclass(frozen=True, slots=True)
class Waited:
    """A step where the dossier waits now, and until when if a date moves it on."""

    process: str
    step: str
    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that moves a dossier on by itself: the event, and the step it stands on (`at`)."""

    process: str
    at: str
    step: str
    name: str
    until: datetime


@dataclass(slots=True)
class Followed:
    """One process of a dossier: what it is called, and which of its steps are done or current.

    `calls` are the processes it enters: step, process. `depth` is how deep it is called, 0 for the
    dossier's own process and for those started beside it (`beside`). What was drawn since the dossier
    began may run on another version than its own.
    """

    id: str
    name: str
    version_id: UUID
    depth: int
    called_by: str | None
    beside: bool
    current: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    calls: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> str:
        """Whether it is going on (`current`), behind (`done`) or not begun (`to-come`)."""
        return "current" if self.current else "done" if self.done else "to-come"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The processes of a dossier in reading order, the steps that wait, and its own version."""

    followed: tuple[Followed, ...]
    waited: tuple[Waited, ...]
    version_id: UUID

    def find(self, process: str) -> Followed:
        """One of the processes. Raises `UnknownProcess`."""
        for each in self.followed:
            if each.id == process:
                return each
        raise UnknownProcess

    def deepest(self) -> Followed:
        """The process where something waits, as deep as it goes: what a reader wants to see first."""
        waiting = [each for each in self.followed if each.current]
        return max(waiting, key=lambda each: (not each.beside, each.depth), default=self.followed[0])


def of_project(work: UnitOfWork, project_id: UUID) -> Whereabouts:
    """Where a dossier stands, on the versions it runs. Raises `UnknownProcess` for one not begun."""
    instances = instances_of(work, project_id)
    if not instances:
        raise UnknownProcess
    drawn = {each: processes_of(work, each) for each in dict.fromkeys(one.version_id for one in instances)}
    behind = done_steps(work, project_id)
    found = {each.id: each for each in laid_out(drawn, instances)}
    waited: list[Waited] = []
    for instance in instances:
        marking, processes = json.loads(instance.marking), drawn[instance.version_id]
        if marking["end"]:
            found[instance.process].done.add(marking["end"])
        for process, token in tokens_of(marking, processes):
            if is_shown(processes[process], token["step"]):
                found[process].current.add(token["step"])
            if "inside" not in token:
                waited.append(waited_at(processes[process], token))
    for process, step in behind:
        if process in found and step not in found[process].current:
            found[process].done.add(step)
    mark_calls(found)
    mark_between(found, drawn)
    return Whereabouts(tuple(found.values()), tuple(waited), instances[0].version_id)


def dates_of_cases(work: UnitOfWork, project_ids: Collection[UUID]) -> dict[UUID, list[Dated]]:
    """The dates that will move each of several dossiers on by themselves, in one statement."""
    if not project_ids:
        return {}
    rows = work.connection.execute(
        sa.select(Instance.case_id, Instance.version_id, Instance.marking).where(
            Instance.case_id.in_(list(project_ids)), Instance.ended_at.is_(None)
        )
    )
    found: dict[UUID, list[Dated]] = {}
    for row in rows:
        processes = processes_of(work, row.version_id)
        for process, token in tokens_of(json.loads(row.marking), processes):
            found.setdefault(row.case_id, []).extend(dates_at(processes[process], token))
    return found


def dates_at(process: Process, token: Mapping[str, Any]) -> Iterator[Dated]:
    """The dates of a token: its own, when it waits for a day, and those of the events on its step."""
    for each in (token, *token.get("events", ())):
        if each.get("due_at"):
            node = process.node(each["step"])
            name = node.name if node is not None else each["step"]
            until = datetime.fromisoformat(each["due_at"])
            yield Dated(process.id, token["step"], each["step"], name, until)


def diagram_of(work: UnitOfWork, version_id: UUID, process: str) -> bytes:
    """The BPMN of one process of a version. Raises `UnknownProcess`."""
    files = diagrams(work, version_id)
    if f"{process}.bpmn" not in files:
        raise UnknownProcess
    return files[f"{process}.bpmn"]


def diagrams(work: UnitOfWork, version_id: UUID) -> Mapping[str, bytes]:
    """The diagrams of a version, read once: versions never change."""
    kept = _kept(version_id)
    if not kept:
        kept["files"] = versions.files_of(work, version_id)
    files: Mapping[str, bytes] = kept["files"]
    return files


def processes_of(work: UnitOfWork, version_id: UUID) -> Mapping[str, Process]:
    """The processes of a version by id, parsed once."""
    files = diagrams(work, version_id)
    kept = _kept(version_id)
    if "processes" not in kept:
        kept["processes"] = library.processes_of(files)
    processes: Mapping[str, Process] = kept["processes"]
    return processes


@lru_cache(maxsize=64)
def _kept(_version_id: UUID) -> dict[str, Any]:
    """The cell where a version's diagrams are kept, empty at first."""
    return {}


def laid_out(
    drawn: Mapping[UUID, Mapping[str, Process]], instances: Iterable[Instance]
) -> Iterator[Followed]:
    """Every process that the dossier follows or may enter, callers before what they call.

    What two versions have is shown as the dossier's own has it.
    """
    seen: set[str] = set()
    for instance in instances:
        version_id, processes = instance.version_id, drawn[instance.version_id]
        beside = instance.id != instance.case_id
        pending: list[tuple[str, int, str | None]] = [(instance.process, 0, None)]
        while pending:
            name, depth, caller = pending.pop()
            if name in seen or name not in processes:
                continue
            seen.add(name)
            process = processes[name]
            calls = tuple((node.id, node.called) for node in process.nodes if node.called)
            yield Followed(name, process.name, version_id, depth, caller, beside, calls=calls)
            pending += [(called, depth + 1, name) for _step, called in reversed(calls)]


def tokens_of(
    marking: Mapping[str, Any], processes: Mapping[str, Process]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each token of an instance with the process it stands in; those within a step come after it."""
    pending = [(str(marking["process"]), token) for token in marking["tokens"] or ()]
    while pending:
        process, token = pending.pop()
        yield process, token
        node = processes[process].node(token["step"])
        inside = node.called if node is not None and node.called else process
        pending += [(inside, each) for each in token.get("inside", ())]


def is_shown(process: Process, step: str) -> bool:
    """Whether a token is drawn: at a join or around embedded steps, it says less than what it waits for."""
    node = process.node(step)
    return node is not None and node.tag not in GATEWAYS | SCOPES


def waited_at(process: Process, token: Mapping[str, Any]) -> Waited:
    """A token as people read it."""
    node = process.node(token["step"])
    until = token.get("due_at")
    return Waited(
        process.id,
        token["step"],
        node.name if node is not None else token["step"],
        datetime.fromisoformat(until) if until else None,
    )


def done_steps(work: UnitOfWork, project_id: UUID) -> list[tuple[str, str]]:
    """The steps that people completed on a dossier: process, step."""
    rows = work.connection.execute(
        sa.select(Task.process, Task.step)
        .where(Task.case_id == project_id, Task.outcome == "completed")
        .distinct()
    )
    return [(row.process, row.step) for row in rows]


def mark_calls(found: Mapping[str, Followed]) -> None:
    """A called process in which something was done makes its step done too, unless it still goes on."""
    for each in reversed(list(found.values())):
        for step, called in each.calls:
            if found[called].state == "done" and step not in each.current:
                each.done.add(step)


def mark_between(found: Mapping[str, Followed], drawn: Mapping[UUID, Mapping[str, Process]]) -> None:
    """What the engine does by itself leaves no task: it is done once a step before and one after it are."""
    for each in found.values():
        process = drawn[each.version_id][each.id]
        reached = each.done | each.current
        # A group of steps is reached when one of its steps is.
        reached |= {node.scope for node in process.nodes if node.id in reached}
        for node in process.nodes:
            after = {flow.target for flow in process.outgoing(node.id)}
            before = {flow.source for flow in process.incoming(node.id)}
            begins = node.tag == "startEvent" and node.scope == each.id and bool(reached)
            if begins or (node.tag == "serviceTask" and before & each.done and after & reached):
                each.done.add(node.id)
