"""The lines that are signed at a provider: what each task is about, its requests, the task of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import signatories, signatures, standing
from engine.agreements.models import PASSED_ON, Agreement, ProviderRequest, Signatory
from engine.runtime.models import Task
from engine.runtime.opening import VIEW_COLUMNS, view_of

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView


def lines_of(work: UnitOfWork, task: TaskView) -> list[signatories.ToSign]:
    """What a task has somebody sign, that nobody has signed yet."""
    found = signatories.to_sign_at(work, task.case_id, task.position or 0, task.instance_id)
    return [each for each in found if not each.is_signed]


def of_task(work: UnitOfWork, task: TaskView) -> ProviderRequest | None:
    """The last request about what a task has somebody sign; None when they were never asked there."""
    lines = lines_of(work, task)
    found = latest_of(work, lines[0].line.id) if lines else None
    return None if found is None or found.state == PASSED_ON else found


def latest_of(work: UnitOfWork, signatory_id: UUID, states: tuple[str, ...] = ()) -> ProviderRequest | None:
    """The last request of a line, in one of some states; None when there is none."""
    conditions: list[Any] = [ProviderRequest.signatory_id == signatory_id]
    if states:
        conditions.append(ProviderRequest.state.in_(states))
    return work.database.scalars(
        sa.select(ProviderRequest)
        .where(*conditions)
        .order_by(ProviderRequest.asked_at.desc(), ProviderRequest.id)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def task_of(work: UnitOfWork, project_id: UUID, signatory_id: UUID) -> TaskView | None:
    """The open task of a request's line; None once it is signed, withdrawn, or its text replaced."""
    line = work.database.get_one(Signatory, signatory_id, populate_existing=True)
    text = work.database.get_one(Agreement, line.agreement_id, populate_existing=True)
    if text.voided_at is not None:
        return None
    return open_task(
        work,
        Task.case_id == project_id,
        Task.instance_id == standing.instance_of(text),
        Task.position == line.position,
        Task.form == signatures.FORM,
    )


def open_task(work: UnitOfWork, *conditions: sa.ColumnElement[bool]) -> TaskView | None:
    """The open task of some conditions."""
    row = work.connection.execute(
        sa.select(*VIEW_COLUMNS).where(Task.closed_at.is_(None), *conditions).limit(1)
    ).one_or_none()
    return None if row is None else view_of(row)
