"""The annex on the advance in words: its terms and its calendar, that the operator signs too (R26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from engine.agreements import repayment
from engine.agreements.phrasing import (
    INSTALMENT,
    assembled,
    day,
    decided,
    in_months,
    in_parts,
    introduced,
    money,
    numbered,
    signatures,
)
from engine.agreements.repayment import Instalment
from engine.i18n import SOURCE, translate
from engine.i18n import mark as _

TITLE = _("Annexe relative à l’octroi d’une avance remboursable")


def annex_written(facts: Mapping[str, Any], locale: str = SOURCE) -> str:
    """The annex’s text in one language, one paragraph to a line, the same for the same facts.

    The facts are the agreement’s, with the annex’s own `signatories`; `advance_first_on` is the day of the
    first instalment, when it is known. Raises ValueError where there is no advance, or no term to repay it.
    """
    articles = [
        granted(facts, locale), paid(locale), repaid(facts, locale), changed(locale), effect(locale),
        signatures(facts, locale),
    ]  # fmt: skip
    return assembled([translate(TITLE, locale), *preamble(facts, locale), *numbered(articles)])


def preamble(facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """To which agreement it belongs, and its parties."""
    about = _(
        "Annexe à la convention {number}, version {version}, établie le {day} pour le projet {project}, dans "
        "le bassin d’emploi {basin}."
    )
    return introduced(about, facts, locale)


def granted(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """The advance, and the decision that grants it: no interest, no fees (R44)."""
    say = partial(translate, locale=locale)
    about = _("Une avance de {sum} est accordée à l’entreprise bénéficiaire, sans intérêt ni frais.")
    return say(_("Avance")), [
        decided(say(_("Le comité d’agrément a décidé d’accorder cette avance")), facts, locale),
        say(about, sum=money(facts["advance_cents"] or 0, locale)),
    ]


def paid(locale: str) -> tuple[str, list[str]]:
    """When it is paid: never before everybody has signed."""
    about = _(
        "L’opérateur verse l’avance en une fois. Rien n’est versé avant que tous aient signé la convention "
        "et cette annexe."
    )
    return translate(_("Versement"), locale), [translate(about, locale)]


def repaid(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """How it is repaid, instalment by instalment."""
    say = partial(translate, locale=locale)
    early = _("L’entreprise peut rembourser plus tôt, sans frais. Un retard ne porte pas intérêt.")
    return say(_("Remboursement")), [*calendar(facts, locale), say(early)]


def calendar(facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """The calendar of an advance: how many instalments, from when, and each of them.

    Raises ValueError where there is no advance, or no term to repay it.
    """
    after, first = facts.get("advance_deferral_months"), facts.get("advance_first_on")
    found = repayment.schedule(
        facts["advance_cents"] or 0, facts.get("advance_months") or 0, after,
        first_on=date.fromisoformat(first) if first else None,
    )  # fmt: skip
    parts = in_parts(len(found), found[0].cents, found[-1].cents, locale)
    lasting, deferral = in_months(len(found), locale), in_months(after, locale)
    if after:
        text = _(
            "L’avance est remboursée en {term}, après un différé de {deferral} à compter du versement : "
            "{parts}."
        )
    else:
        text = _("L’avance est remboursée en {term} à compter du versement : {parts}.")
    yield translate(text, locale, term=lasting, deferral=deferral, parts=parts)
    if not first:
        same_day = _(
            "Chaque mensualité est due le jour du mois où l’avance a été versée, le 28 au plus tard."
        )
        yield translate(same_day, locale)
    yield from (INSTALMENT + one(each, locale) for each in found)


def one(instalment: Instalment, locale: str) -> str:
    """One instalment: its number, its day or how long after the payment, its sum."""
    number, due, part = instalment.number, instalment.due_on, money(instalment.cents, locale)
    if due is not None:
        text, when = _("Mensualité {number}, le {day} : {sum}"), day(due.isoformat(), locale)
        return translate(text, locale, number=number, day=when, sum=part)
    text, after = _("Mensualité {number}, {term} après le versement : {sum}"), instalment.after_months
    return translate(text, locale, number=number, term=in_months(after, locale), sum=part)


def changed(locale: str) -> tuple[str, list[str]]:
    """How its terms change: by the committee, then by those who signed them."""
    about = _(
        "Changer ces conditions demande une nouvelle décision du comité, puis un avenant que signent les "
        "mêmes. Le calendrier précédent est conservé."
    )
    return translate(_("Changements"), locale), [translate(about, locale)]


def effect(locale: str) -> tuple[str, list[str]]:
    """From when it counts."""
    about = _(
        "Cette annexe fait partie de la convention. Elles prennent effet ensemble, le jour de la dernière "
        "signature."
    )
    return translate(_("Effet"), locale), [translate(about, locale)]
