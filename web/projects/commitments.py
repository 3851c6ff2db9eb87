"""What was committed to a dossier: decisions with means and conditions, the agreement, the interventions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from engine import clock
from engine.agreements import drafting, presenting, signatories, signatures, striking
from engine.committee import decided
from engine.i18n import mark as _
from engine.people import organisations, persons
from engine.people.permissions import Permission
from engine.projects.recording import days
from engine.skills import days as skill_days
from engine.skills import interventions
from forms import choices
from web import work as web_work
from web.projects import words
from web.projects.acts import is_being_signed

if TYPE_CHECKING:
    from engine.agreements.models import Agreement, Signatory, Signature
    from engine.committee.decided import Decided
    from engine.skills.models import Intervention
    from web.projects.frame import File

SIGN = "sign_agreement"
STATES = {
    "planned": (_("Prévue"), ""),
    "done": (_("Réalisée"), "done"),
    "not_done": (_("Non réalisée"), "late"),
}
AGREEMENT_STATES = {
    "to_sign": (_("En signature"), "soon"),
    "effective": (_("En vigueur"), "done"),
    "voided": (_("Annulée"), ""),
}


def shown(file: File) -> dict[str, Any]:
    """The three parts of the page; see the template."""
    work, project_id = file.work, file.project.id
    found = decided.of_project(work, project_id)
    drawn_up = drafting.versions(work, project_id)
    agreement = drawn_up[0] if drawn_up else None
    lines = signatories.lines_of(work, agreement.id) if agreement else []
    given = {each.signatory_id: each for each in signatures.given(work, agreement.id)} if agreement else {}
    struck = striking.of_project(work, project_id) if agreement else []
    planned = interventions.of_project(work, project_id)
    worked = skill_days.given(work, project_id)
    names = Names(
        organisations.names(work, firms_of(found, lines, planned)),
        persons.names(work, people_of(found, lines, planned)),
    )
    return {
        "decisions": [decision_of(file, each, names) for each in found],
        "agreement": agreement_of(agreement) if agreement else None,
        "versions": [agreement_of(each) for each in drawn_up],
        "lines": [
            line_of(file, each, given.get(each.id), names)
            | {"struck": [struck_of(one) for one in struck if one.signatory_id == each.id]}
            for each in lines
        ],
        "history_url": url_for("projects.history", project_id=project_id),
        "signed": sum(each.signed_on is not None for each in given.values()),
        "interventions": [intervention_of(each, worked.get(each.id, 0), names) for each in planned],
        "days_planned": days(sum(each.quarter_days_planned for each in planned)),
        "days_given": days(sum(worked.values())),
    }


class Names:
    """The names of the organisations and people that the page mentions, read in two statements."""

    def __init__(self, firms: dict[UUID, str], people: dict[UUID, str]) -> None:
        self._firms, self._people = firms, people

    def firm(self, key: UUID | None) -> str:
        """An organisation's name."""
        return self._firms.get(key, "") if key else ""

    def person(self, key: UUID | None) -> str:
        """A person's name."""
        return self._people.get(key, "") if key else ""


def firms_of(found: list[Decided], lines: list[Signatory], planned: list[Intervention]) -> set[UUID]:
    """The organisations mentioned."""
    wanted = {means.company_id for each in found for means in each.means}
    wanted |= {line.organisation_id for line in lines if line.organisation_id}
    return wanted | {each.company_id for each in planned}


def people_of(found: list[Decided], lines: list[Signatory], planned: list[Intervention]) -> set[UUID | None]:
    """The people mentioned."""
    wanted: set[UUID | None] = {line.person_id for line in lines}
    wanted |= {each.expert_id for each in planned}
    for each in found:
        wanted |= {each.decision.mandatary_id, each.decision.expert_id, each.decision.signed_by}
    return wanted


def decision_of(file: File, each: Decided, names: Names) -> dict[str, Any]:
    """One decision; what the committee wrote about the firm is for the committee and the operator."""
    found = each.decision
    reads = file.reader.reads_words
    return {
        "outcome": words.label(choices.DecisionOutcome, found.outcome),
        "tone": tone_of(found.outcome, is_signed=found.signed_on is not None),
        "number": found.number,
        "decided_on": found.occurred_on,
        "session_kind": words.label(choices.SessionKind, each.session.kind) if each.session else None,
        "signed_on": found.signed_on,
        "signed_by": names.person(found.signed_by),
        "signed_as": words.role_of("chair", acting=found.signed_as == "acting_chair"),
        "sent_back": found.sent_back_reason if reads else None,
        "is_sent_back": found.sent_back_at is not None,
        "notified_on": found.notified_on,
        "through": words.label(choices.NotificationChannel, found.notified_through),
        "reason": words.label(choices.RejectionReason, found.reason),
        "explanation": found.explanation if reads else None,
        "remarks": found.remarks if reads else None,
        "question": found.question if reads else None,
        "expert": names.person(found.expert_id),
        "expert_due_on": found.expert_due_on,
        "mandatary": names.person(found.mandatary_id),
        "months": found.follow_up_months,
        "cadence": found.cadence_months,
        "advance_cents": found.advance_cents,
        "advance_months": found.advance_months,
        "means": [
            (names.firm(means.company_id), words.label(choices.SkillDomain, means.domain),
             days(means.quarter_days))
            for means in each.means
        ],
        "conditions": [
            {"text": one.text, "due_on": one.due_on, "lifted_on": one.lifted_on,
             "evidence": one.evidence if reads else None}
            for one in each.conditions
        ],
    }  # fmt: skip


def tone_of(outcome: str, *, is_signed: bool) -> str:
    """The colour that repeats what a decision says."""
    if not is_signed:
        return "soon"
    return "done" if outcome in {"approved", "approved_with_conditions"} else ""


def agreement_of(agreement: Agreement) -> dict[str, Any]:
    """The version being signed, or in force."""
    state, tone = AGREEMENT_STATES.get(agreement.state, (agreement.state, ""))
    return {
        "number": agreement.number,
        "version": agreement.version,
        "state": state,
        "tone": tone,
        "prepared_on": agreement.prepared_on,
        "effective_on": agreement.effective_on,
        "objective": agreement.text.get("objective"),
        "jobs_target": agreement.text.get("jobs_target"),
        "digest": agreement.text_hash,
        "blocks": presenting.words_of(agreement),
        "voided_on": clock.local_date(agreement.voided_at, web_work.zone()) if agreement.voided_at else None,
    }


def line_of(file: File, line: Signatory, given: Signature | None, names: Names) -> dict[str, Any]:
    """One line to sign: who, in which capacity, signed when, or waited for since when."""
    since: date | None = next(
        (task.opened_on for task in file.tasks if task.step == SIGN and task.position == line.position), None
    )
    return {
        "capacity": words.label(choices.SignatoryCapacity, line.capacity),
        "person": names.person(line.person_id),
        "organisation": names.firm(line.organisation_id),
        "signed_on": given.signed_on if given else None,
        "refused_on": given.refused_on if given else None,
        "mode": words.label(choices.SignatureMode, given.mode) if given else None,
        "correct_url": url_on_paper(file, given, "projects.ask_paper_day_correction"),
        "strike_url": url_on_paper(file, given, "projects.ask_paper_signature_strike"),
        "since": since,
        "days": (file.today - since).days if since else 0,
    }


def struck_of(found: Signature) -> dict[str, Any]:
    """A signature that was recorded on paper by mistake: it stays, struck out."""
    return {
        "signed_on": found.signed_on,
        "struck_on": clock.local_date(found.struck_at, web_work.zone()) if found.struck_at else None,
    }


def url_on_paper(file: File, given: Signature | None, page: str) -> str | None:
    """Where a signature on paper is put right or struck out, for those who may, while all sign."""
    may = Permission.CORRECT in file.reader.permissions and is_being_signed(file.project)
    if not may or given is None or given.mode != signatures.PAPER or given.signed_on is None:
        return None
    return url_for(page, project_id=file.project.id)


def intervention_of(found: Intervention, quarters: int, names: Names) -> dict[str, Any]:
    """One intervention: days planned, days given."""
    state, tone = STATES.get(found.state, (found.state, ""))
    return {
        "domain": words.label(choices.SkillDomain, found.domain),
        "objective": found.objective,
        "expert": names.person(found.expert_id),
        "company": names.firm(found.company_id),
        "planned": days(found.quarter_days_planned),
        "given": days(quarters),
        "state": state,
        "tone": tone,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "done_on": found.done_on,
    }
