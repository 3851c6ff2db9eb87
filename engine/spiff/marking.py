"""The neutral marking: where an instance stands, in BPMN's words only, with no name of the library."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, EventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, SequentialMultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.spiff.playing import Play
from engine.spiff.timers import DUE, SINCE
from engine.spiff.waiting import own_position

FORMAT = 1
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
Token = dict[str, Any]


def marking_of(play: Play) -> str:
    """Give the marking of an instance at rest (D13).

    One token per element that holds one: the step's BPMN id, then what it waits for. `id` is an open
    step's, `inside` the tokens of what a step called, `instances` those of a repeated step, `events`
    the boundary events still armed, `arrived` the flows a parallel join has already received. `since` is
    there under a suspension only: when the delay of a timer, or a day of the routing, began meanwhile. Who
    does not know it reads the rest as before, so the format keeps its number.
    """
    content = {
        "format": FORMAT,
        "process": play.engine.specification.process,
        "routing": play.engine.routing,
        "end": play.end_event,
        "tokens": None if play.ended else tokens_of(play.workflow),
    }
    if play.engine.since:
        content["since"] = play.engine.since
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def tokens_of(workflow: Any) -> list[Token]:
    """Give the tokens of one process. Boundary events and instances are told with the step they belong to."""
    tokens = []
    for task in workflow.tasks.values():
        spec = task.task_spec
        if not task._state & LIVE or isinstance(spec, (BoundaryEvent, BoundaryEventJoin)):
            continue
        # The token at the end of the process waits for the others and adds nothing to them.
        if spec is workflow.spec.end or is_instance(task):
            continue
        tokens.append(token_of(task))
    return tokens if len(tokens) < 2 else sorted(tokens, key=rank)


def rank(token: Token) -> tuple[str, bytes]:
    """Give a token's place among those of its process: by step, then by all that it says."""
    return token["step"], orjson.dumps(token)


def is_instance(task: Any) -> bool:
    """Whether a task is one instance of a repeated step."""
    return task.parent is not None and isinstance(task.parent.task_spec, LoopTask) and task.triggered


def token_of(task: Any) -> Token:
    """Give one token: its step, what it waits for, and the boundary events armed around it."""
    token = {"step": task.task_spec.bpmn_id, **what_it_waits_for(task)}
    if around(task):
        events = [
            {"step": each.task_spec.bpmn_id, **awaited_event(each)}
            for each in task.parent.children
            if isinstance(each.task_spec, BoundaryEvent) and each.state == TaskState.WAITING
        ]
        if events:
            token["events"] = sorted(events, key=lambda event: str(event["step"]))
    return token


def around(task: Any) -> bool:
    """Whether boundary events may stand around a task."""
    return task.parent is not None and isinstance(task.parent.task_spec, EventSplit)


def what_it_waits_for(task: Any) -> Token:
    """Give what a token waits for, by the kind of its element."""
    spec = task.task_spec
    if isinstance(spec, LoopTask):
        return repeated(task)
    if isinstance(spec, SubWorkflowTask):
        return {"inside": tokens_of(task.workflow.top_workflow.subprocesses[task.id])}
    if isinstance(spec, CatchingEvent):
        return awaited_event(task)
    if task.state == TaskState.READY:
        return {"id": str(UUID(task.id))}
    return {"arrived": sorted(arrived_from(task))}


def repeated(task: Any) -> Token:
    """Give a repeated step: how many instances are done, and each that is not."""
    alive = [child for child in task.children if child.triggered and child.has_state(LIVE)]
    token: Token = {
        "done": len(task.internal_data.get("merged", ())),
        "instances": [{"position": own_position(child), **what_it_waits_for(child)} for child in alive],
    }
    if isinstance(task.task_spec, SequentialMultiInstanceTask):
        token["count"] = task.internal_data["cardinality"]
    return token


def awaited_event(task: Any) -> Token:
    """Give what an event waits for: an instant, a message, or an exit from inside (nothing to say)."""
    definition = task.task_spec.event_definition
    token: Token = {"due_at": task.internal_data[DUE]} if DUE in task.internal_data else {}
    if SINCE in task.internal_data:
        token["since"] = task.internal_data[SINCE]
    messages = [
        each.name
        for each in getattr(definition, "event_definitions", (definition,))
        if isinstance(each, MessageEventDefinition)
    ]
    if messages:
        token["messages"] = sorted(messages)
    return token


def arrived_from(task: Any) -> list[str]:
    """Give the elements from which a parallel join has already received a token."""
    same = [each for each in task.workflow.tasks.values() if each.task_spec is task.task_spec]
    return [
        each.parent.task_spec.bpmn_id
        for each in same
        if each.parent.state == TaskState.COMPLETED and not each.has_state(TaskState.PREDICTED_MASK)
    ]
