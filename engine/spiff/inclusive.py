"""An inclusive join that waits as BPMN says it does: for every token that may still come to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


class InclusiveJoin(InclusiveGateway):
    """Fires when no token elsewhere could still bring one to an input that has none.

    The library's own looks at tasks that are ready or waiting: a called process, an embedded one or a
    step repeated for several people have begun, and it does not wait for them. It also follows but one
    way back from each element. This one is the rule that the registry proves with: BPMN 2.0.2, 13.4.3.
    """

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        arrivals = {task.parent.task_spec for task in own_tasks(self, my_task.workflow) if has_arrived(task)}
        leading = {source: upstream(source, self) for source in self.inputs}
        provided = union(leading[source] for source in self.inputs if source in arrivals)
        lacking = union(leading[source] for source in self.inputs if source not in arrivals)
        return not any(spec in lacking and spec not in provided for spec in tokens(my_task.workflow, self))


def own_tasks(join: Any, workflow: Any) -> list[Any]:
    """Give the tasks that stand at a join, those included that gave way to a later one."""
    return [task for task in workflow.tasks.values() if task.task_spec is join]


def has_arrived(task: Any) -> bool:
    """Whether a token has come to the join by this task's way in."""
    return bool(task.parent.task_spec is not task.task_spec and task.parent.state == TaskState.COMPLETED)


def tokens(workflow: Any, join: Any) -> set[Any]:
    """Give the elements of a scope where tokens stand."""
    return {
        task.task_spec for task in workflow.tasks.values() if task.task_spec is not join and is_token(task)
    }


def is_token(task: Any) -> bool:
    """Whether a token stands at a task, or is on its way to it: the one before is over.

    What an interrupting event waits for is the token of its host, and so is what the library lets wait
    behind a host for its end.
    """
    spec = task.task_spec
    if task.state == TaskState.WAITING and isinstance(spec, BoundaryEvent | BoundaryEventJoin):
        return isinstance(spec, BoundaryEvent) and not spec.cancel_activity
    if task.has_state(LIVE):
        return True
    parent = task.parent
    return bool(task.state == TaskState.FUTURE and parent is not None and parent.state == TaskState.COMPLETED)


def upstream(element: Any, join: Any) -> frozenset[Any]:
    """Give the elements from which a token may come to one of a join's inputs without passing the join."""
    seen = {element}
    waiting = [element]
    while waiting:
        for source in sources_of(waiting.pop()):
            if source is not join and source not in seen:
                seen.add(source)
                waiting.append(source)
    return frozenset(seen)


def sources_of(element: Any) -> list[Any]:
    """Give the elements a token may come from.

    The library ties the events on an activity's edge to the end of that activity as well: no token goes
    that way. An interrupting event is reached from its host.
    """
    if isinstance(element, BoundaryEventJoin):
        return [source for source in element.inputs if not isinstance(source, BoundaryEvent)]
    if isinstance(element, BoundaryEvent):
        hosts = [
            host for split in element.inputs for host in split.outputs if not isinstance(host, BoundaryEvent)
        ]
        return [*element.inputs, *(hosts if element.cancel_activity else [])]
    return list(element.inputs)


def union(sets: Iterable[frozenset[Any]]) -> set[Any]:
    """Give what is in any of the sets."""
    return {each for one in sets for each in one}
