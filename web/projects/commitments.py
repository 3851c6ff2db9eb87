"""What was committed to a dossier: decisions with means and conditions, the agreement, the interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from engine.agreements import standing
from engine.agreements.models import AMENDMENT
from engine.committee import decided
from engine.i18n import mark as _
from engine.people import organisations, persons
from engine.projects.recording import days
from engine.skills import days as skill_days
from engine.skills import interventions
from forms import choices
from web.projects import words
from web.projects.agreement import AMENDMENT_STATES
from web.projects.agreement import STATES as AGREEMENT_STATES

if TYPE_CHECKING:
    from engine.agreements.standing import Count
    from engine.committee.decided import Decided
    from engine.skills.models import Intervention
    from web.projects.frame import File

STATES = {
    "planned": (_("Prévue"), ""),
    "done": (_("Réalisée"), "done"),
    "not_done": (_("Non réalisée"), "late"),
}

# What a later session made of a decision that an interest declared too late brought back (E17).
REVIEWED = {
    "confirmed": (_("Confirmée par le comité"), "done"),
    "cancelled": (_("Annulée par le comité"), "late"),
}


def shown(file: File) -> dict[str, Any]:
    """The three parts of the page; see the template."""
    work, project_id = file.work, file.project.id
    found = decided.of_project(work, project_id)
    told = standing.counts(work, project_id)
    planned = interventions.of_project(work, project_id)
    worked = skill_days.given(work, project_id)
    names = Names(
        organisations.names(work, firms_of(found, planned)),
        persons.names(work, people_of(found, planned)),
    )
    return {
        "decisions": [decision_of(file, each, names) for each in found],
        "agreements": [agreement_of(each) for each in told],
        "agreement_url": url_for("projects.show_agreement", project_id=project_id),
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


def firms_of(found: list[Decided], planned: list[Intervention]) -> set[UUID]:
    """The organisations mentioned."""
    return {means.company_id for each in found for means in each.means} | {
        each.company_id for each in planned
    }


def people_of(found: list[Decided], planned: list[Intervention]) -> set[UUID | None]:
    """The people mentioned."""
    wanted: set[UUID | None] = {each.expert_id for each in planned}
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
        "session_kind": taken_in(each),
        "signed_on": found.signed_on,
        "signed_by": names.person(found.signed_by),
        "signed_as": words.role_of("chair", acting=found.signed_as == "acting_chair"),
        "reviewed": REVIEWED.get(found.reviewed or ""),
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


def taken_in(each: Decided) -> str | None:
    """In which kind of session it was decided, or by the chair alone."""
    if each.session is None:
        return _("Présidence seule") if each.decision.chair_alone else None
    return words.label(choices.SessionKind, each.session.kind)


def tone_of(outcome: str, *, is_signed: bool) -> str:
    """The colour that repeats what a decision says."""
    if not is_signed:
        return "soon"
    return "done" if outcome in {"approved", "approved_with_conditions"} else ""


def agreement_of(told: Count) -> dict[str, Any]:
    """The agreement or an amendment in a line: how far it is; its own page has the rest."""
    text = told.text
    state, tone = (AMENDMENT_STATES if text.kind == AMENDMENT else AGREEMENT_STATES)[text.state]
    return {
        "number": text.number,
        "version": text.version,
        "state": state,
        "tone": tone,
        "effective_on": text.effective_on,
        "signed": told.signed,
        "lines": told.lines,
    }


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
