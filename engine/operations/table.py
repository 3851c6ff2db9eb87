"""The verbs that diagrams may call: a user task on completion, a service task on the way."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.agreements import amendments, drafting, losses, signatories, signatures
from engine.committee import (
    acting,
    attendance,
    chair_alone,
    consultations,
    diffusion,
    extracts,
    invitations,
    minutes,
    notification,
    recording,
    sign_off,
)
from engine.escalation import operations as escalation
from engine.operations import amending, lost_seats, missions
from engine.people import chairs
from engine.projects import (
    addresses,
    appraisal,
    basin_steps,
    closing,
    mandates,
    possible_days,
    reports,
    requests,
)
from engine.skills import interventions

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Operation, Routing


def designate_acting_chair(act: Act) -> Mapping[str, Routing]:
    """Designate an acting chair, who also signs the agreement in the chair's place (E11)."""
    routing = acting.designate_acting_chair(act)
    chair = chairs.chair_in_force(act.work, act.case.basin_id, act.today, act.case.id)
    if chair is not None:
        signatories.reissue_chair(act.work, act.case, chair)
    return routing


def since_its_project(operation: Operation) -> Operation:
    """An operation that refuses a day before what its project had come to when the task opened.

    What is told today, as nearly everything is, costs no reading.
    """

    @functools.wraps(operation)
    def run(act: Act) -> Mapping[str, Routing]:
        is_its_task = act.task is not None and act.task.step == act.step
        if is_its_task and act.occurred_on != act.today:
            possible_days.require_since(
                act.work, "occurred_on", act.occurred_on, *possible_days.milestones(act)
            )
        return operation(act)

    return run


VERBS: Mapping[str, Operation] = {
    "projects.record_qualification": appraisal.record_qualification,
    "projects.record_prescription_answer": appraisal.record_prescription_answer,
    "projects.record_diagnostic": appraisal.record_diagnostic,
    "projects.record_completeness": appraisal.record_completeness,
    "projects.record_complementary_diagnostic": appraisal.record_complementary_diagnostic,
    "projects.record_completion": appraisal.record_completion,
    "projects.record_mandate_answer": missions.record_mandate_answer,
    "projects.reassign_mandate": lost_seats.then_asks_no_more(mandates.reassign_mandate),
    "projects.replace_mandatary": lost_seats.replace_mandatary,
    "projects.choose_prescriber": lost_seats.choose_prescriber,
    "projects.review_term": reports.review_term,
    "projects.schedule_report": reports.schedule_report,
    "projects.record_report": reports.record_report,
    "projects.request_intervention": requests.request_intervention,
    "projects.review_intervention_request": requests.review_intervention_request,
    "projects.record_basin_step": basin_steps.record_basin_step,
    "projects.record_final_review": closing.record_final_review,
    "projects.sign_closure": closing.sign_closure,
    "projects.sign_termination": closing.sign_termination,
    "projects.correct_address": addresses.correct_address,
    "committee.record_decision": recording.record_decision,
    "committee.sign_off_decision": sign_off.sign_off_decision,
    "committee.notify_decision": notification.notify_decision,
    "committee.lift_conditions": notification.lift_conditions,
    "committee.designate_acting_chair": designate_acting_chair,
    "committee.invite": invitations.invite,
    "committee.diffuse_agenda": diffusion.diffuse_agenda,
    "committee.answer_consultation": consultations.answer_consultation,
    "committee.hold_session": attendance.hold_session,
    "committee.submit_minutes": minutes.submit_minutes,
    "committee.sign_minutes": minutes.sign_minutes,
    "committee.send_extracts": extracts.send_extracts,
    "committee.approve_alone": chair_alone.approve_alone,
    "agreements.prepare_amendment": amending.prepare_amendment,
    "agreements.amendment_takes_effect": amendments.takes_effect,
    "agreements.void_amendment": amending.void_amendment,
    "agreements.settle_loss": losses.settle_loss,
    "agreements.prepare": drafting.prepare,
    "agreements.redraft": amending.redraft,
    "agreements.sign": signatures.sign,
    "agreements.return_to_committee": signatures.return_to_committee,
    "agreements.label_firm": signatures.label_firm,
    "skills.plan_interventions": interventions.plan_interventions,
    "skills.record_intervention": interventions.record_intervention,
    "skills.review_accompaniment": interventions.review_accompaniment,
    "escalation.start": escalation.start,
    "escalation.recall_due_date": escalation.recall_due_date,
    "escalation.remind_mandatary": escalation.remind_mandatary,
    "escalation.pause_before_call": escalation.pause_before_call,
    "escalation.pause_before_choice": escalation.pause_before_choice,
    "escalation.record_call": escalation.record_call,
    "escalation.choose_mandatary": lost_seats.then_asks_no_more(escalation.choose_mandatary),
    "escalation.remind_expert": escalation.remind_expert,
    "escalation.remind_prescriber": escalation.remind_prescriber,
    "escalation.remind_signatories": escalation.remind_signatories,
}

# These have a day of their own, a paper's or a session's; what a session does is of no project.
OF_ANOTHER_DAY = frozenset(
    {
        "agreements.sign", "committee.record_decision", "committee.invite", "committee.diffuse_agenda",
        "committee.answer_consultation", "committee.hold_session", "committee.submit_minutes",
        "committee.sign_minutes", "committee.send_extracts",
    }
)  # fmt: skip

# Names that published versions still use and this release gave another: old name, today's (D13).
SUCCESSORS: Mapping[str, str] = {}


def with_successors(
    operations: Mapping[str, Operation], successors: Mapping[str, str]
) -> dict[str, Operation]:
    """Give operations under their names of today, and of before: a running project knows the latter."""
    return {**operations, **{old: operations[new] for old, new in successors.items()}}


OPERATIONS: Mapping[str, Operation] = with_successors(
    {
        name: operation if name in OF_ANOTHER_DAY else since_its_project(operation)
        for name, operation in VERBS.items()
    },
    SUCCESSORS,
)
