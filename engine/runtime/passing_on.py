"""Tasks of somebody who leaves: passed on to a colleague, or given back to their group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.runtime import cases, locking, opening, tasks

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView


def pass_on(work: UnitOfWork, *, task_id: UUID, former: UUID, to: UUID) -> None:
    """Give what somebody had taken to another holder of its role; the caller asked who may do so.

    Raises `locking.TaskNotFound`, `locking.PersonalTask`, `locking.AlreadyClosed`, `tasks.NotAHolder`, and
    `locking.TakenBySomeoneElse` when the former no longer has it.
    """
    view = _locked(work, task_id)
    if view.closed_at is not None:
        raise locking.AlreadyClosed(who=view.closed_by, when=view.closed_at, outcome=view.outcome)
    if view.assignee_id != former:
        raise locking.TakenBySomeoneElse(who=view.assignee_id, when=view.claimed_at)
    if view.personal:
        raise locking.PersonalTask
    if not locking.is_holder(work, view, to):
        raise tasks.NotAHolder
    work.write(tasks.HAND_OVER, {"key": task_id, "person": to}, expected=1)
    _record(work, view, "runtime.task.delegated", to=to)


def give_back(work: UnitOfWork, *, task_id: UUID, former: UUID) -> int:
    """Give a task back to its group when whoever had taken it leaves; 1, or 0 if it is no longer theirs."""
    view = _locked(work, task_id)
    if view.closed_at is not None or view.assignee_id != former:
        return 0
    work.write(tasks.RELEASE, {"key": task_id}, expected=1)
    _record(work, view, "runtime.task.released", former=former)
    return 1


def _locked(work: UnitOfWork, task_id: UUID) -> TaskView:
    """A task as it is once its dossier is locked. Raises `locking.TaskNotFound`."""
    work.flush()
    asked = sa.select(*opening.VIEW_COLUMNS).where(opening.task.c.id == task_id)
    found = work.connection.execute(asked).one_or_none()
    if found is None:
        raise locking.TaskNotFound
    cases.lock(work, opening.view_of(found).case_id)
    return opening.view_of(work.connection.execute(asked).one())


def _record(work: UnitOfWork, view: TaskView, kind: str, **details: Any) -> None:
    work.record(
        kind, chain=view.case_id, subject=view.id, basin_id=view.basin_id, process=view.process,
        step=view.step, **details,
    )  # fmt: skip
