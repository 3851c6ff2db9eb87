"""The chair grants a few days more alone; the next session is told of it (R30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import errors
from engine.committee import decisions, pending, sign_off
from engine.committee.models import Decision, DecisionMeans
from engine.people import committee_seats, organisations
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import mandates, references, requests
from engine.projects.recording import coded, project_of, record
from engine.runtime import tasks

if TYPE_CHECKING:
    from engine.people.chairs import Chair
    from engine.projects.follow_up_models import InterventionRequest
    from engine.runtime.acts import Act, Routing

MODE = "chair_alone"
FORM = "request_approval"


class NotAnyMore(errors.Conflict):
    """L’entreprise pressentie n’est plus partenaire, ou ne peut pas aider ce projet : le comité en décidera.

    Choisissez de laisser la demande au comité.
    """


def approve_alone(act: Act) -> Mapping[str, Routing]:
    """Grant the days asked for, by a decision of the chair’s own; or leave the request to the committee.

    Raises `mandates.NotTheChair` (R14, D18), `NotAnyMore`.
    """
    chair = mandates.require_signing_chair(act)
    request = requests.require_of_instance(act)
    if coded(act.answers["decision"]) != "sign":
        record(
            act, "committee.request.left_to_committee", request.id, acting=chair.acting,
            content={"note": act.answers.get("note")},
        )  # fmt: skip
        if act.task is not None:
            tasks.keep_submission(act.work, act.task, act.answers)
        return {"approved_alone": False}
    require_possible(act, request)
    decision = granted(act, request, chair)
    request.decision_id, request.approved_alone_on = decision.id, act.occurred_on
    record(
        act, "committee.decision.approved_alone", decision.id, number=decision.number, acting=chair.acting,
        organisation=chair.organisation_id, request=request.id, quarter_days=request.quarter_days,
        content={"note": act.answers.get("note")},
    )  # fmt: skip
    return {"approved_alone": True, "amendment_decided": True}


def require_possible(act: Act, request: InterventionRequest) -> None:
    """Refuse days of a company that is no partner any more, or that may not help this firm (D16).

    Raises `NotAnyMore`.
    """
    active = organisations.of_basin(act.work, act.case.basin_id, act.today, Role.PARTNER_COMPANY)
    is_free = request.company_id is not None and not committee_seats.in_conflict(
        act.work, act.case.id, request.company_id, act.today
    )
    if not is_free or request.company_id not in {each.id for each in active}:
        raise NotAnyMore


def granted(act: Act, request: InterventionRequest, chair: Chair) -> Decision:
    """Write the chair’s decision: signed at once, in no session, its days waiting for the amendment."""
    project = project_of(act)
    decision = Decision(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        turn=decisions.next_turn(act.work, act.case.id),
        instance_id=act.instance_id,
        outcome="approved",
        mode=MODE,
        mandatary_id=project.mandatary_id,
        remarks=act.answers.get("note"),
        occurred_on=act.occurred_on,
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
        on_behalf_of=act.work.on_behalf_of,
        number=references.next_reference(
            act.work, basin_id=act.case.basin_id, series=references.DECISIONS, year=act.occurred_on.year
        ),
        signed_on=act.occurred_on,
        signed_at=act.work.now,
        signed_by=act.work.actor.person_id,
        signed_as="acting_chair" if chair.acting else "chair",
        chair_alone=True,
    )
    act.work.database.add(decision)
    act.work.database.flush()
    promise(act, request, decision)
    return decision


def promise(act: Act, request: InterventionRequest, decision: Decision) -> None:
    """Commit the days that the request asks for: they count once the amendment is signed."""
    act.work.database.add(
        DecisionMeans(
            id=new_id(),
            basin_id=decision.basin_id,
            decision_id=decision.id,
            position=0,
            company_id=request.company_id,
            domain=request.domain,
            quarter_days=request.quarter_days or 0,
        )
    )
    act.work.database.flush()
    in_force = not pending.waits_for_amendment(act)
    sign_off.commit_means(act.work, project_of(act), decision, added=True, in_force=in_force)
