"""What a page recalls until all have signed: the request, the diagnostic, the decision, the agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.agreements import drafting, presenting
from engine.committee import decisions
from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked, Fact
from engine.operations.recalled import facts, follow_up
from engine.people import organisations, persons
from engine.projects import appraisal
from engine.projects.recording import days
from forms import choices

if TYPE_CHECKING:
    from engine.committee.models import Decision


def of_intake(asked: Asked) -> list[Fact]:
    """What the firm asked, and how to reach it."""
    project = asked.project
    answered = [
        (_("Motif du renvoi"), check.missing)
        for check in appraisal.checks(asked.work, project.id)
        if check.missing
    ]
    return facts.told(
        (_("Entreprise"), project.firm),
        (_("Commune"), project.city),
        (_("SIRET"), wording.siret(project.siret)),
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
        return facts.of_project(asked)
    last = found[0]
    needs = [
        f"{wording.label(asked, choices.SkillDomain, each.domain)} "
        f"({wording.in_days(asked, each.quarter_days)})"
        for each in appraisal.needs_of(asked.work, last.id)
    ]
    opinions = [
        (_("Avis de l’expert"), wording.label(asked, choices.Recommendation, each.recommendation))
        for each in appraisal.opinions(asked.work, asked.project.id)
        if each.recommendation
    ]
    return facts.told(
        *facts.of_project(asked),
        (_("Le projet"), last.summary),
        *schemes(asked),
        (_("Besoins en compétences"), ", ".join(needs)),
        (_("Avance demandée"), wording.money(asked, last.advance_requested_cents)),
        (_("Avis du prescripteur"), wording.label(asked, choices.Opinion, last.opinion)),
        *opinions,
    )


def schemes(asked: Asked) -> list[Fact]:
    """The other schemes called on: of which kind, under which name, how far."""
    return [
        (
            _("Dispositif déjà mobilisé"),
            ", ".join(
                told
                for told in (
                    row.get("name"),
                    wording.label(asked, choices.SchemeKind, row.get("kind")),
                    wording.label(asked, choices.SchemeStatus, row.get("status")),
                )
                if told
            ),
        )
        for row in asked.project.schemes
    ]


def of_opinion(asked: Asked) -> list[Fact]:
    """The question put to the expert, and by when."""
    order = (
        appraisal.opinion_awaited(asked.work, asked.project.id, asked.task.instance_id)
        if asked.task
        else None
    )
    if order is None:
        return facts.of_project(asked)
    return facts.told(
        (_("Question posée"), order.question),
        (_("Réponse attendue le"), wording.day(asked, order.due_on)),
        *of_diagnostic(asked),
    )


def of_decision(asked: Asked) -> list[Fact]:
    """What the committee decided, its means, its mandatary, its conditions."""
    instance_id = asked.task.instance_id if asked.task is not None else None
    decision = decisions.latest(asked.work, asked.project.id, instance_id)
    if decision is None:
        return facts.of_project(asked)
    means = decisions.means_of(asked.work, decision.id)
    firms = organisations.names(asked.work, {each.company_id for each in means})
    people = persons.names(asked.work, [decision.mandatary_id])
    lent = [lent_by(asked, firms.get(each.company_id), each.quarter_days, each.domain) for each in means]
    conditions = [
        (_("Condition"), f"{each.text.rstrip(' .')} ({wording.day(asked, each.due_on)})")
        for each in decisions.conditions_of(asked.work, decision.id)
    ]
    return facts.told(
        (_("Entreprise"), asked.project.firm),
        (_("Décision"), wording.label(asked, choices.DecisionOutcome, decision.outcome)),
        (_("Décision numéro"), decision.number),
        (_("Décidée le"), wording.day(asked, decision.occurred_on)),
        (_("Jours apportés"), ", ".join(lent)),
        (_("Avance remboursable"), wording.money(asked, decision.advance_cents)),
        (_("Remboursée en"), wording.in_months(asked, decision.advance_months)),
        (_("Différé"), wording.in_months(asked, decision.advance_deferral_months)),
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
    request = [] if follow_up.request_of(asked) is None else follow_up.of_request(asked)
    return list(dict.fromkeys([*facts.told((_("Motif du renvoi"), reason)), *request, *of_diagnostic(asked)]))


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
    texts = presenting.texts_of(asked.work, asked.task) if asked.task else []
    agreement = texts[0] if texts else drafting.latest(asked.work, asked.project.id)
    if agreement is None:
        return facts.of_project(asked)
    text = agreement.text
    lent = [
        lent_by(asked, each["company"], each["quarter_days"], each.get("domain")) for each in text["means"]
    ]
    return facts.told(
        (_("Convention"), wording.numbered(asked, agreement.number, agreement.version)),
        (_("Entreprise"), text["firm"]),
        (_("Objet"), text["objective"]),
        (_("Objectif d’emplois"), text["jobs_target"]),
        (_("Jours apportés"), ", ".join(lent)),
        (_("Avance remboursable"), wording.money(asked, text["advance_cents"])),
        (_("Remboursée en"), wording.in_months(asked, text.get("advance_months"))),
        (_("Mandataire"), text["mandatary"]),
        (_("Durée du suivi"), wording.in_months(asked, text["follow_up_months"])),
        (_("Signataires"), ", ".join(str(each["person"]) for each in text["signatories"])),
        (_("Vous signez en qualité de"), signing_as(asked)),
    )


def lent_by(asked: Asked, company: str | None, quarter_days: int, domain: str | None) -> str:
    """What a company lends and in which skill: it may lend two, each for some days."""
    skill = (wording.label(asked, choices.SkillDomain, domain) or "").lower()
    parts = [part for part in (wording.in_days(asked, quarter_days), skill) if part]
    return f"{company or ''} ({', '.join(parts)})"


def signing_as(asked: Asked) -> str | None:
    """The capacity of the reader's line."""
    if asked.task is None:
        return None
    return wording.label(asked, choices.SignatoryCapacity, asked.task.capacity)
