"""What each form must know of its dossier: choices, limits, values to start from, facts to recall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from engine.agreements import drafting, signatories
from engine.committee import decisions
from engine.i18n import translate
from engine.operations import proposals, recalled
from engine.operations.asked import Asked, Later, Parts
from engine.people import basins
from engine.projects import appraisal, corrections, reports, requests
from engine.projects.recording import days
from engine.skills import interventions
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
    known = work.memory.get(("case", task.case_id))
    zone = known.case.zone if known is not None else basins.zone_of(work, task.basin_id)
    asked = Asked(work, task.form, task.basin_id, task.case_id, task, work.today(zone), showing)
    return _context(asked, channel, locale, limits={"opened_on": task.opened_on})


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
    """What the form of a page's act must know: intake, note, withdrawal, session…"""
    asked = Asked(work, form, basin_id, case_id, None, basins.today(work, basin_id), showing)
    return _context(asked, channel, locale, limits={})


def _context(asked: Asked, channel: Channel, locale: str | None, *, limits: Mapping[str, object]) -> Context:
    parts = CONTEXTS.get(asked.form, plain)(asked)
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
        channel=channel,
        locale=reader,
        translate=lambda text, **values: translate(text, reader, **values),
    )


def plain(asked: Asked) -> Parts:
    """A form that knows what any form of a dossier does."""
    return Parts(facts=partial(recalled.of_project, asked))


def intake(asked: Asked) -> Parts:
    """F0."""
    return Parts(
        choices={
            "brought_by_id": partial(proposals.every_organisation, asked),
            "known_member_id": partial(proposals.members, asked),
        }
    )


def qualification(asked: Asked) -> Parts:
    """F1: what the firm asked, and who may prescribe."""

    def start() -> Mapping[str, object]:
        project = asked.project
        kept = {name: getattr(project, name) for name in (*appraisal.QUALIFIED, "schemes", "city")}
        return {name: value for name, value in kept.items() if value not in (None, [])}

    return Parts(
        choices={"prescriber_id": partial(proposals.members, asked)},
        prefill=start,
        facts=partial(recalled.of_intake, asked),
    )


def prescription_answer(asked: Asked) -> Parts:
    """The prescriber takes the file or suggests another member."""
    return Parts(
        choices={"suggested_prescriber_id": partial(proposals.members, asked)},
        facts=partial(recalled.of_intake, asked),
    )


def preliminary_diagnostic(asked: Asked) -> Parts:
    """F2: limits of the advance; sent back, it starts from what was submitted."""

    def start() -> Mapping[str, object]:
        found = appraisal.diagnostics(asked.work, asked.project.id)
        if not found:
            return {}
        needs = [
            {"domain": each.domain, "description": each.description, "days": days(each.quarter_days)}
            for each in appraisal.needs_of(asked.work, found[0].id)
        ]
        return {**appraisal.summary_of(found[0]), "needs": needs}

    return Parts(prefill=start, facts=partial(recalled.of_intake, asked), limits=of_advance(asked))


def of_advance(asked: Asked) -> dict[str, object]:
    """The basin's limits on an advance, and on the follow-up that goes with a decision."""
    values = asked.parameters()
    return {
        "advance_floor": values["advance.floor_cents"],
        "advance_ceiling": values["advance.ceiling_cents"] if values["advance.enabled"] else 0,
        "advance_months_max": values["advance.max_months"],
        "follow_up_months": values["follow_up.months"],
        "cadence_months": values["follow_up.cadence_months"],
    }


def with_expert(asked: Asked) -> Parts:
    """The officer's check of a file: who may be asked for an opinion."""
    return Parts(
        choices={"expert_id": partial(proposals.experts, asked)},
        facts=partial(recalled.of_diagnostic, asked),
    )


def complementary_diagnostic(asked: Asked) -> Parts:
    """F3: the question put to the expert."""
    return Parts(facts=partial(recalled.of_opinion, asked))


def committee_decision(asked: Asked) -> Parts:
    """F5: sessions, means within the basin's limits, a mandatary not in conflict."""

    def start() -> Mapping[str, object]:
        before = decisions.latest(
            asked.work, asked.project.id, asked.task.instance_id if asked.task else None
        )
        request = requests.granted(asked.work, asked.project.id)
        if before is not None and before.sent_back_at is not None:
            return recalled.decision_to_redo(asked, before)
        sessions = proposals.committee_sessions(asked)
        found: dict[str, object] = {"session_id": sessions[0].value} if sessions else {}
        if request is not None and asked.task is not None and asked.task.instance_id != asked.case_id:
            found["mandatary_id"] = asked.project.mandatary_id
        return found

    return Parts(
        choices={
            "session_id": partial(proposals.committee_sessions, asked),
            "mandatary_id": partial(proposals.members, asked),
            "expert_id": partial(proposals.experts, asked),
            "human_means-company_id": partial(proposals.partner_companies, asked),
        },
        prefill=start,
        facts=partial(recalled.of_diagnostic, asked),
        limits={**of_advance(asked), "beneficiary_id": asked.project.organisation_id},
    )


def of_decision(asked: Asked) -> Parts:
    """What the chair signs off, what the firm is told, what the mandatary is asked."""
    return Parts(facts=partial(recalled.of_decision, asked))


def conditions_lift(asked: Asked) -> Parts:
    """One row per condition."""
    return Parts(
        choices={"conditions-condition_id": partial(proposals.conditions, asked)},
        facts=partial(recalled.of_decision, asked),
    )


def other_mandatary(asked: Asked) -> Parts:
    """Who may take the mandate over."""
    return Parts(
        choices={"mandatary_id": partial(proposals.other_members, asked)},
        facts=partial(recalled.of_project, asked),
    )


def agreement_preparation(asked: Asked) -> Parts:
    """F6: the lines that the decision asks for, one per capacity (R25)."""

    def start() -> Mapping[str, object]:
        lines = signatories.compute(asked.work, asked.project, asked.today)
        return {
            "means_changed": False,
            "signatories": [
                {"capacity": line.capacity, "organisation_id": line.organisation_id,
                 "person_id": line.person_id, "mode": "online"}
                for line in lines
            ],
        }  # fmt: skip

    return Parts(
        choices={
            "signatories-organisation_id": partial(proposals.every_organisation, asked),
            "signatories-person_id": partial(proposals.signing_people, asked),
        },
        prefill=start,
        facts=partial(recalled.of_decision, asked),
    )


def agreement_signature(asked: Asked) -> Parts:
    """The exact text to sign, by its hash."""
    agreement = drafting.latest(asked.work, asked.project.id)
    digest = agreement.text_hash if agreement is not None else ""
    return Parts(
        choices={"scan": partial(proposals.attachments, asked)},
        prefill=lambda: {"document_digest": digest},
        facts=partial(recalled.of_agreement, asked),
        limits={"document_digest": digest},
    )


def intervention_plan(asked: Asked) -> Parts:
    """The days committed, each company's to be turned into interventions."""
    committed = interventions.committed(asked.work, asked.project.id)

    def start() -> Mapping[str, object]:
        if interventions.last_turn(asked.work, asked.project.id):
            return {}
        return {
            "interventions": [
                {
                    "company_id": each.company_id,
                    "domain": each.domain,
                    "planned_days": days(each.quarter_days),
                }
                for each in committed
            ]
        }

    return Parts(
        choices={
            "interventions-company_id": partial(proposals.partner_companies, asked),
            "interventions-expert_id": partial(proposals.experts, asked),
        },
        prefill=start,
        facts=partial(recalled.of_means, asked),
        limits={"interventions_optional": not committed},
    )


def intervention(asked: Asked) -> Parts:
    """F8: what was planned."""
    return Parts(facts=partial(recalled.of_intervention, asked))


def accompaniment_review(asked: Asked) -> Parts:
    """The days planned beside the days given."""
    return Parts(facts=partial(recalled.of_means, asked))


def follow_up_report(asked: Asked) -> Parts:
    """F9: last time's figures. Read without showing, it costs no statement: this is the hot path."""
    if not asked.showing:
        return Parts(limits={"nothing_new_allowed": True})
    before = reports.latest(asked.work, asked.project.id)

    def start() -> Mapping[str, object]:
        if before is None:
            return {}
        return {
            "weather": before.weather,
            "jobs_created": before.jobs_created,
            "jobs_sustained": before.jobs_sustained,
        }

    return Parts(
        prefill=start,
        facts=partial(recalled.of_report, asked),
        limits={"nothing_new_allowed": reports.may_say_nothing_new(asked.work, asked.project)},
    )


def intervention_request_review(asked: Asked) -> Parts:
    """What the mandatary asks for."""

    def start() -> Mapping[str, object]:
        found = [
            each for each in requests.of_project(asked.work, asked.project.id) if each.reviewed_at is None
        ]
        if not found:
            return {}
        quarters = found[0].quarter_days
        return {"domain": found[0].domain, "days": days(quarters) if quarters else None}

    return Parts(
        choices={
            "company_id": partial(proposals.partner_companies, asked),
            "expert_id": partial(proposals.experts, asked),
        },
        prefill=start,
        facts=partial(recalled.of_request, asked),
    )


def final_review(asked: Asked) -> Parts:
    """F12: the last report's figures."""

    def start() -> Mapping[str, object]:
        before = reports.latest(asked.work, asked.project.id)
        if before is None:
            return {}
        return {"jobs_created": before.jobs_created, "jobs_sustained": before.jobs_sustained}

    return Parts(prefill=start, facts=partial(recalled.of_means, asked))


def reminder_call(asked: Asked) -> Parts:
    """Whom to call, and at which number."""
    return Parts(facts=partial(recalled.of_mandatary, asked))


def acting_chair_designation(asked: Asked) -> Parts:
    """Who is as eligible as a chair."""
    return Parts(choices={"acting_chair_id": partial(proposals.acting_chairs, asked)})


def address_correction(asked: Asked) -> Parts:
    """Whom to call, at which number, about which address."""
    return Parts(facts=partial(recalled.of_address, asked))


def session_held(asked: Asked) -> Parts:
    """Who was present, who presided."""
    return Parts(
        choices={
            "present_seat_ids": partial(proposals.seats, asked),
            "chaired_by_id": partial(proposals.presiding, asked),
        }
    )


def correction(asked: Asked) -> Parts:
    """The records of the dossier that may be corrected."""
    return Parts(
        choices={
            "act_id": lambda: recalled.correctable(corrections.correctable(asked.work, asked.project.id))
        },
        limits={"has_consequences": False},
    )


def document(asked: Asked) -> Parts:
    """The files just uploaded."""
    return Parts(choices={"files": partial(proposals.attachments, asked)})


CONTEXTS: Mapping[str, Callable[[Asked], Parts]] = {
    "intake": intake,
    "qualification": qualification,
    "prescription_answer": prescription_answer,
    "preliminary_diagnostic": preliminary_diagnostic,
    "completeness_check": with_expert,
    "complementary_diagnostic": complementary_diagnostic,
    "committee_decision": committee_decision,
    "decision_sign_off": of_decision,
    "decision_notification": of_decision,
    "mandate_answer": of_decision,
    "conditions_lift": conditions_lift,
    "mandate_reassignment": other_mandatary,
    "mandatary_choice": other_mandatary,
    "mandatary_replacement": other_mandatary,
    "agreement_preparation": agreement_preparation,
    "agreement_signature": agreement_signature,
    "intervention_plan": intervention_plan,
    "intervention": intervention,
    "accompaniment_review": accompaniment_review,
    "follow_up_report": follow_up_report,
    "intervention_request_review": intervention_request_review,
    "final_review": final_review,
    "closure_sign_off": lambda asked: Parts(facts=partial(recalled.of_final_review, asked)),
    "termination_sign_off": lambda asked: Parts(facts=partial(recalled.of_termination, asked)),
    "reminder_call": reminder_call,
    "acting_chair_designation": acting_chair_designation,
    "address_correction": address_correction,
    "session_held": session_held,
    "correction": correction,
    "document": document,
}
