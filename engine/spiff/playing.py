"""One instance in memory: its tokens are SpiffWorkflow's, its routing variables are ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff import lightened, timers
from engine.spiff.expressions import compile_expression
from engine.spiff.parser import Specification
from engine.spiff.steps import Step

Routing = str | int | bool
LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED
READY, WAITING = lightened.READY, lightened.WAITING
# One act that plays more automatic elements than this turns in a circle.
MOST_STEPS_IN_ONE_ACT = 1_000


class EndlessRun(errors.EngineError):
    """Le processus « {process} » tourne en rond sans attendre personne."""


class InvalidRouting(errors.EngineError):
    """La variable de routage « {name} » n’est ni un texte, ni un entier, ni un booléen."""


class Host(Protocol):
    """What an instance needs from the world: the time, the zone, and the operations."""

    @property
    def now(self) -> datetime:
        """The programme's time."""

    @property
    def zone(self) -> ZoneInfo:
        """The basin's time zone."""

    @property
    def is_suspended(self) -> bool:
        """Whether what happens now happens under a suspension."""

    def operate(self, step: Step, routing: Mapping[str, Routing]) -> Mapping[str, Routing]:
        """Perform a service task's operation; give the routing variables it sets."""


class Engine:
    """What SpiffWorkflow calls a script engine: it evaluates conditions and performs operations.

    Routing variables belong to the instance, not to its branches: SpiffWorkflow copies data along each
    branch and merges copies at joins, where the branch that arrives last puts its stale values over
    what the others wrote. Its own data therefore stay empty, and everybody reads these.
    """

    def __init__(self, specification: Specification, host: Host, routing: Mapping[str, Routing]) -> None:
        self.specification = specification
        self.host = host
        self.routing: dict[str, Routing] = {}
        # When each day was written that was written under the suspension that goes on (D7).
        self.since: dict[str, str] = {}
        self.accept(routing)

    def accept(self, values: Mapping[str, Routing]) -> None:
        """Set routing variables. Raises `InvalidRouting`."""
        for name, value in values.items():
            if type(value) not in (str, int, bool):
                raise InvalidRouting(name=name)
        if self.host.is_suspended:
            self.since |= {
                name: self.host.now.isoformat()
                for name, value in values.items()
                if name.endswith("_on") and value and self.routing.get(name) != value
            }
        self.routing.update(values)

    def evaluate(self, _task: Any, expression: str, **_more: object) -> object:
        """Evaluate an expression on the routing variables. Raises `InvalidExpression`."""
        return compile_expression(expression).evaluate(self.routing)

    def operate(self, task: Any) -> None:
        """Perform the operation of a service task; what it raises goes through, unchanged."""
        self.accept(self.host.operate(self.step_of(task), dict(self.routing)))

    def step_of(self, task: Any) -> Step:
        """Give the step a task of the library stands for."""
        process = self.specification.scopes[task.workflow.spec.name]
        return self.specification.steps[process, task.task_spec.bpmn_id]


class Play:
    """An instance being played: the library's workflow, our engine, and the end it reached."""

    def __init__(self, workflow: BpmnWorkflow, engine: Engine) -> None:
        self.workflow = workflow
        self.engine = engine
        self.end_event: str | None = None
        # Restored processes in which nothing has moved yet: what may follow there is not guessed.
        self.untouched: set[str | None] = set()

    @property
    def ended(self) -> bool:
        """Whether the process has reached an end and nothing is left."""
        return bool(self.workflow.completed)

    def workflows(self) -> list[Any]:
        """Give the process and every called or embedded one that is alive, outermost first."""
        return [self.workflow, *(each for each in self.workflow.subprocesses.values() if not each.completed)]

    def in_state(self, state: int) -> list[Any]:
        """Give the tasks in one state of all that is alive, flat: the library's search stops at a depth."""
        if self.ended:
            return []
        return [
            task for workflow in self.workflows() for task in workflow.tasks.values() if task._state == state
        ]

    def foresee(self, workflow: Any) -> None:
        """Let the library guess what may follow in one process, before the first thing moves there.

        It guesses from the tasks that are alive. Of a report given, three levels down, only two
        processes move: guessing in all of them took an eighth of the act.
        """
        key = key_of(workflow)
        if key in self.untouched:
            self.untouched.discard(key)
            for task in [each for each in workflow.tasks.values() if each.has_state(LIVE)]:
                task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)

    def foresee_all(self) -> None:
        """Let the library guess in every process: something may move anywhere."""
        for workflow in (self.workflow, *self.workflow.subprocesses.values()):
            self.foresee(workflow)

    def forget(self) -> None:
        """Untie the library's objects, which all know each other: else only the garbage collector could."""
        for workflow in (self.workflow, *self.workflow.subprocesses.values()):
            workflow.__dict__.clear()

    def settle(self) -> None:
        """Play every automatic element until only people, dates and messages are waited for.

        The library's own loop runs a snapshot of what was ready: an element that an interruption has
        cancelled meanwhile would still be played. Raises `EndlessRun`, and what operations raise.
        """
        played = 0
        while ready := self.ready_elements() or self.fire_oldest():
            for task in ready:
                if task._state == READY and not self.ended:
                    self.play(task)
                    played += 1
            if played > MOST_STEPS_IN_ONE_ACT:
                raise EndlessRun(process=self.engine.specification.process)
        # What nobody inside caught: the registry refuses diagrams in which that would matter.
        self.workflow.get_events()

    def ready_elements(self) -> list[Any]:
        """Give what can be played without anybody, innermost processes first."""
        found = [task for task in self.in_state(READY) if not task.task_spec.manual]
        return found if len(found) < 2 else sorted(found, key=order_of_play)

    def fire_oldest(self) -> list[Any]:
        """Fire the timer that has been due for longest, if one is: `due <= now`, never equality."""
        due = [
            (instant, order_of_play(task), task)
            for task in self.in_state(WAITING)
            if (instant := timers.due_at(task)) is not None and instant <= self.engine.host.now
        ]
        if not due:
            return []
        oldest = min(due, key=lambda one: one[:2])[2]
        self.foresee(oldest.workflow)
        timers.fire(oldest)
        return self.ready_elements()

    def play(self, task: Any) -> None:
        """Play one element, and remember the end it is when it is one of the outermost process."""
        self.foresee(task.workflow)
        if isinstance(task.task_spec, BoundaryEvent):
            # It may have come in the act that entered its step: the library still doubts what follows.
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
        task.run()
        if task.workflow is self.workflow and isinstance(task.task_spec, EndEvent):
            self.end_event = task.task_spec.bpmn_id


def key_of(workflow: Any) -> str | None:
    """Give what a process is known by in its instance: the step that called it, none for the outermost."""
    called_by: str | None = getattr(workflow, "parent_task_id", None)
    return called_by


def order_of_play(task: Any) -> tuple[int, str, str, int]:
    """Give a task's turn: innermost process first, then by name; the same whatever was saved and restored."""
    kept = task.internal_data
    position = kept.get("key_or_index", kept.get("item", -1))
    return -task.workflow.depth, task.workflow.spec.name, task.task_spec.name, position


def empty_play(specification: Specification, host: Host, content: Mapping[str, Any]) -> Play:
    """Give an instance without any token, to be filled by who restores or rebuilds it from what was kept."""
    engine = Engine(specification, host, content["routing"])
    engine.since = dict(content.get("since", {}))
    workflow = BpmnWorkflow(
        specification.top, dict(specification.called), script_engine=engine, deserializing=True
    )
    return Play(workflow, engine)


def new_play(specification: Specification, host: Host, routing: Mapping[str, Routing]) -> Play:
    """Give an instance whose first token stands before its start event."""
    engine = Engine(specification, host, routing)
    return Play(BpmnWorkflow(specification.top, dict(specification.called), script_engine=engine), engine)
