"""The agreement as a page shows it: its words, and the capacities in which the reader signs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import evidence, proving, signatories, signed_facts, wording
from engine.agreements.models import ANNEX, Agreement, Signatory, Signature
from engine.people import basins, organisations
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
    way: str
    task_id: UUID | None
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text to sign: its words, its file and how far that is, and what agreeing to it says."""

    kind: str
    number: str
    version: int
    digest: str  # Of what a signature binds; empty until the file is made.
    blocks: tuple[Block, ...]
    locale: str
    paper_id: UUID | None
    consent: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a task has somebody sign: agreement and annex, or an amendment, and whose lines these are."""

    texts: tuple[ShownText, ...]
    is_voided: bool
    is_ready: bool  # Every file is made: it can be signed.
    line: OwnLine | None
    others: tuple[OwnLine, ...]

    @property
    def number(self) -> str:
        """The number of the text that comes first."""
        return self.texts[0].number

    @property
    def version(self) -> int:
        """Its version."""
        return self.texts[0].version

    @property
    def digest(self) -> str:
        """What a signature on it binds."""
        return self.texts[0].digest

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its words."""
        return self.texts[0].blocks


def of_task(work: UnitOfWork, task: TaskView) -> Shown | None:
    """What a signature’s task was opened for; whoever signs twice has another line beside."""
    texts = texts_of(work, task)
    if not texts:
        return None
    own = own_lines(work, texts, task)
    mine = own.get(task.position)
    return Shown(
        texts=tuple(shown_text(work, text, mine) for text in texts),
        is_voided=texts[0].voided_at is not None,
        is_ready=all(proving.is_ready(text) for text in texts),
        line=mine,
        others=tuple(line for position, line in own.items() if position != task.position),
    )


def texts_of(work: UnitOfWork, task: TaskView) -> list[Agreement]:
    """The texts that a task has somebody sign: of its own process, drawn up last before it was opened.

    The operator’s line is the annex’s alone; whoever has a line in both signs both.
    """
    lines = sa.select(Signatory.id).where(
        Signatory.agreement_id == Agreement.id, Signatory.position == task.position
    )
    rows = list(
        work.database.scalars(
            sa.select(Agreement)
            .where(
                *signatories.asked_by(task.case_id, task.instance_id),
                Agreement.prepared_at <= task.opened_at,
                lines.exists(),
            )
            .order_by(Agreement.version.desc(), Agreement.kind)
        )
    )
    return [text for text in rows if text.version == rows[0].version]


def shown_text(work: UnitOfWork, text: Agreement, line: OwnLine | None) -> ShownText:
    """One text as a page shows it."""
    digest = proving.signed_hash(text) if proving.is_ready(text) else ""
    agreed = evidence.consent(text, line.capacity, digest, work.locale) if line and digest else None
    return ShownText(
        text.kind,
        text.number,
        text.version,
        digest,
        tuple(words_of(text)),
        text.locale,
        text.paper_id,
        agreed,
    )


def words_of(agreement: Agreement) -> list[Block]:
    """The text as a page sets it: the words that were signed, or the facts of before there were words."""
    if agreement.media_type == signed_facts.FACTS:
        return signed_facts.blocks(agreement.body)
    return wording.blocks(agreement.body)


def own_lines(work: UnitOfWork, texts: Sequence[Agreement], task: TaskView) -> dict[int | None, OwnLine]:
    """The lines of the task’s person, by position: in two capacities one signs twice."""
    first = texts[0]
    issue = first.parent_id if first.kind == ANNEX and first.parent_id else first.id
    rows = work.database.execute(
        sa.select(Signatory, Signature.signed_on, Task.id)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .outerjoin(
            Signature,
            sa.and_(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None)),
        )
        .outerjoin(
            Task,
            sa.and_(
                Task.case_id == first.project_id,
                Task.instance_id == task.instance_id,
                Task.role == Role.SIGNATORY.value,
                Task.position == Signatory.position,
                Task.closed_at.is_(None),
            ),
        )
        .where(
            sa.or_(Agreement.id == issue, sa.and_(Agreement.parent_id == issue, Agreement.kind == ANNEX)),
            Signatory.person_id == task.assignee_id,
        )
        .order_by(Signatory.position, Agreement.kind)
    ).all()
    firms = organisations.names(
        work, {line.organisation_id for line, _signed, _task in rows if line.organisation_id is not None}
    )
    found: dict[int | None, OwnLine] = {}
    for line, signed, task_id in rows:
        firm = firms.get(line.organisation_id) if line.organisation_id else None
        on = signed or basins.today(work, line.basin_id)
        capacity = signatories.capacity_on(work, line, first.project_id, on)
        found.setdefault(line.position, OwnLine(capacity, firm, line.way, task_id, signed))
    return found
