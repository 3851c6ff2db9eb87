"""What an agreement in force says, what it would say once amended, and whom that concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import differences, drafting, signatories
from engine.agreements.differences import ADVANCE, Change
from engine.agreements.models import AGREEMENT, AMENDMENT, EFFECTIVE, Agreement
from engine.agreements.signatories import Line
from engine.people import basins, organisations, persons
from engine.projects.models import CommittedMeans

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.runtime.acts import Act

SIGNED_BY = "amendment.signed_by"  # The basin's parameter: those concerned, or all.
ALL = "all"
CONCERNED = "concerned"
# What a decision on an amendment may change of a project, beside the days.
TERMS = ("advance_cents", "advance_months", "advance_deferral_months", "follow_up_months", "cadence_months")


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of an amendment; nothing where the change needs no decision of its own.

    `terms` are those of the project that change. The days of the decision come on top where it `adds`.
    """

    decision_id: UUID | None = None
    number: str | None = None
    decided_on: date | None = None
    by_chair: bool = False
    adds: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the officer writes of an amendment, beside what was decided."""

    reason: str
    objective: str | None
    jobs_target: int | None
    lines: tuple[Line, ...] = ()  # Those who sign, where the officer says it; else those concerned.


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amendment to be written: the facts of the agreement once amended, its changes, who signs."""

    facts: dict[str, Any]
    changes: list[Change]
    lines: list[Line]


def in_force(work: UnitOfWork, project_id: UUID) -> Agreement | None:
    """The text that says what is agreed today: the agreement, or the last amendment that took effect."""
    return work.database.scalars(
        sa.select(Agreement)
        .where(
            Agreement.project_id == project_id,
            Agreement.kind.in_([AGREEMENT, AMENDMENT]),
            Agreement.state == EFFECTIVE,
        )
        .order_by(Agreement.prepared_at.desc(), Agreement.number.desc())
        .limit(1)
    ).first()


def proposed(
    act: Act, project: Project, before: Agreement, *, number: str, version: int, decided: Decided,
    wanted: Wanted,
) -> Proposal:  # fmt: skip
    """Compare what is agreed today with what it would be, and say who must sign that."""
    means = means_after(act.work, project, decided)
    terms = terms_after(project, decided)
    lines = list(wanted.lines) or concerned(act.work, project, before, means, terms, on=act.today)
    facts = drafting.text_of(act, project, lines, number=number, version=version) | terms
    facts |= {
        "means": means_told(act.work, means),
        "objective": wanted.objective or before.text.get("objective"),
        "jobs_target": wanted.jobs_target,
        "reason": wanted.reason,
        "agreement": project_agreement(act.work, before).number,
        "decision": decided.decision_id.hex if decided.decision_id else None,
        "decision_number": decided.number,
        "decided_on": decided.decided_on.isoformat() if decided.decided_on else None,
        "decided_by_chair": decided.by_chair,
    }
    return Proposal(facts, changes(before.text, facts), lines)


def foreseen(work: UnitOfWork, project: Project, before: Agreement, decided: Decided) -> list[Change]:
    """What would change if the amendment were written now, before the officer has said anything of it."""
    people = persons.names(work, [project.mandatary_id])
    organisation_id = project.mandatary_organisation_id
    firms = organisations.names(work, {organisation_id} if organisation_id else set())
    after = (
        before.text
        | terms_after(project, decided)
        | {
            "means": means_told(work, means_after(work, project, decided)),
            "mandatary": people.get(project.mandatary_id) if project.mandatary_id else None,
            "mandatary_organisation": firms.get(organisation_id) if organisation_id else None,
        }
    )
    return changes(before.text, after)


def foreseen_lines(
    work: UnitOfWork, project: Project, before: Agreement, decided: Decided, *, on: date
) -> list[Line]:
    """Who signs the amendment, unless the officer says otherwise."""
    means = means_after(work, project, decided)
    return concerned(work, project, before, means, terms_after(project, decided), on=on)


def terms_after(project: Project, decided: Decided) -> dict[str, Any]:
    """The terms of the project once it counts."""
    return {name: getattr(project, name) for name in TERMS} | dict(decided.terms)


def project_agreement(work: UnitOfWork, text: Agreement) -> Agreement:
    """The agreement itself, that a text is or amends."""
    return text if text.parent_id is None else work.database.get_one(Agreement, text.parent_id)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What an amendment changes. Who signs it are some of those who signed: only other people are told.

    A capacity that signs for the first time, or no more, follows from the days or the mandatary.
    """
    return [
        each
        for each in differences.between(before, after)
        if each.name != "signatory" or (each.before is not None and each.after is not None)
    ]


def means_after(work: UnitOfWork, project: Project, decided: Decided) -> list[CommittedMeans]:
    """The days lent once it counts: those of today, those decided on top, or those decided instead."""
    today = drafting.means_in_force(work, project.id)
    if decided.decision_id is None:
        return today
    pending = decided_means(work, project.id, decided.decision_id)
    return [*today, *pending] if decided.adds else pending


def decided_means(work: UnitOfWork, project_id: UUID, decision_id: UUID) -> list[CommittedMeans]:
    """The days that a decision committed, in force or waiting for the last signature."""
    return list(
        work.database.scalars(
            sa.select(CommittedMeans)
            .where(CommittedMeans.project_id == project_id, CommittedMeans.decision_id == decision_id)
            .order_by(CommittedMeans.position)
        )
    )


def means_told(work: UnitOfWork, means: Sequence[CommittedMeans]) -> list[dict[str, Any]]:
    """The days as a text keeps them: each company by its name."""
    firms = organisations.names(work, {each.company_id for each in means})
    return [
        {"company": firms.get(each.company_id), "domain": each.domain, "quarter_days": each.quarter_days,
         "day_rate_cents": each.day_rate_cents}
        for each in means
    ]  # fmt: skip


def concerned(
    work: UnitOfWork,
    project: Project,
    before: Agreement,
    means: Sequence[CommittedMeans],
    terms: Mapping[str, Any],
    *,
    on: date,
) -> list[Line]:
    """Who signs an amendment: the head of the firm and the chair always, the others where it concerns them.

    A company whose days change, a mandatary whose organisation is new, the operator when the advance does;
    everybody who signs the agreement where the basin says so (R25).
    """
    was = drafting.means_in_force(work, project.id)
    lending = list(dict.fromkeys(each.company_id for each in means))
    touched = [each for each in companies_of([*was, *means]) if days_of(was, each) != days_of(means, each)]
    has_advance = bool(terms.get("advance_cents"))
    if basins.parameter(work, project.basin_id, SIGNED_BY, default=CONCERNED) == ALL:
        companies = list(dict.fromkeys([*lending, *touched]))
        return signatories.compute(work, project, on, companies=companies, has_advance=has_advance)
    lines = signatories.compute(work, project, on, companies=touched, has_advance=has_advance)
    return [line for line in lines if is_concerned(work, line, before, terms)]


def is_concerned(work: UnitOfWork, line: Line, before: Agreement, terms: Mapping[str, Any]) -> bool:
    """Whether a line that may be asked for must be: see `concerned`."""
    if line.capacity == signatories.OPERATOR:
        return any((before.text.get(name) or None) != (terms.get(name) or None) for name in ADVANCE)
    if line.capacity == signatories.MANDATARY:
        firms = organisations.names(work, {line.organisation_id} if line.organisation_id else set())
        return before.text.get("mandatary_organisation") not in firms.values()
    return True


def companies_of(means: Sequence[CommittedMeans]) -> list[UUID]:
    """The companies that lend days, each once, in order."""
    return list(dict.fromkeys(each.company_id for each in means))


def days_of(means: Sequence[CommittedMeans], company_id: UUID) -> dict[str, int]:
    """What a company lends, domain by domain, in quarters of a day."""
    found: dict[str, int] = {}
    for each in means:
        if each.company_id == company_id:
            found[each.domain] = found.get(each.domain, 0) + each.quarter_days
    return found
