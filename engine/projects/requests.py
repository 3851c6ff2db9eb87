"""New interventions that a mandatary asks for in a report (R30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.outbox import notify
from engine.people import basins, chairs, holders
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import reports
from engine.projects.appraisal import organisation_of_expert
from engine.projects.follow_up_models import InterventionRequest
from engine.projects.recording import QUARTERS_A_DAY, coded, quarter_days, record
from engine.projects.routing import REQUEST_ROUTING

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

PROCESS = "intervention_request"
CHAIR_ALONE = "committee.chair_alone_days"  # A basin’s parameter: none, unless it says so.


def request_intervention(act: Act) -> Mapping[str, Routing]:
    """Pass the mandatary's request on: it becomes a process of its own, and the cadence does not wait."""
    act.work.flush()
    report = reports.latest(act.work, act.case.id)
    request = InterventionRequest(
        id=new_id(),
        instance_id=act.start_satellite(PROCESS, dict(REQUEST_ROUTING)),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        report_id=report.id if report else None,
        domain=report.intervention_domain if report else None,
        quarter_days=report.intervention_quarter_days if report else None,
        purpose=report.intervention_purpose if report else None,
        requested_on=act.occurred_on,
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
    )
    act.work.database.add(request)
    record(act, "projects.intervention.requested", request.id, domain=request.domain)
    head = holders.holder(act.work, role=Role.SME_HEAD, case_id=act.case.id, on=act.today)
    if head is not None and head.person_id is not None:
        notify.notify(
            act.work, kind="intervention_requested", recipient_id=head.person_id, case_id=act.case.id,
            basin_id=act.case.basin_id, data={"requested_on": act.occurred_on}, reference=act.case.reference,
        )  # fmt: skip
    return {"intervention_requested": False}


def review_intervention_request(act: Act) -> Mapping[str, Routing]:
    """Forward a request to the chair, where it is small enough, or to the committee; or decline it."""
    answers = act.answers
    request = require_of_instance(act)
    request.forwarded = bool(answers["forward"])
    request.reviewed_at, request.reviewed_by = act.work.now, act.work.actor.person_id
    request.review_reason, request.review_note = answers.get("reason"), answers.get("note")
    if request.forwarded:
        request.domain = coded(answers.get("domain")) or request.domain
        request.quarter_days = quarter_days(answers.get("days")) or request.quarter_days
        request.company_id, request.expert_id = answers.get("company_id"), answers.get("expert_id")
        if request.expert_id is not None:
            holders.hold(
                act.work, role=Role.EXPERT, case_id=act.case.id, basin_id=act.case.basin_id,
                person_id=request.expert_id,
                organisation_id=organisation_of_expert(
                    act.work, act.case.basin_id, request.expert_id, act.today
                ),
            )  # fmt: skip
    else:
        request.closed_at = act.work.now
    record(
        act, "projects.intervention_request.reviewed", request.id, forwarded=request.forwarded,
        content={"reason": request.review_reason},
    )  # fmt: skip
    if "is_for_chair" not in act.routing:  # Begun before the chair could decide alone.
        return {"request_forwarded": request.forwarded}
    return {"request_forwarded": request.forwarded, "is_for_chair": is_for_chair(act, request)}


def is_for_chair(act: Act, request: InterventionRequest) -> bool:
    """Whether the chair may grant a request alone: few enough days, of a company that is known.

    Where nobody may preside, it goes to the committee at once.
    """
    is_whole = request.forwarded and request.domain is not None and request.company_id is not None
    if not is_whole or not is_small(act.work, act.case.basin_id, request.quarter_days or 0):
        return False
    return chairs.chair_in_force(act.work, act.case.basin_id, act.today, act.case.id) is not None


def is_small(work: UnitOfWork, basin_id: int, quarters: int) -> bool:
    """Whether the chair may grant a request for so many quarters of a day without the committee."""
    return 0 < quarters <= QUARTERS_A_DAY * days_alone(work, basin_id)


def days_alone(work: UnitOfWork, basin_id: int) -> int:
    """How many days the chair of a basin may grant without the committee; 0 for none."""
    found: int = basins.parameter(work, basin_id, CHAIR_ALONE, default=0)
    return found


def require_of_instance(act: Act) -> InterventionRequest:
    """The request that this process is about; each starts with its own."""
    found = of_instance(act.work, act.instance_id)
    if found is None:
        raise LookupError(f"no request behind this process on {act.case.reference}")
    return found


def of_instance(work: UnitOfWork, instance_id: UUID) -> InterventionRequest | None:
    """The request that a process is about."""
    return work.database.scalars(
        sa.select(InterventionRequest).where(InterventionRequest.instance_id == instance_id)
    ).one_or_none()


def of_project(work: UnitOfWork, project_id: UUID) -> list[InterventionRequest]:
    """The requests of a project, in order."""
    return list(
        work.database.scalars(
            sa.select(InterventionRequest)
            .where(InterventionRequest.project_id == project_id)
            .order_by(InterventionRequest.recorded_at)
        )
    )
