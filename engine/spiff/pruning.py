"""Forget finished tasks that nothing can look at again, so that a state does not grow with its history."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from engine.spiff.playing import Play, key_of

LIVE = TaskState.NOT_FINISHED_MASK


def prune(play: Play) -> int:
    """Drop what is only history; to be called when nothing automatic is ready. Gives the count dropped.

    A process in which nothing has moved since it was restored is as it was saved: pruned already.
    """
    workflow = play.workflow
    dropped = drop_finished_calls(workflow)
    if not workflow.completed:
        for each in (workflow, *workflow.subprocesses.values()):
            if key_of(each) not in play.untouched:
                dropped += prune_one(each)
    return dropped


def drop_finished_calls(workflow: BpmnWorkflow) -> int:
    """Drop called and embedded processes whose step is finished, and whatever they had called."""
    dropped = 0
    while True:
        alive = {
            task.id
            for each in (workflow, *workflow.subprocesses.values())
            for task in each.tasks.values()
            if task._state & LIVE
        }
        finished = [identifier for identifier in workflow.subprocesses if identifier not in alive]
        if not finished:
            return dropped
        for identifier in finished:
            dropped += len(workflow.subprocesses.pop(identifier).tasks)


def prune_one(workflow: Any) -> int:
    """Drop the finished tasks of one process and hang the others on their nearest kept ancestor."""
    keep = kept_tasks(workflow)
    before = len(workflow.tasks)
    if len(keep) == before:
        return 0
    parents = {identifier: kept_ancestor(workflow, identifier, keep) for identifier in keep}
    for identifier in [each for each in workflow.tasks if each not in keep]:
        del workflow.tasks[identifier]
    for task in workflow.tasks.values():
        task._children = [child for child in task._children if child in keep]
    for identifier, parent in parents.items():
        task = workflow.tasks[identifier]
        if task._parent != parent:
            task._parent = parent
            workflow.tasks[parent]._children.append(identifier)
    return before - len(workflow.tasks)


def kept_tasks(workflow: Any) -> set[Any]:
    """Give the ids of the tasks that play may still look at."""
    tasks = workflow.tasks
    live = [task for task in tasks.values() if task._state & LIVE]
    keep = {workflow.task_tree.id}
    for task in live:
        keep.add(task.id)
        keep |= needed_by(task)
    # A parallel join counts the branches that reached it: their finished marks and where they came from.
    awaited_joins = {task.task_spec.name for task in live if gathers_branches(task)}
    for task in tasks.values():
        if task.task_spec.name in awaited_joins:
            keep.update(each for each in (task.id, task._parent) if each in tasks)
    return keep


def gathers_branches(task: Any) -> bool:
    """Whether a live task is a join of gateways: the end of a process only waits for what is alive."""
    spec = task.task_spec
    return isinstance(spec, Join) and not spec.split_task and spec is not task.workflow.spec.end


def needed_by(task: Any) -> set[Any]:
    """Give the ids of the finished tasks that one live task still reads."""
    spec = task.task_spec
    if not isinstance(spec, Join) or not spec.split_task:
        return set()
    # The join after a step with boundary events, predicted as long as the step is alive, looks at that
    # step and at all its events. Finished instances of a repeated step are counted, not looked at.
    split = task.find_ancestor(spec.split_task)
    return set() if split is None else {split.id, *split._children, task._parent}


def kept_ancestor(workflow: Any, identifier: Any, keep: set[Any]) -> Any:
    """Give the nearest ancestor that is kept, or nothing for the root."""
    parent = workflow.tasks[identifier]._parent
    while parent is not None and parent not in keep:
        parent = workflow.tasks[parent]._parent
    return parent
