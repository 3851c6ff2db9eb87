"""An amendment in words: what was signed, what replaces it, who signs it again (E13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.agreements import annex_wording
from engine.agreements.differences import ADVANCE, Change
from engine.agreements.phrasing import (
    BREAKS,
    CAPACITIES,
    assembled,
    decided,
    domain,
    in_days,
    in_months,
    introduced,
    listed,
    money,
    numbered,
    one_line,
    signatures,
)
from engine.i18n import SOURCE, translate
from engine.i18n import mark as _

TITLE = _("Avenant à la convention de coopération et de développement")
LABELS = {
    "objective": _("Objet"), "jobs_target": _("Objectif d’emplois"),
    "advance_cents": _("Avance remboursable"), "advance_months": _("Durée du remboursement"),
    "advance_deferral_months": _("Différé"), "follow_up_months": _("Durée du suivi"),
    "cadence_months": _("Périodicité des comptes rendus"), "mandatary": _("Mandataire"),
}  # fmt: skip
MONTHS = frozenset({"advance_months", "advance_deferral_months", "follow_up_months", "cadence_months"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A change as a page or a paper sets it: what it is about, what was, what is; None for nothing."""

    label: str
    before: str | None
    after: str | None


def amendment_written(facts: Mapping[str, Any], changes: Sequence[Change], locale: str = SOURCE) -> str:
    """The amendment’s text in one language, one paragraph to a line, the same for the same facts.

    The facts are those of the agreement once amended, with the amendment’s own `number`, `version`,
    `prepared_on`, `decision_number`, `decided_on` and `signatories`, the `agreement` it amends, and the
    `reason` for it. `decided_by_chair` says who decided. Raises ValueError without a change.
    """
    if not changes:
        raise ValueError(f"amendment {facts['number']} changes nothing")
    articles = [
        purpose(facts, locale), changed(facts, changes, locale), kept(locale), effect(locale),
        signatures(facts, locale),
    ]  # fmt: skip
    return assembled([translate(TITLE, locale), *preamble(facts, locale), *numbered(articles)])


def preamble(facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """Which agreement it amends, and its parties."""
    about = _(
        "Avenant {number} à la convention {agreement}, version {version}, établi le {day} pour le projet "
        "{project}, dans le bassin d’emploi {basin}."
    )
    return introduced(about, facts, locale)


def purpose(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """Why the agreement changes, and the decision that this carries out, where there is one."""
    say = partial(translate, locale=locale)
    lines = [say(_("Cet avenant change la convention comme le dit l’article 2."))]
    if facts.get("decided_on") or facts.get("decision_number"):
        by_chair = _("La présidence du comité d’agrément a décidé ce changement")
        by_committee = _("Le comité d’agrément a décidé ce changement")
        sentence = by_chair if facts.get("decided_by_chair") else by_committee
        lines.append(decided(say(sentence), facts, locale))
    if facts.get("reason"):
        lines.append(say(_("Motif : {reason}"), reason=one_line(facts["reason"])))
    return say(_("Objet")), lines


def changed(facts: Mapping[str, Any], changes: Sequence[Change], locale: str) -> tuple[str, list[str]]:
    """Each change, before and after; the whole new calendar when the advance changes."""
    say = partial(translate, locale=locale)
    lines = listed((sentence(difference(each, locale), locale) for each in changes), locale)
    repaid_otherwise = any(each.name in ADVANCE for each in changes)
    if repaid_otherwise and facts.get("advance_cents") and facts.get("advance_months"):
        replaced = _("Le calendrier de remboursement remplace le précédent, qui est conservé.")
        lines += [say(replaced), *annex_wording.calendar(facts, locale)]
    return say(_("Ce qui change")), lines


def sentence(found: Difference, locale: str) -> str:
    """One change on one line."""
    say = partial(translate, locale=locale)
    if found.before is None:
        return say(_("{label} : {after}, en plus"), label=found.label, after=found.after)
    if found.after is None:
        return say(_("{label} : supprimé ({before} jusqu’ici)"), label=found.label, before=found.before)
    text = _("{label} : {after}, au lieu de {before}")
    return say(text, label=found.label, after=found.after, before=found.before)


def difference(change: Change, locale: str = SOURCE) -> Difference:
    """A change in the reader’s words."""
    return Difference(
        label_of(change, locale),
        value_of(change.name, change.before, locale),
        value_of(change.name, change.after, locale),
    )


def label_of(change: Change, locale: str) -> str:
    """What a change is about."""
    say = partial(translate, locale=locale)
    if change.name == "means":
        company, skill = change.about
        text = _("Jours apportés par {company} ({domain})")
        return say(text, company=company, domain=domain(str(skill), locale))
    if change.name == "signatory":
        capacity, organisation = change.about
        known = say(CAPACITIES.get(str(capacity), str(capacity)))
        if not organisation:
            return say(_("Signataire, {capacity}"), capacity=known)
        text = _("Signataire pour {organisation}, {capacity}")
        return say(text, organisation=organisation, capacity=known)
    return say(LABELS[change.name])


def value_of(name: str, value: str | int | None, locale: str) -> str | None:
    """One side of a change as it is written; None where there is nothing."""
    if value is None:
        return None
    if isinstance(value, str):
        return BREAKS.sub(" ", value).strip()
    if name == "means":
        return in_days(value, locale)
    if name == "advance_cents":
        return money(value, locale)
    return in_months(value, locale) if name in MONTHS else str(value)


def kept(locale: str) -> tuple[str, list[str]]:
    """What it leaves as it was."""
    about = _("Tout ce que cet avenant ne change pas reste tel qu’il a été signé.")
    return translate(_("Ce qui ne change pas"), locale), [translate(about, locale)]


def effect(locale: str) -> tuple[str, list[str]]:
    """From when it counts."""
    about = _(
        "L’avenant prend effet le jour de la dernière signature. D’ici là, tout changement de son texte "
        "donne une nouvelle version, et les signatures de la précédente tombent."
    )
    return translate(_("Effet"), locale), [translate(about, locale)]
