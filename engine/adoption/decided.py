"""What the committee had decided before Alizé: its decision, the days it committed, its mandatary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.committee import sign_off
from engine.committee.models import Decision, DecisionCondition, DecisionMeans
from engine.people import committee_seats
from engine.persistence.base import new_id
from engine.projects import mandates, references
from engine.projects.recording import quarter_days

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

APPROVED, WITH_CONDITIONS = "approved", "approved_with_conditions"


def decide(work: UnitOfWork, project: Project, answers: Mapping[str, Any], today: date) -> Decision:
    """Keep the approval as declared, signed off on its own day, and what it gives the project."""
    outcome = WITH_CONDITIONS if answers["condition"] else APPROVED
    decision = Decision(
        id=new_id(),
        basin_id=project.basin_id,
        project_id=project.id,
        turn=1,
        instance_id=project.id,
        outcome=outcome,
        mode="consensus",
        mandatary_id=committee_seats.sitter(work, answers["mandatary_id"]).person_id,
        follow_up_months=answers["follow_up_months"],
        cadence_months=answers["cadence_months"],
        advance_cents=answers["advance_amount"] or 0,
        advance_months=answers["advance_months"],
        advance_deferral_months=answers["deferral_months"],
        occurred_on=answers["decided_on"],
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
        number=answers["decision_number"] or next_number(work, project, answers["decided_on"].year),
        signed_on=answers["decided_on"],
        signed_at=work.now,
    )
    work.database.add(decision)
    work.database.flush()
    add_means(work, decision, answers)
    add_condition(work, decision, answers)
    work.database.flush()
    give(work, project, decision, answers, today)
    work.record(
        "committee.decision.declared", chain=project.id, subject=decision.id, basin_id=project.basin_id,
        occurred_on=decision.occurred_on, outcome=outcome, number=decision.number,
        mandatary=decision.mandatary_id, advance_cents=decision.advance_cents,
    )  # fmt: skip
    return decision


def next_number(work: UnitOfWork, project: Project, year: int) -> str:
    """The number of a decision that had none."""
    return references.next_reference(work, basin_id=project.basin_id, series=references.DECISIONS, year=year)


def add_means(work: UnitOfWork, decision: Decision, answers: Mapping[str, Any]) -> None:
    """The days that companies were asked for."""
    work.database.add_all(
        DecisionMeans(
            id=new_id(),
            basin_id=decision.basin_id,
            decision_id=decision.id,
            position=position,
            company_id=row["company_id"],
            domain=str(row["domain"].value),
            quarter_days=quarter_days(row["days"]) or 0,
        )
        for position, row in enumerate(answers["means"])
    )


def add_condition(work: UnitOfWork, decision: Decision, answers: Mapping[str, Any]) -> None:
    """The condition that is still to be lifted."""
    if answers["condition"]:
        work.database.add(
            DecisionCondition(
                id=new_id(), basin_id=decision.basin_id, decision_id=decision.id, position=0,
                text=answers["condition"], due_on=answers["condition_due_on"],
            )
        )  # fmt: skip


def give(
    work: UnitOfWork, project: Project, decision: Decision, answers: Mapping[str, Any], today: date
) -> None:
    """What an approval gives the project: its days, its follow-up, its advance, its mandatary (R19)."""
    sign_off.commit_means(work, project, decision, added=False)
    project.decision_id, project.decision_number = decision.id, decision.number
    project.decided_on = decision.occurred_on
    project.follow_up_months, project.cadence_months = decision.follow_up_months, decision.cadence_months
    project.advance_cents, project.advance_months = decision.advance_cents, decision.advance_months
    project.advance_deferral_months = decision.advance_deferral_months
    named = mandates.name_mandatary(
        work, project_id=project.id, named=committee_seats.sitter(work, answers["mandatary_id"]),
        reason="adopted", on=today,
    )  # fmt: skip
    decision.mandatary_organisation_id = named.organisation_id
