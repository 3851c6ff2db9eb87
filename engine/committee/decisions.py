"""Decisions of the committee: recorded by the officer, signed off by the chair, notified to the firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import sessions
from engine.committee.models import Decision, DecisionCondition, DecisionMeans
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import committee_seats, holders, organisations
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import appraisal, documents, mandates, references, requests
from engine.projects.grid import MINIMUM_MONTHS
from engine.projects.models import CommittedMeans, Project
from engine.projects.recording import coded, plain_rows, project_of, quarter_days, record
from engine.projects.statuses import EndKind, Status

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

APPROVING = frozenset({"approved", "approved_with_conditions"})
REFUSING = {"rejected": EndKind.REJECTED, "reoriented": EndKind.REORIENTED, "withdrawn": EndKind.WITHDRAWN}
STATUS_AFTER = {
    "approved": Status.APPROVED,
    "approved_with_conditions": Status.APPROVED_WITH_CONDITIONS,
    "adjourned": Status.ADJOURNED,
    "complementary_diagnostic": Status.COMPLEMENTARY_DIAGNOSTIC,
}
KEPT = ("votes_for", "votes_against", "abstentions", "question", "expert_id", "explanation", "remarks",
        "advance_months")  # fmt: skip


class CompanyOfTheProject(errors.NotAllowed):
    """L’entreprise du projet ne peut ni en décider, ni le suivre, ni lui prêter ses compétences (D16)."""


def record_decision(act: Act) -> Mapping[str, Routing]:
    """Record what the committee decided; it commits nothing until the chair has signed it off (R19).

    Raises `errors.InvalidAnswers` (session, mandatary, partner companies), `CompanyOfTheProject`.
    """
    answers, outcome = act.answers, str(coded(act.answers["outcome"]))
    approves = outcome in APPROVING
    session = sessions.find(act.work, answers["session_id"])
    if session.basin_id != act.case.basin_id or session.held_on > act.today:
        raise errors.InvalidAnswers({"session_id": [_("Choisissez une séance tenue dans ce bassin.")]})
    before = latest(act.work, act.case.id, act.instance_id)
    decision = Decision(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        turn=next_turn(act.work, act.case.id),
        instance_id=act.instance_id,
        session_id=session.id,
        outcome=outcome,
        mode=coded(answers.get("mode")) or "consensus",
        **{name: answers.get(name) for name in KEPT},
        reason=coded(answers.get("reason")),
        expert_due_on=answers.get("complementary_due_on"),
        mandatary_id=answers.get("mandatary_id") if approves else None,
        mandatary_organisation_id=mandatary_organisation(act, answers.get("mandatary_id"))
        if approves
        else None,
        follow_up_months=max(MINIMUM_MONTHS, answers.get("follow_up_months") or 0) if approves else None,
        cadence_months=(answers.get("cadence_months") or 3) if approves else None,
        advance_cents=answers.get("advance_amount") or 0,
        advance_deferral_months=answers.get("deferral_months"),
        other_means=plain_rows(answers.get("other_means")),
        occurred_on=min(act.occurred_on, session.held_on),
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
        on_behalf_of=act.work.on_behalf_of,
        supersedes_id=before.id if before is not None and before.sent_back_at is not None else None,
    )
    act.work.database.add(decision)
    act.work.database.flush()
    add_means(act, decision, answers.get("human_means") or ())
    conditions = add_conditions(act, decision, answers.get("conditions") or ())
    if act.instance_id == act.case.id:
        project_of(act).status = Status.DECISION_TO_SIGN.value
    record(
        act, "committee.decision.recorded", decision.id, outcome=outcome, session=session.id,
        mandatary=decision.mandatary_id, advance_cents=decision.advance_cents,
        content={"explanation": decision.explanation, "remarks": decision.remarks},
    )  # fmt: skip
    return routing_of(decision, conditions)


def mandatary_organisation(act: Act, person_id: UUID | None) -> UUID | None:
    """The organisation for which the mandatary sits. Raises `errors.InvalidAnswers` (R28, D16)."""
    if person_id is None:
        return None
    for seat in committee_seats.speaking_seats(
        act.work, person_id, act.case.basin_id, act.today, act.case.id
    ):
        return seat.organisation_id
    raise errors.InvalidAnswers(
        {
            "mandatary_id": [
                _("Le mandataire tient un siège délibératif, et n’est pas de l’entreprise du projet.")
            ]
        }
    )


def add_means(act: Act, decision: Decision, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the days each partner company commits: an active one, and not the firm itself (D16)."""
    active = {
        each.id
        for each in organisations.of_basin(act.work, act.case.basin_id, act.today, Role.PARTNER_COMPANY)
    }
    for position, row in enumerate(rows):
        company_id = row["company_id"]
        if company_id not in active:
            raise errors.InvalidAnswers(
                {
                    f"human_means-{position}-company_id": [
                        _("Cette entreprise n’est pas partenaire aujourd’hui.")
                    ]
                }
            )
        if committee_seats.in_conflict(act.work, act.case.id, company_id, act.today):
            raise CompanyOfTheProject
        act.work.database.add(
            DecisionMeans(
                id=new_id(),
                basin_id=act.case.basin_id,
                decision_id=decision.id,
                position=position,
                company_id=company_id,
                domain=str(coded(row["domain"])),
                quarter_days=quarter_days(row["days"]) or 0,
                day_rate_cents=row.get("day_rate") or 0,
            )
        )


def add_conditions(
    act: Act, decision: Decision, rows: Sequence[Mapping[str, Any]]
) -> list[DecisionCondition]:
    """Keep the conditions, each with its own deadline."""
    made = [
        DecisionCondition(
            id=new_id(),
            basin_id=act.case.basin_id,
            decision_id=decision.id,
            position=position,
            text=row["text"],
            due_on=row["due_on"],
        )
        for position, row in enumerate(rows)
    ]
    act.work.database.add_all(made)
    return made


def routing_of(decision: Decision, conditions: Sequence[DecisionCondition]) -> Mapping[str, Routing]:
    """What the process must know of a decision. Conditions lapse the day after the last of their dates."""
    routing: dict[str, Routing] = {"decision_outcome": decision.outcome, "decision_signed": False}
    if decision.expert_due_on is not None:
        routing["complementary_due_on"] = decision.expert_due_on.isoformat()
    last = max((each.due_on for each in conditions), default=None)
    routing["conditions_due_on"] = last.isoformat() if last else ""
    routing["conditions_lapse_on"] = (last + timedelta(days=1)).isoformat() if last else ""
    if decision.outcome in APPROVING:
        routing["follow_up_months"] = decision.follow_up_months or MINIMUM_MONTHS
        routing["cadence_months"] = decision.cadence_months or 3
    return routing


def sign_off_decision(act: Act) -> Mapping[str, Routing]:
    """The chair signs the decision off, and it takes effect; or sends it back to the officer.

    Raises `mandates.NotTheChair` (R14, D16, D18), `CompanyOfTheProject`.
    """
    chair = mandates.require_chair(act.work, basin_id=act.case.basin_id, case_id=act.case.id, on=act.today)
    decision = require_to_sign(act)
    if coded(act.answers["decision"]) != "sign":
        decision.sent_back_at, decision.sent_back_by = act.work.now, act.work.actor.person_id
        decision.sent_back_reason = act.answers.get("reason")
        if act.instance_id == act.case.id:
            project_of(act).status = Status.READY_FOR_COMMITTEE.value
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
    record(
        act, "committee.decision.signed", decision.id, outcome=decision.outcome, number=decision.number,
        acting=chair.acting, organisation=chair.organisation_id,
    )  # fmt: skip
    return {"decision_signed": True}


def take_effect(act: Act, decision: Decision) -> None:
    """Write on the project what a signed-off decision changes: its standing, its means, its mandatary.

    The decision on a request for a new intervention leaves the project's own standing as it is.
    """
    project = project_of(act)
    on_the_project = act.instance_id == act.case.id
    if decision.outcome == "complementary_diagnostic" and decision.expert_id and decision.expert_due_on:
        appraisal.order_opinion(
            act, question=decision.question or "", expert_id=decision.expert_id,
            due_on=decision.expert_due_on, ordered_in="decision", decision_id=decision.id,
        )  # fmt: skip
    if decision.outcome in APPROVING:
        commit_means(act.work, project, decision, added=not on_the_project)
    elif decision.outcome in REFUSING and not on_the_project:
        request = requests.of_instance(act.work, act.instance_id)
        if request is not None:
            request.closed_at = act.work.now
    if not on_the_project:
        return
    if decision.outcome in APPROVING:
        approve(act, project, decision)
    if decision.outcome in REFUSING:
        project.end_kind = REFUSING[decision.outcome].value
        project.end_cause = decision.reason or decision.outcome
        project.end_reason = decision.explanation
    else:
        project.status = STATUS_AFTER[decision.outcome].value


def approve(act: Act, project: Project, decision: Decision) -> None:
    """What an approval gives the project: its follow-up, its advance, its mandatary."""
    project.decision_id = decision.id
    project.follow_up_months, project.cadence_months = decision.follow_up_months, decision.cadence_months
    project.advance_cents, project.advance_months = decision.advance_cents, decision.advance_months
    project.advance_deferral_months = decision.advance_deferral_months
    if decision.mandatary_id is not None:
        mandates.name_mandatary(
            act.work,
            project_id=project.id,
            person_id=decision.mandatary_id,
            reason="decided_again",
            on=act.today,
        )


def commit_means(work: UnitOfWork, project: Project, decision: Decision, *, added: bool) -> None:
    """Commit the decision's days to the project; they replace the earlier ones, unless they come on top."""
    if not added:
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
        )
        for each in means_of(work, decision.id)
    )


def notify_decision(act: Act) -> Mapping[str, Routing]:
    """Record how the firm was told, and write to those concerned."""
    answers = act.answers
    decision = latest(act.work, act.case.id, act.instance_id)
    if decision is None:
        raise LookupError(f"no decision on {act.case.reference}")
    decision.notified_on, decision.notified_by = answers["sent_on"], act.work.actor.person_id
    decision.notified_through, decision.notification = coded(answers.get("channel")), answers.get("message")
    documents.attach(act.work, answers.get("attachments"), project_id=act.case.id, subject_id=decision.id)
    told = [
        each.person_id
        for role in (Role.PRESCRIBER, Role.SME_HEAD)
        if (each := holders.holder(act.work, role=role, case_id=act.case.id, on=act.today)) is not None
    ]
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind="decision_notified", recipient_id=person_id, case_id=act.case.id,
                basin_id=act.case.basin_id, reference=act.case.reference,
                data={"outcome": decision.outcome, "decided_on": decision.occurred_on,
                      "decision_number": decision.number},
            )
            for person_id in dict.fromkeys(told)
            if person_id is not None
        ],
    )  # fmt: skip
    record(
        act, "committee.decision.notified", decision.id, outcome=decision.outcome,
        through=decision.notified_through, sent_on=decision.notified_on,
    )  # fmt: skip
    return {}


def lift_conditions(act: Act) -> Mapping[str, Routing]:
    """Lift every condition of the approval, each with what shows it."""
    decision = latest(act.work, act.case.id, act.instance_id)
    if decision is None:
        raise LookupError(f"no decision on {act.case.reference}")
    evidence = {row["condition_id"]: row for row in act.answers.get("conditions") or ()}
    for condition in conditions_of(act.work, decision.id):
        row = evidence.get(condition.id)
        if row is None:
            raise errors.InvalidAnswers(
                {"conditions": [_("Toutes les conditions doivent être levées, chacune une fois.")]}
            )
        condition.lifted_on, condition.lifted_by = row["lifted_on"], act.work.actor.person_id
        condition.evidence = row["evidence"]
    documents.attach(act.work, act.answers.get("attachments"), project_id=act.case.id, subject_id=decision.id)
    project_of(act).status = Status.APPROVED.value
    record(act, "committee.conditions.lifted", decision.id, conditions=len(evidence))
    return {}


def require_to_sign(act: Act) -> Decision:
    """The decision that waits for the chair. Raises `LookupError`: no diagram leads here without one."""
    decision = latest(act.work, act.case.id, act.instance_id)
    if decision is None or decision.signed_at is not None or decision.sent_back_at is not None:
        raise LookupError(f"no decision to sign on {act.case.reference}")
    return decision


def latest(work: UnitOfWork, project_id: UUID, instance_id: UUID | None = None) -> Decision | None:
    """The last decision recorded on a project, or on one of its processes."""
    statement = sa.select(Decision).where(Decision.project_id == project_id)
    if instance_id is not None:
        statement = statement.where(Decision.instance_id == instance_id)
    return work.database.scalars(statement.order_by(Decision.turn.desc()).limit(1)).first()


def next_turn(work: UnitOfWork, project_id: UUID) -> int:
    """Which decision on the project comes next, from 1."""
    last = work.database.execute(
        sa.select(sa.func.max(Decision.turn)).where(Decision.project_id == project_id)
    ).scalar()
    return (last or 0) + 1


def of_project(work: UnitOfWork, project_id: UUID) -> list[Decision]:
    """Every decision on a project, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Decision).where(Decision.project_id == project_id).order_by(Decision.turn.desc())
        )
    )


def means_of(work: UnitOfWork, decision_id: UUID) -> list[DecisionMeans]:
    """The days that a decision commits, in order."""
    return list(
        work.database.scalars(
            sa.select(DecisionMeans)
            .where(DecisionMeans.decision_id == decision_id)
            .order_by(DecisionMeans.position)
        )
    )


def conditions_of(work: UnitOfWork, decision_id: UUID) -> list[DecisionCondition]:
    """The conditions of a decision, in order."""
    return list(
        work.database.scalars(
            sa.select(DecisionCondition)
            .where(DecisionCondition.decision_id == decision_id)
            .order_by(DecisionCondition.position)
        )
    )


def conditions_expired(conditions: Sequence[DecisionCondition], today: date) -> bool:
    """Whether a condition is past its day and not lifted."""
    return any(each.lifted_on is None and each.due_on < today for each in conditions)
