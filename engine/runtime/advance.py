"""The only hot loop: let a process go on to its next wait, and write what changed for people.

    lock → restore → check → operate → complete → run → prune → save → sync open tasks → record

`cases` locks, restores and saves; `engine.spiff` runs and prunes; this module operates, and turns the
difference between before and after into rows: tasks closed, tasks opened, messages passed on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine import errors
from engine.outbox import notify
from engine.persistence.database import PASSING
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import versions
from engine.runtime import cases, opening
from engine.runtime.acts import Act, Domain, OpenedTask, Routing, TaskView
from engine.runtime.cases import InstanceState, LockedCase
from engine.spiff import workflow
from engine.spiff.parser import Specification
from engine.spiff.steps import Step
from engine.spiff.workflow import Advanced

# A message may open a task whose operation sends another; no sound process does so for long.
DEEPEST = 20


class OperationFailed(errors.Unavailable):
    """L’action n’a pas abouti et rien n’a été modifié. Vos réponses sont en brouillon."""

    def __init__(self, *, case_id: UUID, basin_id: int, instance_id: UUID, process: str, step: str,
                 operation: str, task_id: UUID | None, cause: BaseException) -> None:  # fmt: skip
        super().__init__()
        self.case_id = case_id
        self.basin_id = basin_id
        self.instance_id = instance_id
        self.process = process
        self.step = step
        self.operation = operation
        self.task_id = task_id
        self.cause = cause
        self.trace = "".join(traceback.format_exception(cause))


@dataclass(slots=True)
class Advance:
    """One advance of one instance: the host that SpiffWorkflow calls back for each service task."""

    work: UnitOfWork
    domain: Domain
    locked: LockedCase
    state: InstanceState
    occurred_on: date
    task: TaskView | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    depth: int = 0
    acts: list[Act] = field(default_factory=list)
    entry: str | None = None

    @property
    def now(self) -> datetime:
        """The act's instant: the same for all that it sets off."""
        return self.work.now

    @property
    def zone(self) -> ZoneInfo:
        """The basin's zone, for calendar arithmetic."""
        return self.locked.case.zone

    @property
    def is_suspended(self) -> bool:
        """Whether the dossier is suspended: what begins now has lost nothing yet (D7)."""
        return self.locked.suspended_on is not None

    def operate(self, step: Step, routing: Mapping[str, Routing]) -> Mapping[str, Routing]:
        """Run the operation a step names; raises `OperationFailed` for what nobody foresaw."""
        operation = self.domain.operations[step.operation or ""]
        act = Act(
            work=self.work,
            case=self.locked.case,
            instance_id=self.state.id,
            process=self.state.process,
            step=step.id,
            task=self.task,
            answers=self.answers,
            routing=routing,
            occurred_on=self.occurred_on,
            entry=self.entry,
        )
        self.acts.append(act)
        try:
            return operation(act)
        except (*errors.FAMILIES, *PASSING):
            raise
        except Exception as error:
            raise self.failure(step.id, step.operation or "", error) from error

    def failure(self, step: str, operation: str, cause: BaseException) -> OperationFailed:
        """What to raise when an operation, or the engine itself, failed."""
        return OperationFailed(
            case_id=self.locked.case.id,
            basin_id=self.locked.case.basin_id,
            instance_id=self.state.id,
            process=self.state.process,
            step=step,
            operation=operation,
            task_id=self.task.id if self.task else None,
            cause=cause,
        )

    def specification(self) -> Specification:
        """The process as this instance's version has it."""
        return versions.specification(self.work, version_id=self.state.version_id, process=self.state.process)

    def run(self, go_on: Callable[[Specification], Advanced]) -> Advanced:
        """Let the engine go on; what it refuses becomes an incident, never a half-done act."""
        try:
            return go_on(self.specification())
        except (*errors.FAMILIES, *PASSING):
            raise
        except Exception as error:
            raise self.failure("", "", error) from error


def complete_task(
    work: UnitOfWork,
    locked: LockedCase,
    task: TaskView,
    answers: Mapping[str, Any],
    *,
    occurred_on: date,
) -> None:
    """Run the task's operation with its clean answers, then let its process go on."""
    state = instance_of(work, locked, task.instance_id)
    advance = Advance(work, work.domain, locked, state, occurred_on, task, answers)

    def go_on(spec: Specification) -> Advanced:
        step = spec.steps[(task.process, task.step)]

        def decide(routing: Mapping[str, Routing]) -> Mapping[str, Routing]:
            return advance.operate(step, routing) if step.operation else {}

        return workflow.complete(spec, state.state, advance, task.id, decide)

    settle(advance, advance.run(go_on))


def give_up_task(work: UnitOfWork, locked: LockedCase, *, instance_id: UUID, task_id: UUID) -> None:
    """Let a process go on without what one of its tasks asks, for nobody is left to do it.

    Its operation is not run; the task is closed as interrupted.
    """
    state = instance_of(work, locked, instance_id)
    advance = Advance(work, work.domain, locked, state, work.today(locked.case.zone))
    settle(advance, advance.run(lambda spec: workflow.complete(spec, state.state, advance, task_id, {})))


def instance_of(work: UnitOfWork, locked: LockedCase, instance_id: UUID) -> InstanceState:
    """The root or one of its live satellites."""
    if instance_id == locked.root.id:
        return locked.root
    return cases.satellites(work, locked)[instance_id]


def begin(
    work: UnitOfWork,
    locked: LockedCase,
    state: InstanceState,
    routing: Mapping[str, Routing],
    *,
    occurred_on: date,
    depth: int = 0,
    entry: str | None = None,
) -> None:
    """Start an instance whose row is already queued, at one of its entries where one is named (D15)."""
    advance = Advance(work, work.domain, locked, state, occurred_on, depth=depth, entry=entry)

    def go_on(spec: Specification) -> Advanced:
        if entry is None:
            return workflow.start(spec, advance, routing)
        return workflow.start_at(spec, advance, routing, entry)

    work.record(
        "runtime.instance.started",
        chain=locked.case.id,
        subject=state.id,
        basin_id=locked.case.basin_id,
        process=state.process,
    )
    with hushed(advance):
        advanced = advance.run(go_on)
    settle(advance, advanced)


def hushed(advance: Advance) -> AbstractContextManager[None]:
    """What a dossier that is taken over does at once is about its past: nobody is written to (D15)."""
    return nullcontext() if advance.entry is None else notify.silently(advance.work)


def fire_timers(work: UnitOfWork, locked: LockedCase, state: InstanceState) -> None:
    """Let an instance's due timers fire, each once."""
    advance = Advance(work, work.domain, locked, state, work.today(locked.case.zone))
    try:
        advanced = advance.run(lambda spec: workflow.fire_timers(spec, state.state, advance))
        work.record(
            "runtime.timer.fired",
            chain=locked.case.id,
            subject=state.id,
            basin_id=locked.case.basin_id,
            due_at=state.due_at,
        )
        settle(advance, advanced)
    except (OperationFailed, *PASSING):
        raise
    except Exception as error:
        # Nobody is there to be told no: what a person could mend is here an incident.
        raise advance.failure("", "", error) from error


def send_message(
    work: UnitOfWork,
    locked: LockedCase,
    state: InstanceState,
    name: str,
    *,
    occurred_on: date,
    depth: int = 0,
) -> None:
    """Give a message to an instance that waits for it."""
    advance = Advance(work, work.domain, locked, state, occurred_on, depth=depth)
    work.record(
        "runtime.message.received",
        chain=locked.case.id,
        subject=state.id,
        basin_id=locked.case.basin_id,
        message=name,
    )
    settle(advance, advance.run(lambda spec: workflow.send_message(spec, state.state, advance, name)))


def settle(advance: Advance, advanced: Advanced) -> None:
    """Write where the instance stands now, its tasks, and pass on what operations asked for."""
    state, work, locked = advance.state, advance.work, advance.locked
    state.state, state.marking = advanced.state, advanced.marking
    state.awaited, state.due_at = advanced.awaited, advanced.due_at
    state.is_changed = True
    opening.close(work, locked, advanced.closed, completed=advance.task, occurred_on=advance.occurred_on)
    opened = opening.open_all(work, locked, state, advanced.opened)
    if advance.entry is not None:
        # Who has something to do from now on is told; officers are, by the page that took it over.
        opened = [each for each in opened if each.task.assignee_id is not None]
    if opened or advanced.closed:
        advance.domain.announce(work, locked.case, opened, advanced.closed)
    if advanced.ended:
        end(advance, advanced.end_event or "")
    with hushed(advance):
        pass_on(advance)


def end(advance: Advance, end_event: str) -> None:
    """Close an instance; with the root, everything the dossier still had open disappears."""
    work, locked, state = advance.work, advance.locked, advance.state
    state.ended_at, state.end_event, state.due_at, state.awaited = work.now, end_event, None, frozenset()
    work.record(
        "runtime.instance.ended",
        chain=locked.case.id,
        subject=state.id,
        basin_id=locked.case.basin_id,
        process=state.process,
        end_event=end_event,
    )
    if state is not locked.root:
        return
    for satellite in cases.satellites(work, locked).values():
        if satellite.ended_at is None:
            cancel(work, locked, satellite, reason=end_event)
    advance.acts.clear()
    advance.domain.ended(work, locked.case, end_event)


def cancel(work: UnitOfWork, locked: LockedCase, state: InstanceState, *, reason: str) -> None:
    """End an instance from outside: its open tasks disappear, the history says why."""
    state.ended_at, state.end_event, state.is_changed = work.now, "cancelled", True
    state.due_at, state.awaited = None, frozenset()
    opening.close_instance(work, locked, state)
    work.record(
        "runtime.instance.cancelled",
        chain=locked.case.id,
        subject=state.id,
        basin_id=locked.case.basin_id,
        process=state.process,
        reason=reason,
    )


def pass_on(advance: Advance) -> None:
    """Send the messages and start the satellites that the operations of this advance asked for."""
    acts, advance.acts = advance.acts, []
    if advance.depth >= DEEPEST and any(act.sends or act.starts for act in acts):
        raise advance.failure("", "", RecursionError("operations keep waking each other"))
    for act in acts:
        for name in act.sends:
            deliver(advance.work, advance.locked, name, occurred_on=act.occurred_on, depth=advance.depth + 1)
        for start in act.starts:
            begin_satellite(
                advance.work, advance.locked, start.process, start.routing, instance_id=start.id,
                occurred_on=act.occurred_on, depth=advance.depth + 1,
            )  # fmt: skip


def deliver(work: UnitOfWork, locked: LockedCase, name: str, *, occurred_on: date, depth: int = 0) -> bool:
    """Give a message to every instance of the dossier that waits for it; True when one did."""
    cases.satellites(work, locked)
    waiting: Sequence[InstanceState] = [each for each in locked.instances() if name in each.awaited]
    for state in waiting:
        if name in state.awaited:  # The one before may have ended it.
            send_message(work, locked, state, name, occurred_on=occurred_on, depth=depth)
    return bool(waiting)


def begin_satellite(
    work: UnitOfWork,
    locked: LockedCase,
    process: str,
    routing: Mapping[str, Routing],
    *,
    occurred_on: date,
    depth: int = 0,
    instance_id: UUID | None = None,
) -> UUID:
    """Start a process beside the root, on the root's version."""
    state = cases.add_satellite(work, locked, process=process, instance_id=instance_id)
    cases.insert_satellite(work, locked, state)
    begin(work, locked, state, routing, occurred_on=occurred_on, depth=depth)
    return state.id


__all__ = [
    "Advance", "OpenedTask", "OperationFailed", "begin", "begin_satellite", "cancel", "complete_task",
    "deliver", "fire_timers", "give_up_task", "instance_of",
]  # fmt: skip
