"""What the committee decided, in words, as its minutes, its extracts and its letters say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.committee import decisions
from engine.committee.item_kinds import Kind
from engine.committee.models import Decision
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import organisations, persons
from engine.projects import written
from forms import choices

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ON_A_PROJECT: Mapping[str, str] = {
    "approved": _("Le comité agrée le projet"),
    "approved_with_conditions": _("Le comité agrée le projet, sous conditions"),
    "adjourned": _("Le comité ajourne sa décision"),
    "complementary_diagnostic": _("Le comité demande un diagnostic complémentaire"),
    "rejected": _("Le comité ne retient pas le projet"),
    "reoriented": _("Le comité oriente l’entreprise vers un autre dispositif"),
    "withdrawn": _("Le comité prend acte du retrait du projet"),
    "lapsed": _("Le comité constate que l’agrément est caduc"),
}
# A firm already labelled asks for more: it is not approved again.
ON_A_REQUEST: Mapping[str, str] = {
    "approved": _("Le comité accorde la nouvelle intervention"),
    "rejected": _("Le comité n’accorde pas la nouvelle intervention"),
    "withdrawn": _("Le comité prend acte du retrait de la demande"),
}
ON_AN_AMENDMENT: Mapping[str, str] = {
    "approved": _("Le comité approuve l’avenant à la convention"),
    "rejected": _("Le comité n’approuve pas l’avenant à la convention"),
    "withdrawn": _("Le comité prend acte du retrait de la demande"),
}
BY_KIND = {Kind.INTERVENTION_REQUEST: ON_A_REQUEST, Kind.AMENDMENT: ON_AN_AMENDMENT}


def outcome(decision: Decision, kind: str, locale: str) -> str:
    """What was decided, as the beginning of a sentence."""
    known = {**ON_A_PROJECT, **BY_KIND.get(Kind(kind), {})}
    return translate(known[decision.outcome], locale)


def means(work: UnitOfWork, decision: Decision, locale: str) -> list[str]:
    """What a decision gives, a means to a line: days of each company, an advance, the rest."""
    lent = decisions.means_of(work, decision.id)
    firms = organisations.names(work, {each.company_id for each in lent})
    lines = [days(each.quarter_days, each.domain, firms[each.company_id], locale) for each in lent]
    if decision.advance_cents:
        lines.append(advance(decision, locale))
    kinds = {str(each.value): each.label for each in choices.OtherMeans}
    lines += [
        f"{translate(kinds.get(row['kind'], row['kind']), locale).lower()}, {row['description']}"
        for row in decision.other_means
    ]
    return lines


def days(quarters: int, domain: str, firm: str, locale: str) -> str:
    """« 3 jours en production, apportés par une entreprise »."""
    is_one = quarters < 8 if locale == "fr" else quarters == 4  # Below two in French, one alone in English.
    text = (
        _("{days} en {domain}, apporté par {firm}")
        if is_one
        else _("{days} en {domain}, apportés par {firm}")
    )
    return translate(
        text, locale, days=written.in_days(quarters, locale), domain=written.domain(domain, locale), firm=firm
    )


def advance(decision: Decision, locale: str) -> str:
    """The repayable advance, over how long, and from when."""
    text = _("une avance remboursable de {amount}, sans intérêt ni frais, sur {months}")
    said = translate(
        text, locale, amount=written.money(decision.advance_cents, locale),
        months=written.in_months(decision.advance_months, locale),
    )  # fmt: skip
    if not decision.advance_deferral_months:
        return said
    months = written.in_months(decision.advance_deferral_months, locale)
    return said + translate(_(", après un différé de {months}"), locale, months=months)


def conditions(work: UnitOfWork, decision: Decision) -> list[dict[str, Any]]:
    """The conditions of an approval, each with its day."""
    return [
        {"text": each.text, "due_on": each.due_on.isoformat()}
        for each in decisions.conditions_of(work, decision.id)
    ]


def reasons(decision: Decision, locale: str) -> str:
    """Why, as the committee explained it, after the coded reason of a rejection."""
    known = {str(each.value): each.label for each in choices.RejectionReason}
    is_plain = decision.reason in known and decision.reason != choices.RejectionReason.OTHER
    parts = [translate(known[decision.reason], locale)] if is_plain and decision.reason else []
    if decision.explanation:
        parts.append(decision.explanation)
    return "\n".join(parts)


def mandatary(work: UnitOfWork, decision: Decision) -> str | None:
    """Who follows the project for the committee, and for which organisation they sit."""
    if decision.mandatary_id is None:
        return None
    name = persons.names(work, [decision.mandatary_id]).get(decision.mandatary_id, "")
    firm = decision.mandatary_organisation_id
    return name if firm is None else f"{name} ({organisations.names(work, {firm})[firm]})"
