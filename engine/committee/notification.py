"""Tell the firm what was decided; lift the conditions of an approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import errors
from engine.committee import decisions
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import holders
from engine.people.models import Role
from engine.projects import documents, possible_days, statuses
from engine.projects.recording import coded, project_of, record
from engine.projects.statuses import Status

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


def notify_decision(act: Act) -> Mapping[str, Routing]:
    """Record how the firm was told, and write to those concerned.

    Raises `errors.InvalidAnswers` on a day before the session that decided.
    """
    answers = act.answers
    decision = decisions.latest(act.work, act.case.id, act.instance_id)
    if decision is None:
        raise LookupError(f"no decision on {act.case.reference}")
    possible_days.require_since(act.work, "sent_on", answers["sent_on"], decision.occurred_on)
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
    """Lift every condition of the approval, each with what shows it.

    Raises `errors.InvalidAnswers` for one left out, or lifted before the session that asked for it.
    """
    decision = decisions.latest(act.work, act.case.id, act.instance_id)
    if decision is None:
        raise LookupError(f"no decision on {act.case.reference}")
    evidence = {row["condition_id"]: row for row in act.answers.get("conditions") or ()}
    for condition in decisions.conditions_of(act.work, decision.id):
        row = evidence.get(condition.id)
        if row is None:
            raise errors.InvalidAnswers(
                {"conditions": [_("Toutes les conditions doivent être levées, chacune une fois.")]}
            )
        possible_days.require_since(
            act.work, f"conditions-{condition.position}-lifted_on", row["lifted_on"], decision.occurred_on
        )
        condition.lifted_on, condition.lifted_by = row["lifted_on"], act.work.actor.person_id
        condition.evidence = row["evidence"]
    documents.attach(act.work, act.answers.get("attachments"), project_id=act.case.id, subject_id=decision.id)
    statuses.move(act.work, project_of(act), Status.APPROVED)
    record(act, "committee.conditions.lifted", decision.id, conditions=len(evidence))
    return {}
