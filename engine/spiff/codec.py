"""The saved state of an instance: where its tokens stand and its routing, nothing of the diagram."""

from __future__ import annotations

from typing import Any

import orjson
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff.parser import Specification
from engine.spiff.playing import LIVE, Host, Play, empty_play, key_of

FORMAT = 1
NOT_REACHED = TaskState.PREDICTED_MASK | TaskState.FUTURE


class UnknownFormat(errors.EngineError):
    """L’état enregistré porte le format {found}, cette version lit le format {expected}."""


class UnknownStep(errors.EngineError):
    """L’état enregistré est à l’étape « {step} », absente du diagramme « {process} »."""


def dump(play: Play) -> str:
    """Give the state of an instance at rest, already pruned."""
    content = {
        "format": FORMAT,
        "routing": play.engine.routing,
        "end": play.end_event,
        "tokens": None if play.ended else rows_of(play.workflow),
    }
    if play.engine.since:
        content["since"] = play.engine.since
    return orjson.dumps(content).decode()


def rows_of(workflow: Any) -> list[list[Any]]:
    """Give one row per task: id, parent's row, state, element, triggered, what it keeps, what it called.

    Predicted tasks are left out: the library guesses them from those that are alive, and does it again
    when the state is read.
    """
    rows: list[list[Any]] = []
    places: dict[str, int] = {}
    tasks, subprocesses = workflow.tasks, workflow.top_workflow.subprocesses
    pending = [workflow.task_tree.id]
    while pending:
        task = tasks[pending.pop()]
        if task._state & NOT_REACHED:
            continue
        places[task.id] = len(rows)
        row = [task.id, places.get(task._parent, -1), task._state, task.task_spec.name, int(task.triggered)]
        called = subprocesses.get(task.id)
        if called:
            row += [kept_data(task), rows_of(called)]
        elif kept := kept_data(task):
            row.append(kept)
        rows.append(row)
        pending.extend(reversed(task._children))
    return rows


def kept_data(task: Any) -> dict[str, Any] | None:
    """Give what a task keeps for itself: an armed instant, a place among instances, a count."""
    kept = task.internal_data
    if kept and (task._state & LIVE or "key_or_index" in kept or "item" in kept):
        return dict(kept)
    return None


def load(specification: Specification, state: str, host: Host) -> Play:
    """Give the instance a state was saved from; what may follow is guessed where and when something moves.

    Raises `UnknownFormat` or `UnknownStep`.
    """
    content = orjson.loads(state)
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        raise UnknownFormat(found=found, expected=FORMAT)
    play = empty_play(specification, host, content)
    play.end_event = content["end"]
    if content["tokens"] is None:
        finish(play)
    else:
        fill(play, play.workflow, content["tokens"])
    return play


def finish(play: Play) -> None:
    """Give an ended instance its one root, so that it can be looked at like any other."""
    workflow = play.workflow
    workflow.task_tree = Task(workflow, workflow.spec.start, state=TaskState.COMPLETED)
    workflow.completed = True


def fill(play: Play, workflow: Any, rows: list[list[Any]]) -> None:
    """Create the tasks of one process from its rows, then those of the processes it called."""
    tasks: list[Task] = []
    for row in rows:
        task = restored_task(workflow, row, tasks)
        tasks.append(task)
        if len(row) > 6:
            called = called_workflow(workflow.top_workflow, task)
            called.completed_event.connect(go_on, play, task)
            fill(play, called, row[6])
    workflow.task_tree = tasks[0]
    play.untouched.add(key_of(workflow))


def go_on(called: Any, play: Play, task: Task) -> None:
    """Let a process go on whose called one has just ended."""
    play.foresee(task.workflow)
    task.task_spec._on_subworkflow_completed(called, task)


def restored_task(workflow: Any, row: list[Any], before: list[Task]) -> Task:
    """Create one task from its row. Raises `UnknownStep`."""
    identifier, parent, state, name, triggered = row[:5]
    spec = workflow.spec.task_specs.get(name)
    if spec is None:
        raise UnknownStep(step=name, process=workflow.spec.name)
    parent_task = before[parent] if parent >= 0 else None
    task = Task(workflow, spec, parent=parent_task, state=state, id=identifier)
    task.triggered = bool(triggered)
    if len(row) > 5 and row[5]:
        task.internal_data = row[5]
    if state == TaskState.WAITING and isinstance(spec, CatchingEvent):
        workflow.top_workflow.event_manager.add_task(task)
    return task


def called_workflow(top: Any, task: Task) -> BpmnSubWorkflow:
    """Give the process that a step has called, empty; who asks ties its end to that step."""
    spec = task.task_spec
    if not isinstance(spec, SubWorkflowTask):
        raise UnknownStep(step=spec.name, process=task.workflow.spec.name)
    called = BpmnSubWorkflow(top.subprocess_specs[spec.spec], task.id, top, deserializing=True)
    top.subprocesses[task.id] = called
    return called
