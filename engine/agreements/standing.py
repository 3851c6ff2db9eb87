"""Who has signed and who has not: line by line, of the agreement with its annex, then of each amendment."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import annex, signatories, signatures
from engine.agreements.models import (
    AGREEMENT,
    AMENDMENT,
    ANNEX,
    Agreement,
    ProviderRequest,
    Signatory,
    Signature,
)
from engine.people.models import Role
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class State(enum.StrEnum):
    """What has become of a line."""

    SIGNED = "signed"
    REFUSED = "refused"
    AWAITED = "awaited"
    AT_PROVIDER = "at_provider"  # Asked of a provider of signatures, which has not answered.
    NOT_ASKED = "not_asked"  # The text was voided before they signed, or nobody is asked yet.


@dataclass(frozen=True, slots=True)
class Line:
    """One capacity of a text: whose it is, what has become of it, since when it waits."""

    id: UUID
    position: int
    capacity: str
    person_id: UUID
    organisation_id: UUID | None
    way: str
    state: State
    signature: Signature | None
    struck: tuple[Signature, ...]  # Recorded on paper for somebody who had not signed.
    task_id: UUID | None
    since: date | None
    provider_url: str | None


@dataclass(frozen=True, slots=True)
class Issue:
    """What is signed together: an agreement with its annex, or an amendment; and its earlier versions."""

    text: Agreement
    beside: tuple[Agreement, ...]
    lines: tuple[Line, ...]
    earlier: tuple[Agreement, ...]

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(line.state is State.SIGNED for line in self.lines)


@dataclass(frozen=True, slots=True)
class Count:
    """How far a text is: its lines, each capacity once, and how many are signed."""

    text: Agreement
    lines: int
    signed: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open task of a line."""

    id: UUID
    since: date


def of_project(work: UnitOfWork, project_id: UUID) -> list[Issue]:
    """What a project has signed, or has to: its agreement, then its amendments in order of number."""
    return [
        Issue(latest, tuple(annex.all_of(work, latest)), tuple(lines_of(work, latest)), tuple(earlier))
        for latest, *earlier in versions_of(work, project_id)
    ]


def versions_of(work: UnitOfWork, project_id: UUID) -> list[list[Agreement]]:
    """The agreement, then each amendment: its versions, the latest first."""
    texts = work.database.scalars(
        sa.select(Agreement)
        .where(Agreement.project_id == project_id, Agreement.kind.in_((AGREEMENT, AMENDMENT)))
        .order_by(Agreement.kind, Agreement.number, Agreement.version.desc())
    )
    versions: dict[str, list[Agreement]] = {}
    for text in texts:
        versions.setdefault(text.number, []).append(text)
    return list(versions.values())


def counts(work: UnitOfWork, project_id: UUID) -> list[Count]:
    """How far each text of a project is, in two statements."""
    first = sa.case((Agreement.kind == ANNEX, Agreement.parent_id), else_=Agreement.id).label("first")
    stands = sa.and_(
        Signature.signatory_id == Signatory.id,
        Signature.struck_at.is_(None),
        Signature.signed_on.is_not(None),
    )
    rows = work.connection.execute(
        sa.select(
            first,
            sa.func.count(Signatory.position.distinct()),
            sa.func.count(sa.case((Signature.id.is_not(None), Signatory.position)).distinct()),
        )
        .join(Signatory, Signatory.agreement_id == Agreement.id)
        .outerjoin(Signature, stands)
        .where(Agreement.project_id == project_id)
        .group_by(first)
    )
    found = {text_id: (lines, signed) for text_id, lines, signed in rows}
    return [
        Count(latest, *found.get(latest.id, (0, 0))) for latest, *_earlier in versions_of(work, project_id)
    ]


def lines_of(work: UnitOfWork, text: Agreement) -> Iterator[Line]:
    """The lines of a version, the operator's that only its annex has among them."""
    lines = signatories.of_issue(work, text)
    answers = answers_of(work, [line.id for line in lines])
    requests = going_on(work, [line.id for line in lines])
    tasks = open_tasks(work, text) if text.voided_at is None else {}
    for line in lines:
        given = [each for each in answers.get(line.id, []) if each.struck_at is None]
        task, request = tasks.get(line.position), requests.get(line.id)
        signature = given[-1] if given else None
        yield Line(
            id=line.id, position=line.position, capacity=line.capacity, person_id=line.person_id,
            organisation_id=line.organisation_id, way=line.way,
            state=state_of(signature, task, request), signature=signature,
            struck=tuple(each for each in answers.get(line.id, []) if each.struck_at is not None),
            task_id=task.id if task else None, since=task.since if task else None,
            provider_url=request.url if request else None,
        )  # fmt: skip


def state_of(signature: Signature | None, task: Waiting | None, request: ProviderRequest | None) -> State:
    """What has become of a line."""
    if signature is not None:
        return State.SIGNED if signature.signed_on is not None else State.REFUSED
    if task is None:
        return State.NOT_ASKED
    return State.AT_PROVIDER if request is not None else State.AWAITED


def answers_of(work: UnitOfWork, line_ids: list[UUID]) -> Mapping[UUID, list[Signature]]:
    """What was signed, refused or struck out on these lines, in order."""
    found: dict[UUID, list[Signature]] = {}
    for each in work.database.scalars(
        sa.select(Signature).where(Signature.signatory_id.in_(line_ids)).order_by(Signature.recorded_at)
    ):
        found.setdefault(each.signatory_id, []).append(each)
    return found


def going_on(work: UnitOfWork, line_ids: list[UUID]) -> Mapping[UUID, ProviderRequest]:
    """The requests to a provider that wait for its answer, by line."""
    rows = work.database.scalars(
        sa.select(ProviderRequest).where(
            ProviderRequest.signatory_id.in_(line_ids), ProviderRequest.state.in_(("asked", "sent"))
        )
    )
    return {each.signatory_id: each for each in rows}


def open_tasks(work: UnitOfWork, text: Agreement) -> Mapping[int, Waiting]:
    """The open tasks of a text's process, by the position of their line."""
    rows = work.connection.execute(
        sa.select(Task.position, Task.id, Task.opened_on).where(
            Task.case_id == text.project_id,
            Task.instance_id == instance_of(text),
            Task.role == Role.SIGNATORY.value,
            Task.form == signatures.FORM,
            Task.closed_at.is_(None),
        )
    )
    return {position or 0: Waiting(task_id, since) for position, task_id, since in rows}


def instance_of(text: Agreement) -> UUID:
    """The process that has a text signed: an amendment's own, else the project's."""
    return text.instance_id if text.kind == AMENDMENT and text.instance_id else text.project_id
