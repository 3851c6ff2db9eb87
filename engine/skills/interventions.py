"""Interventions of experts: planned from the days committed, carried out day by day, reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import assignments, committee_seats, holders
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import documents, possible_days, requests
from engine.projects.casting import cast_expert as cast_for_opinion
from engine.projects.models import CommittedMeans
from engine.projects.recording import coded, project_of, quarter_days, record, stamp
from engine.runtime.acts import Casting
from engine.skills.models import AccompanimentReview, Intervention, InterventionDay

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Case, Routing

PLANNED = "planned"
DONE = "done"
NOT_DONE = "not_done"
BEFORE_ALIZE = 0  # The turn of what was given before a project was taken over; requests have theirs.


def plan_interventions(act: Act) -> Mapping[str, Routing]:
    """Turn the days that were committed into interventions, each with its expert.

    Nothing to plan is said as such; then there is no intervention to wait for.
    Raises `errors.InvalidAnswers` for a company that committed no days, or is the firm itself (D16).
    """
    rows = act.answers.get("interventions") or []
    turn = last_turn(act.work, act.case.id) + 1
    companies = {each.company_id for each in committed(act.work, act.case.id)}
    for position, row in enumerate(rows):
        require_committed(act, companies, row["company_id"], position)
        add(act, row, turn=turn, position=position)
    record(act, "skills.interventions.planned", act.case.id, turn=turn, interventions=len(rows))
    return {"intervention_count": len(rows)}


def require_committed(act: Act, companies: set[UUID], company_id: UUID, position: int) -> None:
    """Refuse days that no decision committed. Raises `errors.InvalidAnswers`."""
    if company_id not in companies or committee_seats.in_conflict(
        act.work, act.case.id, company_id, act.today
    ):
        raise errors.InvalidAnswers(
            {
                f"interventions-{position}-company_id": [
                    _("Cette entreprise n’a pas engagé de jours sur ce projet.")
                ]
            }
        )


def add(act: Act, row: Mapping[str, Any], *, turn: int, position: int) -> Intervention:
    """Plan one intervention, its expert holding the role on the project from now on."""
    domain = str(coded(row["domain"]))
    rates = {each.domain: each.day_rate_cents for each in committed(act.work, act.case.id)
             if each.company_id == row["company_id"]}  # fmt: skip
    intervention = Intervention(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        turn=turn,
        position=position,
        company_id=row["company_id"],
        expert_id=row["expert_id"],
        domain=domain,
        objective=row.get("objective"),
        quarter_days_planned=quarter_days(row["planned_days"]) or 0,
        day_rate_cents=rates.get(domain, 0),
        starts_on=row.get("starts_on"),
        ends_on=row.get("ends_on"),
        place=row.get("place"),
        state=PLANNED,
        planned_at=act.work.now,
        planned_by=act.work.actor.person_id,
    )
    act.work.database.add(intervention)
    act.work.database.flush()
    holders.hold(
        act.work, role=Role.EXPERT, case_id=act.case.id, basin_id=act.case.basin_id,
        person_id=row["expert_id"], organisation_id=row["company_id"],
    )  # fmt: skip
    return intervention


def record_intervention(act: Act) -> Mapping[str, Routing]:
    """Keep the days an expert gave, or why there were none.

    Raises `errors.InvalidAnswers` on a day before the agreement that commits them.
    """
    answers = act.answers
    agreed_on = project_of(act).effective_on
    for position, row in enumerate(answers.get("worked_days") or ()):
        name = f"worked_days-{position}-worked_on"
        possible_days.require_since(act.work, name, row["worked_on"], agreed_on)
    intervention = intervention_of(act)
    done = coded(answers.get("outcome")) != NOT_DONE
    intervention.state = DONE if done else NOT_DONE
    intervention.done_on = act.occurred_on
    intervention.not_done_reason = answers.get("not_done_reason")
    intervention.summary = answers.get("summary")
    intervention.satisfaction = coded(answers.get("satisfaction"))
    intervention.deliverables = answers.get("deliverables")
    intervention.confidentiality_signed = bool(answers.get("confidentiality_signed"))
    for row in answers.get("worked_days") or ():
        act.work.database.add(
            InterventionDay(
                id=new_id(),
                **{**stamp(act), "occurred_on": row["worked_on"]},
                intervention_id=intervention.id,
                quarter_days=quarter_days(row["days"]) or 0,
                activity=row.get("activity"),
            )
        )
    documents.attach(act.work, answers.get("attachments"), project_id=act.case.id, subject_id=intervention.id)
    record(
        act, "skills.intervention.recorded", intervention.id, state=intervention.state,
        quarter_days=sum(quarter_days(row["days"]) or 0 for row in answers.get("worked_days") or ()),
        content={"summary": intervention.summary, "reason": intervention.not_done_reason},
    )  # fmt: skip
    return {}


def intervention_of(act: Act) -> Intervention:
    """The intervention that a task is about: by its position in the plan, or granted on a request."""
    if act.task is not None and act.task.position is not None:
        found = at(act.work, act.case.id, act.task.position)
        if found is not None:
            return found
    return granted(act)


def granted(act: Act) -> Intervention:
    """The intervention granted on the mandatary's request, made from the committee's decision on it."""
    request = requests.of_instance(act.work, act.instance_id)
    means = [] if request is None else of_decision(act.work, act.case.id, request.decision_id)
    person_id = act.task.assignee_id if act.task is not None else None
    if request is None or not means:
        raise LookupError(f"no intervention to record on {act.case.reference}")
    request.closed_at = act.work.now
    latest = means[-1]
    intervention = Intervention(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        request_instance_id=act.instance_id,
        turn=0,
        position=0,
        company_id=latest.company_id,
        expert_id=request.expert_id or person_id or act.work.actor.person_id,
        domain=latest.domain,
        objective=request.purpose,
        quarter_days_planned=latest.quarter_days,
        day_rate_cents=latest.day_rate_cents,
        state=PLANNED,
        planned_at=act.work.now,
        planned_by=act.work.actor.person_id,
    )
    act.work.database.add(intervention)
    act.work.database.flush()
    return intervention


def review_accompaniment(act: Act) -> Mapping[str, Routing]:
    """Say whether the accompaniment is over, or what remains to plan."""
    complete = bool(act.answers["complete"])
    review = AccompanimentReview(
        id=new_id(),
        **stamp(act),
        turn=last_turn(act.work, act.case.id),
        complete=complete,
        comment=act.answers.get("summary") if complete else act.answers.get("remaining"),
    )
    act.work.database.add(review)
    record(
        act, "skills.accompaniment.reviewed", review.id, complete=complete,
        content={"comment": review.comment},
    )  # fmt: skip
    return {"accompaniment_complete": complete}


def last_turn(work: UnitOfWork, project_id: UUID) -> int:
    """How many times interventions were planned on a project."""
    return (
        work.database.execute(
            sa.select(sa.func.max(Intervention.turn)).where(Intervention.project_id == project_id)
        ).scalar()
        or 0
    )


def at(work: UnitOfWork, project_id: UUID, position: int) -> Intervention | None:
    """The intervention at a position of the latest plan."""
    return work.database.scalars(
        sa.select(Intervention)
        .where(
            Intervention.project_id == project_id,
            Intervention.position == position,
            Intervention.turn == last_turn(work, project_id),
            Intervention.turn > 0,
        )
        .limit(1)
    ).first()


def cast(work: UnitOfWork, case: Case, role: str, position: int | None, instance_id: UUID) -> Casting:
    """The expert of the intervention at this position; without one, whose opinion or help is awaited."""
    if position is None:
        return cast_for_opinion(work, case, role, position, instance_id)
    intervention = at(work, case.id, position)
    return Casting(role, intervention.expert_id if intervention else None, capacity=role)


def committed(work: UnitOfWork, project_id: UUID) -> list[CommittedMeans]:
    """The days committed to a project and in force, in the order they were decided."""
    return list(
        work.database.scalars(
            sa.select(CommittedMeans)
            .where(CommittedMeans.project_id == project_id, CommittedMeans.in_force.is_(True))
            .order_by(CommittedMeans.committed_at, CommittedMeans.position)
        )
    )


def to_plan(work: UnitOfWork, project_id: UUID) -> list[tuple[UUID, str, int]]:
    """What is left to plan of the days committed: company, domain, quarters of a day.

    The days that a project had been given before it was taken over are planned by nobody any more (D15).
    """
    given: dict[tuple[UUID, str], int] = {}
    rows = work.connection.execute(
        sa.select(Intervention.company_id, Intervention.domain, Intervention.quarter_days_planned).where(
            Intervention.project_id == project_id,
            Intervention.turn == BEFORE_ALIZE,
            Intervention.request_instance_id.is_(None),
        )
    )
    for company_id, domain, quarters in rows:
        given[company_id, domain] = given.get((company_id, domain), 0) + quarters
    found = []
    for each in committed(work, project_id):
        done = min(each.quarter_days, given.get((each.company_id, each.domain), 0))
        if done:
            given[each.company_id, each.domain] -= done
        if each.quarter_days > done:
            found.append((each.company_id, each.domain, each.quarter_days - done))
    return found


def of_decision(work: UnitOfWork, project_id: UUID, decision_id: UUID | None) -> list[CommittedMeans]:
    """The days that one decision committed to a project."""
    return [each for each in committed(work, project_id) if each.decision_id == decision_id]


def of_project(work: UnitOfWork, project_id: UUID) -> list[Intervention]:
    """The interventions of a project, in order."""
    return list(
        work.database.scalars(
            sa.select(Intervention)
            .where(Intervention.project_id == project_id)
            .order_by(Intervention.planned_at, Intervention.position)
        )
    )


def days_of(work: UnitOfWork, project_id: UUID) -> tuple[Decimal, Decimal]:
    """The days planned and the days given on a project, corrected ones as they read now."""
    planned = work.database.execute(
        sa.select(sa.func.coalesce(sa.func.sum(Intervention.quarter_days_planned), 0)).where(
            Intervention.project_id == project_id
        )
    ).scalar_one()
    given = work.database.execute(
        sa.select(sa.func.coalesce(sa.func.sum(InterventionDay.quarter_days), 0)).where(
            InterventionDay.project_id == project_id, InterventionDay.struck_at.is_(None)
        )
    ).scalar_one()
    return Decimal(int(planned)) / 4, Decimal(int(given)) / 4


def experts(work: UnitOfWork, case: Case) -> list[UUID]:
    """The experts of the basin and of the project, whom a plan may name."""
    today = work.today(case.zone)
    known = assignments.of_basin(work, case.basin_id, today, Role.EXPERT)
    known += holders.holders(work, role=Role.EXPERT, case_id=case.id, on=today)
    return list(dict.fromkeys(each.person_id for each in known if each.person_id is not None))


def hand_over(work: UnitOfWork, project_id: UUID, *, former: UUID, to: UUID) -> None:
    """Give another expert the interventions that somebody has not carried out yet."""
    work.database.execute(
        sa.update(Intervention)
        .where(
            Intervention.project_id == project_id,
            Intervention.expert_id == former,
            Intervention.state == PLANNED,
        )
        .values(expert_id=to)
    )
