"""What each form must know of its dossier: choices, limits, values to start from, facts to recall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from engine.i18n import translate
from engine.operations import (
    after_decision,
    before_agreement,
    committee_after,
    interest_contexts,
    lost_seats,
    minutes_contexts,
    proposals,
    replacing,
    session_contexts,
)
from engine.operations.asked import Asked, Later, Parts
from engine.people import basins
from engine.runtime import cases
from forms.context import Choice, Context

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

Channel = Literal["html", "json"]


def context(
    work: UnitOfWork,
    task: TaskView,
    *,
    showing: bool = True,
    channel: Channel = "html",
    locale: str | None = None,
) -> Context:
    """What a task's form must know. `showing` adds values to start from and facts; reading needs neither."""
    known = cases.already_locked(work, task.case_id)
    zone = known.case.zone if known is not None else basins.zone_of(work, task.basin_id)
    asked = Asked(work, task.form, task.basin_id, task.case_id, task, work.today(zone), showing)
    found = _context(asked, channel, locale, limits={"opened_on": task.opened_on})
    return replace(found, questions=task.extras()) if task.questions else found


def page_context(
    work: UnitOfWork,
    form: str,
    *,
    basin_id: int,
    case_id: UUID | None = None,
    showing: bool = True,
    channel: Channel = "html",
    locale: str | None = None,
) -> Context:
    """What the form of a page's act must know: an intake, a note, a withdrawal, a session."""
    asked = Asked(work, form, basin_id, case_id, None, basins.today(work, basin_id), showing)
    return _context(asked, channel, locale, limits={})


def _context(asked: Asked, channel: Channel, locale: str | None, *, limits: Mapping[str, object]) -> Context:
    parts = CONTEXTS.get(asked.form, before_agreement.plain)(asked)
    reader = locale or asked.work.locale
    choices: dict[str, Callable[[], Sequence[Choice]]] = {
        "attachments": partial(proposals.attachments, asked),
        **parts.choices,
    }
    return Context(
        choices=Later(choices),
        prefill=parts.prefill() if asked.showing else {},
        facts=[(translate(label, reader), value) for label, value in parts.facts()] if asked.showing else [],
        limits={"today": asked.today, **limits, **parts.limits},
        excluded={
            name: {value: translate(reason, reader) for value, reason in reasons.items()}
            for name, reasons in parts.excluded.items()
        },
        channel=channel,
        locale=reader,
        translate=lambda text, **values: translate(text, reader, **values),
    )


CONTEXTS: Mapping[str, Callable[[Asked], Parts]] = {
    "intake": before_agreement.intake,
    "adoption": before_agreement.adoption,
    "person": before_agreement.with_telephone,
    "organisation": before_agreement.with_telephone,
    "qualification": before_agreement.qualification,
    "prescription_answer": before_agreement.prescription_answer,
    "preliminary_diagnostic": before_agreement.preliminary_diagnostic,
    "completeness_check": before_agreement.with_expert,
    "complementary_diagnostic": before_agreement.complementary_diagnostic,
    "file_completion": before_agreement.file_completion,
    "committee_decision": committee_after.committee_decision,
    "decision_sign_off": before_agreement.of_decision,
    "decision_notification": before_agreement.of_decision,
    "mandate_answer": before_agreement.of_decision,
    "conditions_lift": before_agreement.conditions_lift,
    "mandate_reassignment": after_decision.other_mandatary,
    "mandatary_choice": after_decision.mandatary_choice,
    "mandatary_replacement": after_decision.other_mandatary,
    "person_replacement": replacing.context,
    "prescriber_choice": lost_seats.prescriber_choice,
    "agreement_preparation": after_decision.agreement_preparation,
    "agreement_signature": after_decision.agreement_signature,
    "paper_day_correction": after_decision.paper_signatures,
    "paper_signature_strike": after_decision.paper_signatures,
    "intervention_plan": after_decision.intervention_plan,
    "intervention": after_decision.intervention,
    "accompaniment_review": after_decision.accompaniment_review,
    "follow_up_report": after_decision.follow_up_report,
    "intervention_request_review": after_decision.intervention_request_review,
    "final_review": after_decision.final_review,
    "closure_sign_off": after_decision.closure_sign_off,
    "termination_sign_off": after_decision.termination_sign_off,
    "reminder_call": after_decision.reminder_call,
    "acting_chair_designation": after_decision.acting_chair_designation,
    "address_correction": after_decision.address_correction,
    "session_plan": before_agreement.session_plan,
    "session_held": interest_contexts.session_held,
    "session_attendance": interest_contexts.session_held,
    "interest_declaration": interest_contexts.interest_declaration,
    "item_opinion": interest_contexts.item_opinion,
    "item_ballots": interest_contexts.item_ballots,
    "agenda_diffusion": session_contexts.agenda_diffusion,
    "consultation_answer": interest_contexts.consultation_answer,
    "minutes_draft": minutes_contexts.minutes_draft,
    "minutes_sign_off": minutes_contexts.minutes_sign_off,
    "item_outcome": minutes_contexts.item_outcome,
    "item_chair": minutes_contexts.item_chair,
    "session_erratum": minutes_contexts.session_erratum,
    "request_approval": committee_after.request_approval,
    "amendment_request": committee_after.amendment_request,
    "amendment_preparation": committee_after.amendment_preparation,
    "signatory_loss": committee_after.signatory_loss,
    "advance_payment": committee_after.advance_payment,
    "advance_payment_strike": committee_after.advance_payment_strike,
    "correction": after_decision.correction,
    "document": after_decision.document,
}
