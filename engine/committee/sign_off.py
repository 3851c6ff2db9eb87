"""The chair signs a decision off, and it takes effect on the project; or sends it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee import decisions, letters, pending
from engine.committee.models import Decision
from engine.people.committee_seats import Sitter
from engine.persistence.base import new_id
from engine.projects import appraisal, mandates, possible_days, references, requests, statuses
from engine.projects.models import CommittedMeans, Project
from engine.projects.recording import coded, project_of, record
from engine.projects.statuses import EndKind, Status

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

REFUSING = {
    "rejected": EndKind.REJECTED,
    "reoriented": EndKind.REORIENTED,
    "withdrawn": EndKind.WITHDRAWN,
    "lapsed": EndKind.LAPSED,
}
STATUS_AFTER = {
    "approved": Status.APPROVED,
    "approved_with_conditions": Status.APPROVED_WITH_CONDITIONS,
    "adjourned": Status.ADJOURNED,
    "complementary_diagnostic": Status.COMPLEMENTARY_DIAGNOSTIC,
}


def sign_off_decision(act: Act) -> Mapping[str, Routing]:
    """The chair signs the decision off, and it takes effect; or sends it back to the officer.

    Raises `mandates.NotTheChair` (R14, D16, D18), `CompanyOfTheProject`, and `errors.InvalidAnswers` on a
    day before the session.
    """
    chair = mandates.require_signing_chair(act)
    decision = require_to_sign(act)
    possible_days.require_since(act.work, "occurred_on", act.occurred_on, decision.occurred_on)
    if coded(act.answers["decision"]) != "sign":
        decision.sent_back_at, decision.sent_back_by = act.work.now, act.work.actor.person_id
        decision.sent_back_reason = act.answers.get("reason")
        if act.instance_id == act.case.id:
            statuses.move(act.work, project_of(act), Status.READY_FOR_COMMITTEE)
        record(
            act, "committee.decision.sent_back", decision.id,
            content={"reason": decision.sent_back_reason},
        )  # fmt: skip
        return {"decision_signed": False}
    decision.signed_on, decision.signed_at = act.occurred_on, act.work.now
    decision.signed_by = act.work.actor.person_id
    decision.signed_as = "acting_chair" if chair.acting else "chair"
    decision.number = references.next_reference(
        act.work, basin_id=act.case.basin_id, series=references.DECISIONS, year=decision.occurred_on.year
    )
    take_effect(act, decision)
    letters.ask_for_decision(act.work, decision)
    record(
        act, "committee.decision.signed", decision.id, outcome=decision.outcome, number=decision.number,
        acting=chair.acting, organisation=chair.organisation_id,
    )  # fmt: skip
    if decision.outcome in decisions.APPROVING and pending.waits_for_amendment(act):
        return {"decision_signed": True, "amendment_decided": True}
    return {"decision_signed": True}


def take_effect(act: Act, decision: Decision) -> None:
    """Write on the project what a signed-off decision changes: its standing, its means, its mandatary.

    The decision on a request for a new intervention, or on an amendment, leaves the project's own standing
    as it is; its days wait for the amendment's last signature.
    """
    project = project_of(act)
    on_the_project = act.instance_id == act.case.id
    if decision.outcome == "complementary_diagnostic" and decision.expert_id and decision.expert_due_on:
        appraisal.order_opinion(
            act, question=decision.question or "", expert_id=decision.expert_id,
            due_on=decision.expert_due_on, ordered_in="decision", decision_id=decision.id,
        )  # fmt: skip
    if decision.outcome in decisions.APPROVING:
        commit_means(
            act.work, project, decision, added=pending.comes_on_top(act),
            in_force=not pending.waits_for_amendment(act),
        )  # fmt: skip
    request = None if on_the_project else requests.of_instance(act.work, act.instance_id)
    if request is not None and decision.outcome in decisions.APPROVING:
        request.decision_id = decision.id
    elif request is not None and decision.outcome in REFUSING:
        request.closed_at = act.work.now
    if not on_the_project:
        return
    if decision.outcome in decisions.APPROVING:
        approve(act, project, decision)
    if decision.outcome in REFUSING:
        project.end_kind = REFUSING[decision.outcome].value
        project.end_cause = decision.reason or decision.outcome
        project.end_reason = decision.explanation
    else:
        statuses.move(act.work, project, STATUS_AFTER[decision.outcome])


def approve(act: Act, project: Project, decision: Decision) -> None:
    """What an approval gives the project: its follow-up, its advance, its mandatary."""
    project.decision_id, project.decision_number = decision.id, decision.number
    project.decided_on = decision.occurred_on
    project.follow_up_months, project.cadence_months = decision.follow_up_months, decision.cadence_months
    project.advance_cents, project.advance_months = decision.advance_cents, decision.advance_months
    project.advance_deferral_months = decision.advance_deferral_months
    if decision.mandatary_id is not None:
        mandates.name_mandatary(
            act.work,
            project_id=project.id,
            named=Sitter(decision.mandatary_id, decision.mandatary_organisation_id),
            reason="decided_again",
            on=act.today,
        )


def commit_means(
    work: UnitOfWork, project: Project, decision: Decision, *, added: bool, in_force: bool = True
) -> None:
    """Commit the decision's days to the project; they replace the earlier ones, unless they come on top.

    Those that wait for an amendment replace nothing before it is signed by all.
    """
    if in_force and not added:
        work.database.execute(
            sa.update(CommittedMeans)
            .where(CommittedMeans.project_id == project.id, CommittedMeans.in_force.is_(True))
            .values(in_force=False)
        )
    work.database.add_all(
        CommittedMeans(
            id=new_id(),
            basin_id=project.basin_id,
            project_id=project.id,
            decision_id=decision.id,
            position=each.position,
            company_id=each.company_id,
            domain=each.domain,
            quarter_days=each.quarter_days,
            day_rate_cents=each.day_rate_cents,
            committed_at=work.now,
            in_force=in_force,
            adds=added,
        )
        for each in decisions.means_of(work, decision.id)
    )


def require_to_sign(act: Act) -> Decision:
    """The decision that waits for the chair. Raises `LookupError`: no diagram leads here without one."""
    decision = decisions.latest(act.work, act.case.id, act.instance_id)
    if decision is None or decision.signed_at is not None or decision.sent_back_at is not None:
        raise LookupError(f"no decision to sign on {act.case.reference}")
    return decision
