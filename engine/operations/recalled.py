"""What a page recalls above a form's questions: the few facts that the answer depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from babel import numbers

from engine.agreements import drafting
from engine.committee import decisions
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import wording
from engine.operations.asked import Asked, Fact
from engine.people import organisations, persons
from engine.projects import addresses, appraisal, closing, final_reviews, reports, requests
from engine.projects.recording import days
from engine.projects.statuses import STATUS_LABELS, Status
from engine.skills import interventions
from forms import choices
from forms.choices import Coded
from forms.context import Choice

if TYPE_CHECKING:
    from datetime import date

    from engine.committee.models import Decision
    from engine.projects.corrections import Found
    from engine.projects.follow_up_models import FinalReview, InterventionRequest

REGIONS = {"fr": "fr_FR", "en": "en_GB"}
KINDS = {
    "report": _("Compte rendu de suivi"),
    "final_review": _("Bilan"),
    "diagnostic": _("Diagnostic préalable"),
    "note": _("Note"),
    "phone_call": _("Appel"),
    "document": _("Document"),
}


def of_project(asked: Asked) -> list[Fact]:
    """The firm, where its project stands, who follows it."""
    if asked.case_id is None:
        return []
    project = asked.project
    people = persons.names(asked.work, [project.mandatary_id])
    return told(
        (_("Entreprise"), project.firm),
        (_("Référence"), project.reference),
        (_("État"), translate(STATUS_LABELS[Status(project.status)], asked.work.locale)),
        (_("Mandataire"), people.get(project.mandatary_id) if project.mandatary_id else None),
    )


def of_intake(asked: Asked) -> list[Fact]:
    """What the firm asked, and how to reach it."""
    project = asked.project
    answered = [
        (_("Motif du renvoi"), check.missing)
        for check in appraisal.checks(asked.work, project.id)
        if check.missing
    ]
    return told(
        (_("Entreprise"), project.firm),
        (_("Commune"), project.city),
        (_("SIRET"), project.siret),
        (_("Besoin"), project.need),
        (_("Contact"), project.contact_name),
        (_("Téléphone"), wording.phone(project.contact_phone)),
        (_("Adresse électronique"), project.contact_email),
        *answered[:1],
    )


def of_diagnostic(asked: Asked) -> list[Fact]:
    """The prescriber's diagnostic in a few lines, and the experts' opinions."""
    found = appraisal.diagnostics(asked.work, asked.project.id)
    if not found:
        return of_project(asked)
    last = found[0]
    needs = [
        f"{label(asked, choices.SkillDomain, each.domain)} ({wording.in_days(asked, each.quarter_days)})"
        for each in appraisal.needs_of(asked.work, last.id)
    ]
    opinions = [
        (_("Avis de l’expert"), label(asked, choices.Recommendation, each.recommendation))
        for each in appraisal.opinions(asked.work, asked.project.id)
        if each.recommendation
    ]
    return told(
        *of_project(asked),
        (_("Le projet"), last.summary),
        (_("Besoins en compétences"), ", ".join(needs)),
        (_("Avance demandée"), money(asked, last.advance_requested_cents)),
        (_("Avis du prescripteur"), label(asked, choices.Opinion, last.opinion)),
        *opinions,
    )


def of_opinion(asked: Asked) -> list[Fact]:
    """The question put to the expert, and by when."""
    order = (
        appraisal.opinion_awaited(asked.work, asked.project.id, asked.task.instance_id)
        if asked.task
        else None
    )
    if order is None:
        return of_project(asked)
    return told(
        *of_diagnostic(asked),
        (_("Question posée"), order.question),
        (_("Réponse attendue le"), day(asked, order.due_on)),
    )


def of_decision(asked: Asked) -> list[Fact]:
    """What the committee decided, its means, its mandatary, its conditions."""
    instance_id = asked.task.instance_id if asked.task is not None else None
    decision = decisions.latest(asked.work, asked.project.id, instance_id)
    if decision is None:
        return of_project(asked)
    means = decisions.means_of(asked.work, decision.id)
    firms = organisations.names(asked.work, {each.company_id for each in means})
    people = persons.names(asked.work, [decision.mandatary_id])
    lent = [
        f"{firms.get(each.company_id, '')} ({wording.in_days(asked, each.quarter_days)})" for each in means
    ]
    conditions = [
        (_("Condition"), f"{each.text} ({day(asked, each.due_on)})")
        for each in decisions.conditions_of(asked.work, decision.id)
    ]
    return told(
        (_("Entreprise"), asked.project.firm),
        (_("Décision"), label(asked, choices.DecisionOutcome, decision.outcome)),
        (_("Décision numéro"), decision.number),
        (_("Décidée le"), day(asked, decision.occurred_on)),
        (_("Jours apportés"), ", ".join(lent)),
        (_("Avance remboursable"), money(asked, decision.advance_cents)),
        (_("Mandataire"), people.get(decision.mandatary_id) if decision.mandatary_id else None),
        (_("Durée du suivi"), wording.in_months(asked, decision.follow_up_months)),
        (_("Comptes rendus"), wording.every_months(asked, decision.cadence_months)),
        (_("Explication"), decision.explanation),
        *conditions,
    )


def of_decision_to_take(asked: Asked) -> list[Fact]:
    """The diagnostic, after why the chair sent the last decision back, if it did."""
    before = decisions.latest(asked.work, asked.project.id, asked.task.instance_id if asked.task else None)
    reason = before.sent_back_reason if before is not None and before.sent_back_at is not None else None
    request = [] if request_of(asked) is None else of_request(asked)
    return list(dict.fromkeys([*told((_("Motif du renvoi"), reason)), *request, *of_diagnostic(asked)]))


def decision_to_redo(asked: Asked, decision: Decision) -> Mapping[str, object]:
    """A decision that the chair sent back, as answers to start from."""
    kept = ("outcome", "mode", "session_id", "mandatary_id", "follow_up_months", "cadence_months",
            "advance_months", "question", "expert_id", "reason", "explanation", "remarks")  # fmt: skip
    return {
        **{name: getattr(decision, name) for name in kept if getattr(decision, name) is not None},
        "advance_amount": decision.advance_cents or None,
        "deferral_months": decision.advance_deferral_months,
        "complementary_due_on": decision.expert_due_on,
        "human_means": [
            {"company_id": each.company_id, "domain": each.domain, "days": days(each.quarter_days),
             "day_rate": each.day_rate_cents or None}
            for each in decisions.means_of(asked.work, decision.id)
        ],
        "conditions": [
            {"text": each.text, "due_on": each.due_on}
            for each in decisions.conditions_of(asked.work, decision.id)
        ],
    }  # fmt: skip


def of_agreement(asked: Asked) -> list[Fact]:
    """The text to sign, line by line."""
    agreement = drafting.latest(asked.work, asked.project.id)
    if agreement is None:
        return of_project(asked)
    text = agreement.text
    lent = [f"{each['company']} ({wording.in_days(asked, each['quarter_days'])})" for each in text["means"]]
    return told(
        (_("Convention"), wording.numbered(asked, agreement.number, agreement.version)),
        (_("Entreprise"), text["firm"]),
        (_("Objet"), text["objective"]),
        (_("Objectif d’emplois"), text["jobs_target"]),
        (_("Jours apportés"), ", ".join(lent)),
        (_("Avance remboursable"), money(asked, text["advance_cents"])),
        (_("Mandataire"), text["mandatary"]),
        (_("Durée du suivi"), wording.in_months(asked, text["follow_up_months"])),
        (_("Signataires"), ", ".join(str(each["person"]) for each in text["signatories"])),
        (_("Vous signez en qualité de"), signing_as(asked)),
    )


def signing_as(asked: Asked) -> str | None:
    """The capacity of the reader's line."""
    if asked.task is None:
        return None
    return label(asked, choices.SignatoryCapacity, asked.task.capacity)


def of_means(asked: Asked) -> list[Fact]:
    """The days committed by each company, those planned and those given."""
    committed = interventions.committed(asked.work, asked.project.id)
    firms = organisations.names(asked.work, {each.company_id for each in committed})
    planned, given = interventions.days_of(asked.work, asked.project.id)
    lent = [
        f"{firms.get(each.company_id, '')}, {label(asked, choices.SkillDomain, each.domain)} "
        f"({wording.in_days(asked, each.quarter_days)})"
        for each in committed
    ]
    return told(
        (_("Entreprise"), asked.project.firm),
        (_("Jours décidés par le comité"), ", ".join(lent)),
        (_("Jours prévus"), number(asked, planned)),
        (_("Jours réalisés"), number(asked, given)),
    )


def of_intervention(asked: Asked) -> list[Fact]:
    """What this expert is asked to do."""
    position = asked.task.position if asked.task is not None else None
    found = None if position is None else interventions.at(asked.work, asked.project.id, position)
    if found is None:
        return of_request(asked)
    return told(
        (_("Entreprise"), asked.project.firm),
        (_("Contact"), asked.project.contact_name),
        (_("Téléphone"), wording.phone(asked.project.contact_phone)),
        (_("Domaine"), label(asked, choices.SkillDomain, found.domain)),
        (_("Objectif"), found.objective),
        (_("Jours prévus"), number(asked, days(found.quarter_days_planned))),
    )


def of_report(asked: Asked) -> list[Fact]:
    """The firm's contact, and what was said last time."""
    before = reports.latest_with_words(asked.work, asked.project.id)
    return told(
        (_("Entreprise"), asked.project.firm),
        (_("Contact"), asked.project.contact_name),
        (_("Téléphone"), wording.phone(asked.project.contact_phone)),
        (_("Dernier compte rendu"), day(asked, before.occurred_on) if before else None),
        (_("Avancement d’alors"), before.progress if before else None),
    )


def of_request(asked: Asked) -> list[Fact]:
    """What the mandatary asks for, and why."""
    found = request_of(asked)
    if found is None:
        return of_project(asked)
    return told(
        *of_project(asked),
        (_("Domaine"), label(asked, choices.SkillDomain, found.domain)),
        (_("Jours estimés"), number(asked, days(found.quarter_days)) if found.quarter_days else None),
        (_("Pour quoi faire"), found.purpose),
        (_("Note pour le comité"), found.review_note),
    )


def request_of(asked: Asked) -> InterventionRequest | None:
    """The request that the task's own process is about; None on the project's."""
    return None if asked.task is None else requests.of_instance(asked.work, asked.task.instance_id)


def of_mandatary(asked: Asked) -> list[Fact]:
    """Whom to call about a missing report, and at which number."""
    holder = asked.project.mandatary_id
    if holder is None:
        return of_project(asked)
    person = persons.find(asked.work, holder)
    return told(
        *of_project(asked),
        (_("Téléphone"), wording.phone(person.phone)),
        (_("Adresse électronique"), person.email),
    )


def of_address(asked: Asked) -> list[Fact]:
    """Whom a mail did not reach, and at which number to call."""
    instance_id = asked.task.instance_id if asked.task is not None else None
    problem = None if instance_id is None else addresses.of_instance(asked.work, instance_id)
    if problem is None:
        return of_project(asked)
    person = persons.find(asked.work, problem.person_id)
    return told(
        (_("Personne"), person.full_name),
        (_("Téléphone"), wording.phone(person.phone)),
        (_("Adresse qui ne répond plus"), problem.address or person.email),
        *of_project(asked),
    )


def of_review_to_write(asked: Asked) -> list[Fact]:
    """What was promised, after why the chair sent the last review back, if they did."""
    reason = final_reviews.sent_back_because(asked.work, asked.project.id)
    return told((_("Motif du renvoi"), reason)) + of_means(asked)


def review_to_redo(written: FinalReview) -> Mapping[str, object]:
    """The answers of a review that comes back."""
    names = (
        "jobs_created", "jobs_sustained", "evidence", "satisfaction", "lessons", "relations_continue",
        "certification", "may_join_committee", "may_sponsor", "testimony", "quotation_allowed",
    )  # fmt: skip
    return {name: getattr(written, name) for name in names} | {
        "turnover_before": written.turnover_before_cents,
        "turnover_after": written.turnover_after_cents,
    }


def of_final_review(asked: Asked) -> list[Fact]:
    """The term, and the review that the chair signs."""
    project = asked.project
    review = final_reviews.latest(asked.work, project.id)
    closing_on = (
        reports.earliest_closing(project.effective_on, project.follow_up_months or 0)
        if project.effective_on
        else None
    )
    return told(
        *of_means(asked),
        (_("Convention signée le"), day(asked, project.effective_on)),
        (_("Clôture possible à partir du"), day(asked, closing_on)),
        (_("Emplois créés"), review.jobs_created if review else None),
        (_("Emplois maintenus"), review.jobs_sustained if review else None),
        (
            _("Satisfaction de l’entreprise"),
            label(asked, choices.Satisfaction, review.satisfaction if review else None),
        ),
        (_("Ce que le projet a apporté"), review.lessons if review else None),
    )


def of_termination(asked: Asked) -> list[Fact]:
    """Who asks for the early end, and why."""
    request = closing.pending(asked.work, asked.project.id)
    if request is None:
        return of_project(asked)
    return told(
        *of_project(asked),
        (_("À la demande de"), label(asked, choices.Requester, request.requested_by)),
        (_("Cause"), label(asked, choices.TerminationCause, request.cause)),
        (_("Exposé"), request.reason),
        (_("Demandée le"), day(asked, request.occurred_on)),
    )


def correctable(asked: Asked, found: Sequence[Found]) -> list[Choice]:
    """The records that may be corrected, by kind and day."""
    return [
        Choice(str(each.record.id), KINDS[each.kind], wording.long_day(asked, each.record.occurred_on))
        for each in found
    ]


def told(*facts: tuple[str, object]) -> list[Fact]:
    """The facts that have a value."""
    return [(name, str(value)) for name, value in facts if value not in (None, "", [])]


def label(asked: Asked, coded: type[Coded], value: str | None) -> str | None:
    """What a stored code means, in the reader's language; a code of an older list as it is."""
    if value is None:
        return None
    known = {str(member.value): member.label for member in coded}
    return translate(known.get(value, value), asked.work.locale)


def day(asked: Asked, value: date | None) -> str | None:
    """A day as the reader's language writes it."""
    return None if value is None else wording.long_day(asked, value)


def money(asked: Asked, cents: int | None) -> str | None:
    """Cents as money; nothing when there is none."""
    if not cents:
        return None
    return numbers.format_currency(Decimal(cents) / 100, "EUR", locale=REGIONS[asked.work.locale])


def number(asked: Asked, value: Decimal) -> str:
    """Days as the reader's language writes numbers."""
    return numbers.format_decimal(value.normalize(), locale=REGIONS[asked.work.locale])
