"""What SpiffWorkflow does at each step and nobody here needs, replaced once: half of an act's time."""

# An instance is restored, moved by a dozen elements and saved in less than a millisecond. The library
# meanwhile wrote lines of log that nobody reads, asked for the time and parsed an identifier at each task,
# checked again a diagram that was checked when it was published, and guessed what might follow a gateway
# only to throw the guess away when the gateway chose. Decision 0021 tells why nothing that may be observed
# changes; `tests/workflows/test_lightened.py` walks the shipped processes beside the library as it ships.

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from os import urandom
from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
from SpiffWorkflow.specs.StartTask import StartTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.deep_merge import DeepMerge
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

READY, WAITING, MAYBE = TaskState.READY, TaskState.WAITING, TaskState.MAYBE
PREDICTED, DEFINITE = TaskState.PREDICTED_MASK, TaskState.DEFINITE_MASK
SHIPPED_SYNC = Task._sync_children
# The library orders tasks by the moment they last moved: a count says which came first as well as a clock.
MOVES = count()


def new_task_id() -> str:
    """An unguessable identifier, as the 32 digits of a version 4 UUID: text costs nothing to look up."""
    digits = urandom(16).hex()
    return f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"


def begin_task(  # noqa: PLR0917 — the library's own signature.
    task: Any,
    workflow: Any,
    task_spec: Any,
    parent: Any = None,
    state: int = MAYBE,
    id: str | None = None,  # noqa: A002
) -> None:
    """Make a task: as the library does, under an identifier that is text, without asking the time."""
    task.id = id or new_task_id()
    workflow.tasks[task.id] = task
    task.workflow = workflow
    task._parent = None if parent is None else parent.id
    task._children = []
    task._state = state
    task.triggered = False
    task.task_spec = task_spec or StartTask(workflow.spec)
    task.thread_id = Task.thread_id_pool
    task.data = {}
    task.internal_data = {}
    task.last_state_change = next(MOVES)
    if parent is not None:
        parent._children.append(task.id)


def set_state(task: Any, value: int) -> None:
    """Move a task to a state, without a line of log."""
    if value != task._state:
        task._state = value
        task.last_state_change = next(MOVES)


def children_of(task: Any) -> list[Any]:
    """Give a task's children."""
    tasks = task.workflow.tasks
    return [tasks.get(child) for child in task._children]


def sync_children(task: Any, specs: list[Any], state: int = MAYBE) -> None:
    """Give a task the children that these elements ask for; a task that has none yet most often has one."""
    is_refused = task._state & PREDICTED and not state & PREDICTED
    if task._children or state == READY or is_refused:
        SHIPPED_SYNC(task, specs, state)
        return
    for spec in specs:
        Task(task.workflow, spec, task, state=state).thread_id = task.thread_id


def predict(spec: Any, task: Any, seen: object = None, looked_ahead: int = 0, mask: int = PREDICTED) -> None:
    """Make the tasks that may follow, as the library does, with fewer calls.

    The library also keeps the elements it has seen, but looks for tasks among them: none is ever there.
    """
    if task._state & mask:
        spec._predict_hook(task)
    if task._state & DEFINITE or looked_ahead + 1 < spec.lookahead:
        for child in task.children:
            if child._state & mask:
                child.task_spec._predict(child, seen, looked_ahead + 1, mask)


def inherit_data(task: Any) -> None:
    """Take over the parent's data: most often there are none, for routing belongs to the instance."""
    inherited = task.parent.data
    if inherited:
        task.data = DeepMerge.merge(task.data, inherited)


def become_ready(spec: Any, task: Any) -> None:
    """Do what an element does when it may be played; its diagram was checked when it was published."""
    spec._on_ready_hook(task)


def update_waiting_tasks(workflow: Any) -> None:
    """Look again at all that waits: as the library does after each element, without walking its tree."""
    for task in [each for each in workflow.tasks.values() if each._state == WAITING]:
        if task._state == WAITING:
            task.task_spec._update(task)


def guess_nothing(spec: Any, task: Any) -> None:
    """Guess nothing beyond an exclusive gateway: it makes the one child it chooses when it is played."""


# Class of the library, attribute, what stands in its place.
REPLACEMENTS: list[tuple[type, str, Any]] = [
    (Task, "__init__", begin_task),
    (Task, "_set_state", set_state),
    (Task, "_sync_children", sync_children),
    (TaskSpec, "_predict", predict),
    (Task, "children", property(children_of, Task.children.fset)),
    (Task, "_inherit_data", inherit_data),
    (TaskSpec, "_on_ready", become_ready),
    (Workflow, "update_waiting_tasks", update_waiting_tasks),
    (Workflow, "collect_log_extras", lambda _workflow, more=None: more or {}),
    (ExclusiveChoice, "_predict_hook", guess_nothing),
]
SHIPPED: list[tuple[type, str, Callable[..., Any]]] = [
    (owner, name, owner.__dict__[name]) if name in owner.__dict__ else (owner, name, getattr(owner, name))
    for owner, name, _ in REPLACEMENTS
]


def replace(what: list[tuple[type, str, Any]]) -> None:
    """Put these attributes in place: the replacements when this module is read, what is shipped in a test."""
    for owner, name, value in what:
        setattr(owner, name, value)


replace(REPLACEMENTS)
