"""Rebuild an instance from its neutral marking: the way across an upgrade of the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import (
    LoopTask,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff import codec
from engine.spiff.marking import FORMAT
from engine.spiff.parser import Specification
from engine.spiff.playing import Host, Play, empty_play, key_of
from engine.spiff.timers import DUE, SINCE


class CannotRebuild(errors.EngineError):
    """L’instance ne peut pas être reconstruite ({reason}, étape « {step} »)."""


def rebuilt_play(specification: Specification, marking: str, host: Host) -> Play:
    """Give an instance equivalent to the one a marking was written for. Raises `CannotRebuild`.

    Everything that may be drawn can be rebuilt but an inclusive join that has received part of its
    tokens: which others may still come is a guess of the library, not a fact of the marking.
    """
    content = orjson.loads(marking)
    if content.get("format") != FORMAT:
        raise codec.UnknownFormat(found=content.get("format"), expected=FORMAT)
    play = empty_play(specification, host, content)
    play.end_event = content["end"]
    if content["tokens"] is None:
        codec.finish(play)
    else:
        place_tokens(play.workflow, content["tokens"])
        play.untouched.update(key_of(each) for each in (play.workflow, *play.workflow.subprocesses.values()))
        play.foresee_all()
    return play


def place_tokens(workflow: Any, tokens: list[dict[str, Any]]) -> None:
    """Put the tokens of one process where its marking says, under a start that is over."""
    root = Task(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    workflow.task_tree = root
    for token in tokens:
        place_token(workflow, root, token)


def place_token(workflow: Any, root: Task, token: Mapping[str, Any]) -> None:
    """Put one token on its element, with the boundary events armed around it."""
    spec = spec_named(workflow, token["step"])
    split = workflow.spec.task_specs.get(f"{token['step']}.BoundaryEventSplit")
    parent = Task(workflow, split, parent=root, state=TaskState.COMPLETED) if split else root
    if isinstance(spec, ParallelGateway):
        place_join(workflow, root, spec, token)
        return
    place_waiting(workflow, parent, spec, token)
    for event in token.get("events", ()):
        place_event(workflow, parent, spec_named(workflow, event["step"]), event)


def place_waiting(workflow: Any, parent: Task, spec: Any, token: Mapping[str, Any]) -> Task:
    """Put a token on an element by what it waits for. Raises `CannotRebuild`."""
    if isinstance(spec, LoopTask):
        return place_repeated(workflow, parent, spec, token)
    if isinstance(spec, SubWorkflowTask) and "inside" in token:
        task = Task(workflow, spec, parent=parent, state=TaskState.STARTED)
        called = codec.called_workflow(workflow.top_workflow, task)
        called.completed_event.connect(spec._on_subworkflow_completed, task)
        place_tokens(called, token["inside"])
        return task
    if isinstance(spec, CatchingEvent):
        return place_event(workflow, parent, spec, token)
    if spec.manual and "id" in token:
        return Task(workflow, spec, parent=parent, state=TaskState.READY, id=UUID(token["id"]).hex)
    raise CannotRebuild(step=token["step"], reason="jeton incomplet devant une jonction")


def place_event(workflow: Any, parent: Task, spec: Any, token: Mapping[str, Any]) -> Task:
    """Arm an event again, at the instant it already had."""
    task = Task(workflow, spec, parent=parent, state=TaskState.WAITING)
    if "due_at" in token:
        task.internal_data[DUE] = token["due_at"]
    if "since" in token:
        task.internal_data[SINCE] = token["since"]
    workflow.top_workflow.event_manager.add_task(task)
    return task


def place_repeated(workflow: Any, parent: Task, spec: Any, token: Mapping[str, Any]) -> Task:
    """Put a repeated step back: the count of instances done, and each that is not."""
    if not isinstance(spec, ParallelMultiInstanceTask | SequentialMultiInstanceTask):
        raise CannotRebuild(step=token["step"], reason="boucle standard")
    task = Task(workflow, spec, parent=parent, state=TaskState.STARTED)
    # Only the number of those done and the last one are ever read; the last one is always a new one.
    task.internal_data["merged"] = ["done"] * token["done"]
    if "count" in token:
        task.internal_data |= {
            "cardinality": token["count"],
            "current": token["done"] + len(token["instances"]),
        }
    place = "item" if "count" in token else "key_or_index"
    for instance in token["instances"]:
        child_spec = spec_named(workflow, spec.task_spec)
        child = place_waiting(workflow, task, child_spec, {"step": token["step"], **instance})
        child.triggered = True
        child.internal_data[place] = instance["position"]
    return task


def place_join(workflow: Any, root: Task, spec: Any, token: Mapping[str, Any]) -> None:
    """Put back the tokens that a parallel join has received: the last one waits, the others are spent."""
    arrived = token["arrived"]
    for place, origin in enumerate(arrived):
        came_from = Task(workflow, spec_named(workflow, origin), parent=root, state=TaskState.COMPLETED)
        state = TaskState.WAITING if place == len(arrived) - 1 else TaskState.CANCELLED
        Task(workflow, spec, parent=came_from, state=state)


def spec_named(workflow: Any, name: str) -> Any:
    """Give the element a marking names. Raises `CannotRebuild` when the diagram has none."""
    spec = workflow.spec.task_specs.get(name)
    if spec is None:
        raise CannotRebuild(step=name, reason="étape absente du diagramme")
    return spec
