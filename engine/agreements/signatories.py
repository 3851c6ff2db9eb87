"""Who signs a cooperation agreement, one line per capacity (cahier des charges §VI, R25)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements.models import (
    AGREEMENT,
    AMENDMENT,
    ANNEX,
    PASSED_ON,
    TO_SIGN,
    Agreement,
    ProviderRequest,
    Signatory,
    Signature,
)
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import assignments, chairs, committee_seats, holders, organisations
from engine.people.models import Role
from engine.projects.models import CommittedMeans, Project
from engine.runtime import instances
from engine.runtime.acts import Casting

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case

BENEFICIARY = "beneficiary"
CHAIR = "chair"
ACTING_CHAIR = "acting_chair"  # In what capacity a chair’s line is signed by whoever stands in (D18).
PARTNER_COMPANY = "partner_company"
MANDATARY = "mandatary"
OPERATOR = "operator"
ONLINE = "online"
# What a task is called that has more or other signed than the agreement alone, as its diagram says.
TITLES: Mapping[frozenset[str], str] = {
    frozenset({AGREEMENT, ANNEX}): _("Signer la convention et son annexe"),
    frozenset({ANNEX}): _("Signer l’annexe sur l’avance"),
    frozenset({AMENDMENT}): _("Signer l’avenant"),
}
IN_ORDER = (BENEFICIARY, CHAIR, PARTNER_COMPANY, MANDATARY, OPERATOR)


@dataclass(frozen=True, slots=True)
class Line:
    """One line to sign: a capacity, an organisation, the person known for it, and how they wish to sign."""

    capacity: str
    organisation_id: UUID | None
    person_id: UUID | None
    way: str = ONLINE


def union(
    *,
    beneficiary: Line,
    chair: Line | None,
    companies: Sequence[Line],
    mandatary: Line | None,
    operator: Line | None = None,
) -> list[Line]:
    """The lines of an agreement, one per capacity (R25, R26).

    The firm's head, the chair, each contributing company once, the mandatary when his organisation
    is none of the others, and the operator when an advance is granted.
    One person may sign two lines: each is a capacity, and none stands for another.
    """
    lines = [beneficiary, *([chair] if chair else [])]
    for company in companies:
        if all(
            (line.capacity, line.organisation_id) != (PARTNER_COMPANY, company.organisation_id)
            for line in lines
        ):
            lines.append(company)
    if mandatary is not None:
        known = {line.organisation_id for line in lines if line.organisation_id is not None}
        if mandatary.organisation_id not in known:
            lines.append(mandatary)
    return [*lines, *([operator] if operator else [])]


def compute(
    work: UnitOfWork,
    project: Project,
    on: date,
    *,
    companies: Sequence[UUID] | None = None,
    has_advance: bool | None = None,
) -> list[Line]:
    """The lines that the decision in force asks for, with the persons known for each.

    An amendment says which `companies` lend days once it counts, and whether there is an advance.
    """
    if companies is None:
        companies = contributing_companies(work, project.id)
    if has_advance is None:
        has_advance = bool(project.advance_cents)
    chair = chairs.chair_in_force(work, project.basin_id, on, project.id)
    head = holders.holder(work, role=Role.SME_HEAD, case_id=project.id, on=on)
    seats = committee_seats.seats_in_force(work, project.basin_id, on)
    sitting = {seat.organisation_id: seat.person_id for seat in reversed(seats) if not seat.guest}
    return union(
        beneficiary=Line(BENEFICIARY, project.organisation_id, head.person_id if head else None),
        chair=Line(CHAIR, chair.organisation_id, chair.person_id) if chair else None,
        companies=[Line(PARTNER_COMPANY, each, sitting.get(each)) for each in companies],
        mandatary=(
            Line(MANDATARY, project.mandatary_organisation_id, project.mandatary_id)
            if project.mandatary_id
            else None
        ),
        operator=operator_line(work, project.basin_id, on) if has_advance else None,
    )


def operator_line(work: UnitOfWork, basin_id: int, on: date) -> Line:
    """The operator's line: it pays the advance out, so it signs what is promised (R26)."""
    firms = organisations.of_basin(work, basin_id, on, Role.OPERATOR_ORGANISATION)
    officers = assignments.of_basin(work, basin_id, on, Role.OPERATOR)
    return Line(OPERATOR, firms[0].id if firms else None, officers[0].person_id if officers else None)


def contributing_companies(work: UnitOfWork, project_id: UUID) -> list[UUID]:
    """The companies that commit days to a project, in the decision's order, each once."""
    rows = work.database.scalars(
        sa.select(CommittedMeans.company_id)
        .where(CommittedMeans.project_id == project_id, CommittedMeans.in_force.is_(True))
        .order_by(CommittedMeans.position)
    )
    return list(dict.fromkeys(rows))


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Lines in the order of an agreement’s capacities, those of one capacity as they come."""
    order = {capacity: rank for rank, capacity in enumerate(IN_ORDER)}
    return sorted(lines, key=lambda line: order.get(line.capacity, len(order)))


def missing(required: Iterable[Line], given: Iterable[Line]) -> list[Line]:
    """The lines that the decision asks for and that a draft leaves out."""
    kept = {(line.capacity, organisation) for line in given for organisation in (line.organisation_id, None)}
    return [line for line in required if (line.capacity, line.organisation_id) not in kept]


def lines_of(work: UnitOfWork, agreement_id: UUID) -> list[Signatory]:
    """The lines of one version of an agreement, in order."""
    return list(
        work.database.scalars(
            sa.select(Signatory).where(Signatory.agreement_id == agreement_id).order_by(Signatory.position)
        )
    )


@dataclass(frozen=True, slots=True)
class ToSign:
    """A line to sign and the text that it belongs to; `is_signed` once somebody signed or refused it."""

    line: Signatory
    text: Agreement
    is_signed: bool


def of_issue(work: UnitOfWork, agreement: Agreement) -> list[Signatory]:
    """The lines of a version and of its annex, in order, each once: the operator’s is the annex’s."""
    rows = work.database.scalars(
        sa.select(Signatory)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .where(
            sa.or_(
                Agreement.id == agreement.id,
                sa.and_(Agreement.parent_id == agreement.id, Agreement.kind == ANNEX),
            )
        )
        .order_by(Signatory.position, Agreement.kind)
    )
    first: dict[int, Signatory] = {}
    for line in rows:
        first.setdefault(line.position, line)
    return list(first.values())


def to_sign_at(
    work: UnitOfWork, project_id: UUID, position: int, instance_id: UUID | None = None
) -> list[ToSign]:
    """What one task has somebody sign: their line of the agreement and of its annex, or of an amendment.

    `instance_id` is the process that asks for it: the project’s own (or none), or an amendment’s. Versions
    that were voided are left out; nothing is left when the text was withdrawn.
    """
    rows = work.database.execute(
        sa.select(Signatory, Agreement, Signature.id)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .outerjoin(Signature, sa.and_(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None)))
        .where(
            Signatory.position == position,
            Agreement.voided_at.is_(None),
            *asked_by(project_id, instance_id),
        )
        .order_by(Agreement.version.desc(), Agreement.kind)
    ).all()
    return [
        ToSign(line, text, signature_id is not None)
        for line, text, signature_id in rows
        if text.version == rows[0][1].version
    ]


def asked_by(project_id: UUID, instance_id: UUID | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The texts that a process has signed: the project’s own, its agreement and annex; else its amendment."""
    if instance_id is None or instance_id == project_id:
        return (Agreement.project_id == project_id, Agreement.kind.in_((AGREEMENT, ANNEX)))
    return (
        Agreement.project_id == project_id, Agreement.kind == AMENDMENT, Agreement.instance_id == instance_id,
    )  # fmt: skip


def at(work: UnitOfWork, project_id: UUID, position: int, instance_id: UUID | None = None) -> list[Signatory]:
    """The lines at a position of what is being signed: the agreement’s first, then its annex’s."""
    return [each.line for each in to_sign_at(work, project_id, position, instance_id)]


def cast(work: UnitOfWork, case: Case, role: str, position: int | None, instance_id: UUID) -> Casting:
    """The person of the line at this position, in its capacity, asked to sign what it is a line of."""
    found = to_sign_at(work, case.id, position or 0, instance_id)
    if not found:
        return Casting(role)
    line, kinds = found[0].line, frozenset(each.text.kind for each in found)
    return Casting(role, line.person_id, capacity=line.capacity, title=TITLES.get(kinds))


def chair_lines(work: UnitOfWork, case_id: UUID) -> list[Signatory]:
    """The chair’s lines of every text being signed, agreement, annex or amendment, not signed yet."""
    return list(
        work.database.scalars(
            sa.select(Signatory)
            .join(Agreement, Agreement.id == Signatory.agreement_id)
            .where(
                Agreement.project_id == case_id,
                Agreement.state == TO_SIGN,
                Signatory.capacity == CHAIR,
                ~sa.select(Signature.id)
                .where(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None))
                .exists(),
            )
            .order_by(Agreement.kind, Signatory.position)
        )
    )


def reissue_chair(work: UnitOfWork, case: Case, chair: chairs.Chair) -> None:
    """Give the chair’s line of every text being signed to whoever may sign it now, and tell them (E11).

    The texts stay the same, so what others signed stands; a line already signed is left alone. Whoever was
    named and signs nothing else has no part in the project any more.
    """
    lines = [line for line in chair_lines(work, case.id) if line.person_id != chair.person_id]
    if not lines:
        return
    moved_from = {line.position: line.person_id for line in lines}
    for line in lines:
        line.person_id, line.organisation_id = chair.person_id, chair.organisation_id
    pass_on_requests(work, [line.id for line in lines])
    holders.hold(
        work, role=Role.SIGNATORY, case_id=case.id, basin_id=case.basin_id, person_id=chair.person_id,
        organisation_id=chair.organisation_id,
    )  # fmt: skip
    work.flush_objects()
    for position, former in moved_from.items():
        release(work, case, former, reason="chair_replaced", on=work.today(case.zone))
        moved = instances.move_line(
            work, case_id=case.id, role=Role.SIGNATORY.value, position=position, former=former,
            holder=chair.person_id,
        )  # fmt: skip
        for task_id in moved:
            notify.notify(
                work, kind="task_reassigned", recipient_id=chair.person_id, case_id=case.id,
                basin_id=case.basin_id, task_id=task_id, reference=case.reference,
            )  # fmt: skip


def pass_on_requests(work: UnitOfWork, line_ids: Sequence[UUID]) -> None:
    """Take lines back from the provider: whoever was asked there answers for nobody else."""
    work.connection.execute(
        sa.update(ProviderRequest)
        .where(ProviderRequest.signatory_id.in_(line_ids), ProviderRequest.state.in_(("asked", "sent")))
        .values(state=PASSED_ON, answered_at=work.now, leased_until=None, next_try_at=None)
    )


def capacity_on(work: UnitOfWork, line: Signatory, project_id: UUID, on: date) -> str:
    """In what capacity a line is signed on a day; whoever stands in for the chair, as an acting one (D18)."""
    if line.capacity != CHAIR:
        return line.capacity
    presiding = [
        each
        for each in chairs.chairs_in_force(work, line.basin_id, on, project_id)
        if each.person_id == line.person_id
    ]
    return ACTING_CHAIR if presiding and all(each.acting for each in presiding) else CHAIR


def release(work: UnitOfWork, case: Case, person_id: UUID, *, reason: str, on: date) -> None:
    """End somebody's role of signatory, unless a line of the version being signed is still theirs."""
    still = sa.select(Signatory.id).join(Agreement, Agreement.id == Signatory.agreement_id)
    own = still.where(
        Agreement.project_id == case.id, Agreement.voided_at.is_(None), Signatory.person_id == person_id
    )
    if work.database.scalars(own.limit(1)).first() is None:
        holders.release(work, role=Role.SIGNATORY, case_id=case.id, reason=reason, on=on, person_id=person_id)
