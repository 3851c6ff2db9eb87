"""Begin an instance at one of its entries: the token there, what encloses it begun, nothing else (D15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff import codec, reaching, waiting
from engine.spiff.parser import Specification
from engine.spiff.playing import Host, Play, Routing, empty_play, key_of
from engine.spiff.rebuilding import place_event
from engine.spiff.timers import DUE, DatedTimer, LiteralTimer

# An element, by its BPMN id, and those it stands in: calls and subprocesses, the outermost first.
Way = tuple[str, ...]


class NoSuchEntry(errors.Conflict):
    """Les diagrammes en vigueur n’ont pas d’entrée « {entry} » : aucun projet ne peut y être repris."""


def entries(specification: Specification) -> dict[str, Way]:
    """Give the entries of a process by name, each with the way to it.

    One that is declared at two places, or in what is called from two, is none: nobody could say where to
    begin.
    """
    found: dict[str, list[Way]] = {}
    for name, way in declared(specification, specification.top, ()):
        found.setdefault(name, []).append(way)
    return {name: ways[0] for name, ways in found.items() if len(ways) == 1}


def declared(specification: Specification, scope: Any, around: Way) -> Iterator[tuple[str, Way]]:
    """Give each entry of a scope and of what it calls, but for what is repeated there."""
    process = specification.scopes[scope.name]
    for spec in scope.task_specs.values():
        step = specification.steps.get((process, spec.bpmn_id)) if spec.name == spec.bpmn_id else None
        if step is None:
            continue
        if step.entry:
            yield step.entry, (*around, spec.name)
        if isinstance(spec, SubWorkflowTask) and not isinstance(spec, LoopTask):
            yield from declared(specification, specification.called[spec.spec], (*around, spec.name))


def entered_play(
    specification: Specification, host: Host, routing: Mapping[str, Routing], entry: str
) -> Play:
    """Give an instance whose only token has just come to an entry, before anything is done there.

    What encloses the entry goes on, and the events on its edge are armed as of now, or from the day of the
    routing that they count from. Raises `NoSuchEntry`, `UndatedTimer`.
    """
    way = entries(specification).get(entry)
    if way is None:
        raise NoSuchEntry(entry=entry)
    play = empty_play(specification, host, {"routing": routing})
    enclosing = list(opened(play.workflow, way))
    play.untouched.update(key_of(each) for each in enclosing)
    play.foresee_all()
    for task, definition in waiting.waiting_events(play):
        if isinstance(definition, LiteralTimer | DatedTimer) and DUE not in task.internal_data:
            definition.has_fired(task)
    return play


def opened(workflow: Any, way: Way) -> Iterator[Any]:
    """Open the processes on a way, each with its start behind it; give them, the innermost last."""
    root = Task(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    workflow.task_tree = root
    spec = workflow.spec.task_specs[way[0]]
    split = workflow.spec.task_specs.get(f"{spec.name}.BoundaryEventSplit")
    if len(way) == 1:
        first = Task(workflow, split or spec, parent=root, state=TaskState.FUTURE)
        first.task_spec._update(first)
        yield workflow
        return
    parent = Task(workflow, split, parent=root, state=TaskState.COMPLETED) if split else root
    task = Task(workflow, spec, parent=parent, state=TaskState.STARTED)
    called = codec.called_workflow(workflow.top_workflow, task)
    called.completed_event.connect(spec._on_subworkflow_completed, task)
    for event in reaching.boundaries(workflow.spec, spec.name):
        place_event(workflow, parent, event, {})
    yield workflow
    yield from opened(called, way[1:])
