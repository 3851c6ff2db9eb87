"""Contexts of what comes after the signature: requests granted alone, amendments, losses, the advance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.agreements import amended_facts, drafting, lost_lines, payments
from engine.agreements.models import AMENDMENT
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import amending, before_agreement, proposals, wording
from engine.operations.asked import Asked, Fact, Parts
from engine.operations.recalled import facts, follow_up
from engine.people import organisations, persons
from engine.projects import mandates, requests
from engine.projects.recording import days

if TYPE_CHECKING:
    from forms.context import Choice

# The chair may also sign it among other acts, on one page: it says there what that does.
GRANTS = _("accorde ces jours sans attendre la séance ; la prochaine en sera informée")


def committee_decision(asked: Asked) -> Parts:
    """F5, which on an amendment starts from what is agreed today, and recalls what is asked for."""
    parts = before_agreement.committee_decision(asked)
    if asked.task is None or amending.request_of(asked.work, asked.task.instance_id) is None:
        return parts

    def start() -> Mapping[str, object]:
        return {**terms_of_today(asked), **parts.prefill()}

    def told() -> list[Fact]:
        return list(dict.fromkeys([*asked_for(asked), *in_force(asked), *parts.facts()]))

    return replace(parts, prefill=start, facts=told)


def terms_of_today(asked: Asked) -> Mapping[str, object]:
    """What is agreed today, as a decision would give it again."""
    project = asked.project
    means = drafting.means_in_force(asked.work, project.id)
    return {
        "follow_up_months": project.follow_up_months,
        "cadence_months": project.cadence_months,
        "advance_amount": project.advance_cents or None,
        "advance_months": project.advance_months,
        "deferral_months": project.advance_deferral_months,
        "human_means": [
            {"company_id": each.company_id, "domain": each.domain, "days": days(each.quarter_days),
             "day_rate": each.day_rate_cents or None}
            for each in means
        ],
    }  # fmt: skip


def request_approval(asked: Asked) -> Parts:
    """What the mandatary asks for, from which company, and how far the chair may go alone."""

    def told() -> list[Fact]:
        found = follow_up.request_of(asked)
        named = {found.company_id} if found is not None and found.company_id else set()
        firms = organisations.names(asked.work, named)
        return [
            *follow_up.of_review(asked),
            *facts.told((_("Entreprise partenaire pressentie"), ", ".join(firms.values()))),
            (_("Votre signature"), translate(GRANTS, asked.work.locale)),
        ]

    return Parts(facts=told)


def amendment_request(asked: Asked) -> Parts:
    """What the agreement says today of what may change."""
    return Parts(facts=partial(in_force, asked))


def in_force(asked: Asked) -> list[Fact]:
    """The text in force, its number, its terms."""
    text = amended_facts.in_force(asked.work, asked.project.id)
    if text is None:
        return facts.of_project(asked)
    return facts.told(
        *facts.of_project(asked),
        (_("Texte en vigueur"), wording.numbered(asked, text.number, text.version)),
        (_("Objet"), text.text.get("objective")),
        (_("Durée du suivi"), wording.in_months(asked, asked.project.follow_up_months)),
        (_("Avance remboursable"), wording.money(asked, asked.project.advance_cents)),
    )


def amendment_preparation(asked: Asked) -> Parts:
    """What changes, before and after; those whom it concerns; the reason that was given."""
    project = asked.project
    before = amended_facts.in_force(asked.work, project.id)
    instance_id = None if asked.task is None else asked.task.instance_id
    if before is None or instance_id is None:
        return Parts(facts=partial(facts.of_project, asked))
    decided = amending.decided(asked.work, project.id, instance_id)
    usual, excluded = proposals.ways(asked, {AMENDMENT})

    def start() -> Mapping[str, object]:
        lines = amended_facts.foreseen_lines(asked.work, project, before, decided, on=asked.today)
        return {
            "drop": False,
            "reason": reason_for(asked),
            "objective": before.text.get("objective"),
            "jobs_target": before.text.get("jobs_target"),
            "signatories": [
                {"capacity": line.capacity, "organisation_id": line.organisation_id,
                 "person_id": line.person_id, "mode": usual}
                for line in lines
            ],
        }  # fmt: skip

    def told() -> list[Fact]:
        return [*asked_for(asked), *in_force(asked)]

    return Parts(
        choices={
            "signatories-organisation_id": partial(proposals.every_organisation, asked),
            "signatories-person_id": partial(proposals.signing_people, asked),
        },
        prefill=start,
        facts=told,
        excluded=excluded,
    )


def asked_for(asked: Asked) -> list[Fact]:
    """What was asked of this amendment, by the form or by the mandatary."""
    if asked.task is None:
        return []
    found = amending.request_of(asked.work, asked.task.instance_id)
    if found is not None:
        return facts.told(
            (_("Changement demandé"), found["what"]), (_("Motif de la demande"), found["reason"])
        )
    request = requests.of_instance(asked.work, asked.task.instance_id)
    return [] if request is None else facts.told((_("Pour quoi faire"), request.purpose))


def reason_for(asked: Asked) -> str | None:
    """The reason to start from: what was asked for, or why the mandatary was replaced."""
    if asked.task is None:
        return None
    found = amending.request_of(asked.work, asked.task.instance_id)
    if found is not None:
        return str(found["reason"])
    request = requests.of_instance(asked.work, asked.task.instance_id)
    if request is not None:
        asked_by_report = _("Nouvelle intervention demandée par le mandataire")
        return request.purpose or translate(asked_by_report, asked.work.locale)
    replaced = [each for each in mandates.replacements(asked.work, asked.project.id) if each.provisional]
    return translate(_("Changement de mandataire"), asked.work.locale) if replaced else None


def signatory_loss(asked: Asked) -> Parts:
    """Which company left, for which line, and who may sign in its place."""

    def told() -> list[Fact]:
        lost = lost_lines.of_project(asked.work, asked.project.id, asked.today)
        if not lost:
            return facts.of_project(asked)
        line, text = lost[0].line, lost[0].text
        firms = organisations.names(asked.work, {line.organisation_id} if line.organisation_id else set())
        people = persons.names(asked.work, [line.person_id])
        return [
            *facts.of_project(asked),
            *facts.told(
                (_("Entreprise partie"), ", ".join(firms.values())),
                (_("Devait signer"), people.get(line.person_id)),
                (_("Texte en signature"), wording.numbered(asked, text.number, text.version)),
            ),
        ]

    def others() -> list[Choice]:
        """Neither the person whom the company had sign, nor the head of the firm, who has their own line."""
        lost = lost_lines.of_project(asked.work, asked.project.id, asked.today)
        not_them = {str(each.line.person_id) for each in lost[:1]} | {str(asked.project.sme_head_id)}
        return [each for each in proposals.signing_people(asked) if each.value not in not_them]

    return Parts(choices={"person_id": others}, facts=told)


def advance_payment(asked: Asked) -> Parts:
    """The amount decided, which is the one to pay."""
    project = asked.project
    return Parts(
        prefill=lambda: {"amount": project.advance_cents or None},
        facts=lambda: [
            *facts.of_project(asked),
            *facts.told((_("Avance décidée"), wording.money(asked, project.advance_cents))),
        ],
        limits={"advance_cents": project.advance_cents},
    )


def advance_payment_strike(asked: Asked) -> Parts:
    """The payment that is recorded: its amount, its day, the bank's reference."""

    def told() -> list[Fact]:
        found = payments.of_project(asked.work, asked.project.id)
        if found is None:
            return facts.of_project(asked)
        return [
            *facts.of_project(asked),
            *facts.told(
                (_("Montant versé"), wording.money(asked, found.amount_cents)),
                (_("Versée le"), wording.day(asked, found.paid_on)),
                (_("Référence du virement"), found.bank_reference),
            ),
        ]

    return Parts(facts=told)
