"""What an instance waits for: people's open steps, armed timers, messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from engine.spiff.playing import READY, WAITING, Play, Routing
from engine.spiff.steps import Step
from engine.spiff.timers import DUE, DatedTimer, LiteralTimer


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits for a person; `position` tells the instances of a repeated step apart, from 0."""

    id: UUID
    step: Step
    position: int | None
    routing: Mapping[str, Routing]


@dataclass(frozen=True, slots=True)
class ArmedTimer:
    """A timer that runs: its instant was fixed when it was armed."""

    process: str
    step: str
    due_at: datetime
    literal: bool


def open_tasks(play: Play) -> dict[UUID, Any]:
    """Give the library's tasks that wait for a person, by id."""
    return {UUID(task.id): task for task in play.in_state(READY) if task.task_spec.manual}


def open_step(play: Play, task: Any) -> OpenStep:
    """Give one of them in our own words."""
    return OpenStep(UUID(task.id), play.engine.step_of(task), position_of(task), dict(play.engine.routing))


def position_of(task: Any) -> int | None:
    """Give a task's place among its step's instances; inside a repeated call, the call's place."""
    while task is not None:
        position = own_position(task)
        if position is not None:
            return position
        workflow = task.workflow
        if workflow.parent_workflow is None:
            return None
        task = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
    return None


def own_position(task: Any) -> int | None:
    """Give a task's own place: the library names it differently for parallel and sequential instances."""
    kept = task.internal_data
    position = kept.get("key_or_index", kept.get("item"))
    return position if isinstance(position, int) else None


def waiting_events(play: Play) -> Iterator[tuple[Any, Any]]:
    """Give each event that is waited for, with its definition; those of an event gateway one by one."""
    for task in play.in_state(WAITING):
        if isinstance(task.task_spec, CatchingEvent):
            definition = task.task_spec.event_definition
            for each in getattr(definition, "event_definitions", (definition,)):
                yield task, each


def armed_timers(play: Play) -> list[ArmedTimer]:
    """Give the timers that run, the earliest first."""
    found = []
    for task, definition in waiting_events(play):
        if isinstance(definition, LiteralTimer | DatedTimer):
            step = play.engine.step_of(task)
            due_at = datetime.fromisoformat(task.internal_data[DUE])
            literal = isinstance(definition, LiteralTimer)
            found.append(ArmedTimer(step.process, step.id, due_at, literal))
    return sorted(found, key=lambda timer: (timer.due_at, timer.process, timer.step))


def awaited_messages(play: Play) -> frozenset[str]:
    """Give the names of the messages that somebody waits for."""
    return frozenset(
        definition.name
        for _, definition in waiting_events(play)
        if isinstance(definition, MessageEventDefinition)
    )
