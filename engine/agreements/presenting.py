"""The agreement as a page shows it: its words, and the capacities in which the reader signs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import signed_facts, wording
from engine.agreements.models import AGREEMENT, Agreement, Signatory, Signature
from engine.people import organisations
from engine.people.models import Role
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.agreements.wording import Block
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of the same person: in which capacity, for whom, its open task or the day it was signed."""

    capacity: str
    organisation: str | None
    task_id: UUID | None
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The text that a task is about: what its hash binds, word for word, and whose lines these are."""

    number: str
    version: int
    digest: str
    blocks: tuple[Block, ...]
    is_voided: bool
    line: OwnLine | None
    others: tuple[OwnLine, ...]


def of_task(work: UnitOfWork, task: TaskView) -> Shown | None:
    """The version that a signature’s task was opened for; whoever signs twice has another line beside."""
    agreement = work.database.scalars(
        sa.select(Agreement)
        .where(
            Agreement.project_id == task.case_id,
            Agreement.kind == AGREEMENT,
            Agreement.prepared_at <= task.opened_at,
        )
        .order_by(Agreement.version.desc())
        .limit(1)
    ).first()
    if agreement is None:
        return None
    own = own_lines(work, agreement, task)
    return Shown(
        number=agreement.number,
        version=agreement.version,
        digest=agreement.text_hash,
        blocks=tuple(words_of(agreement)),
        is_voided=agreement.voided_at is not None,
        line=own.get(task.position),
        others=tuple(line for position, line in own.items() if position != task.position),
    )


def words_of(agreement: Agreement) -> list[Block]:
    """The text as a page sets it: the words that were signed, or the facts of before there were words."""
    if agreement.media_type == signed_facts.FACTS:
        return signed_facts.blocks(agreement.body)
    return wording.blocks(agreement.body)


def own_lines(work: UnitOfWork, agreement: Agreement, task: TaskView) -> dict[int | None, OwnLine]:
    """The lines of the task’s person, by position: in two capacities one signs twice."""
    rows = work.database.execute(
        sa.select(Signatory, Signature.signed_on, Task.id)
        .outerjoin(
            Signature,
            sa.and_(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None)),
        )
        .outerjoin(
            Task,
            sa.and_(
                Task.case_id == agreement.project_id,
                Task.role == Role.SIGNATORY.value,
                Task.position == Signatory.position,
                Task.closed_at.is_(None),
            ),
        )
        .where(Signatory.agreement_id == agreement.id, Signatory.person_id == task.assignee_id)
        .order_by(Signatory.position)
    ).all()
    firms = organisations.names(
        work, {line.organisation_id for line, _signed, _task in rows if line.organisation_id is not None}
    )
    return {
        line.position: OwnLine(
            line.capacity, firms.get(line.organisation_id) if line.organisation_id else None, task_id, signed
        )
        for line, signed, task_id in rows
    }
