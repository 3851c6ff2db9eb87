"""Wait again for one instance of a repeated step, done by mistake while others are still waited for."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import ParallelMultiInstanceTask
from SpiffWorkflow.util.task import TaskState

from engine.spiff import codec, waiting
from engine.spiff.parser import Specification
from engine.spiff.playing import LIVE, Host, Play
from engine.spiff.workflow import Advanced, NotWaiting, settled


def reopen(
    spec: Specification, state: str, host: Host, *, process: str, step: str, position: int
) -> Advanced:
    """Wait again for the instance of a repeated step at a position; the others stay as they are.

    Where the step is over, or still waits for that instance, there is nothing to open again.
    Raises `NotWaiting`.
    """
    play = codec.load(spec, state, host)
    before = waiting.open_tasks(play)
    found = repeated(play, process, step)
    if found is None or position in positions_waited_for(found):
        raise NotWaiting(step=step, position=position)
    play.foresee(found.workflow)
    # Only the number of those done is ever read, and which was the last: that is always a new one.
    found.internal_data["merged"].pop()
    found.task_spec.create_child(found, position, position)
    return settled(play, before=set(before))


def repeated(play: Play, process: str, step: str) -> Any | None:
    """Give the library's task of a step that is done by several at once, while some are waited for."""
    for task in play.in_state(TaskState.STARTED):
        if isinstance(task.task_spec, ParallelMultiInstanceTask) and task.internal_data["merged"]:
            found = play.engine.step_of(task)
            if (found.process, found.id) == (process, step):
                return task
    return None


def positions_waited_for(task: Any) -> set[int | None]:
    """Give the places of the instances that are not done."""
    return {waiting.own_position(each) for each in task.children if each.triggered and each._state & LIVE}
