"""The agreement in words: the very text that is shown, hashed and signed, made from its snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from engine.agreements import repayment
from engine.agreements.amendment_wording import amendment_written
from engine.agreements.annex_wording import annex_written
from engine.agreements.phrasing import (
    DOMAINS,
    INSTALMENT,
    ITEM,
    PLAIN_TEXT,
    Block,
    assembled,
    blocks,
    decided,
    digest_of,
    domain,
    in_days,
    in_months,
    in_parts,
    introduced,
    listed,
    money,
    numbered,
    one_line,
    signatures,
    signing,
)
from engine.i18n import SOURCE, translate
from engine.i18n import mark as _

__all__ = [
    "DOMAINS", "INSTALMENT", "ITEM", "PLAIN_TEXT", "TITLE", "Block", "amendment_written", "annex_written",
    "blocks", "digest_of", "in_days", "money", "signing", "written",
]  # fmt: skip

TITLE = _("Convention de coopération et de développement")


def written(facts: Mapping[str, Any], locale: str = SOURCE) -> str:
    """The agreement’s text in one language, one paragraph to a line, the same for the same facts.

    With `has_annex`, the advance’s terms are the annex’s, which the operator signs, and not here.
    """
    articles = [
        purpose(facts, locale), skills(facts, locale), advance(facts, locale), following(facts, locale),
        duties(facts, locale), term(facts, locale), signatures(facts, locale),
    ]  # fmt: skip
    return assembled([translate(TITLE, locale), *preamble(facts, locale), *numbered(articles)])


def preamble(facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """What the agreement is about, and its parties."""
    about = _(
        "Convention {number}, version {version}, établie le {day} pour le projet {project}, dans le bassin "
        "d’emploi {basin}."
    )
    return introduced(about, facts, locale)


def purpose(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """What the firm undertakes, and the decision that the agreement carries out."""
    say = partial(translate, locale=locale)
    lines = [
        decided(say(_("Le comité d’agrément a décidé d’appuyer ce projet")), facts, locale),
        say(_("Objet : {objective}"), objective=one_line(facts["objective"])),
    ]
    if facts.get("jobs_target"):
        lines.append(say(_("Objectif d’emplois : {count}."), count=facts["jobs_target"]))
    return say(_("Objet")), lines


def skills(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """The days lent, company by company, and how many in all."""
    say = partial(translate, locale=locale)
    heading, means = say(_("Compétences apportées")), facts["means"]
    if not means:
        return heading, [say(_("Aucun jour de compétences n’est prévu par la décision."))]
    total = sum(each["quarter_days"] for each in means)
    about = _(
        "Des entreprises partenaires mettent leurs compétences à la disposition de l’entreprise "
        "bénéficiaire, {days} en tout :"
    )
    line = _("{company} : {days}, {domain}")
    rows = [
        say(line, company=each["company"], days=in_days(each["quarter_days"], locale),
            domain=domain(each["domain"], locale))
        for each in means
    ]  # fmt: skip
    return heading, [say(about, days=in_days(total, locale)), *listed(rows, locale)]


def advance(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """The advance and its terms: no interest, no fees, equal monthly parts, the last one rounding (R44)."""
    say = partial(translate, locale=locale)
    heading, cents = say(_("Avance remboursable")), facts["advance_cents"]
    if not cents:
        return heading, [say(_("La décision ne prévoit pas d’avance remboursable."))]
    granted = _("Une avance de {sum} est accordée à l’entreprise bénéficiaire, sans intérêt ni frais.")
    lines = [say(granted, sum=money(cents, locale))]
    if facts.get("has_annex"):
        return heading, [*lines, say(IN_THE_ANNEX)]
    if facts.get("advance_months"):
        lines.append(repaid(facts, locale))
    return heading, [*lines, say(IN_THE_AGREEMENT)]


IN_THE_AGREEMENT = _(
    "L’opérateur signe aussi cette convention pour l’avance. Rien n’est versé avant que tous aient "
    "signé. L’entreprise peut rembourser plus tôt, sans frais."
)
IN_THE_ANNEX = _(
    "Une annexe en fixe les conditions et le calendrier de remboursement ; l’opérateur la signe aussi. Rien "
    "n’est versé avant que tous l’aient signée."
)


def repaid(facts: Mapping[str, Any], locale: str) -> str:
    """Over how long the advance is repaid, and in which parts."""
    months, after = facts["advance_months"], facts.get("advance_deferral_months")
    calendar = repayment.schedule(facts["advance_cents"], months, after)
    parts = in_parts(months, calendar[0].cents, calendar[-1].cents, locale)
    term = in_months(months, locale)
    if not after:
        return translate(_("Elle est remboursée en {term} : {parts}."), locale, term=term, parts=parts)
    return translate(
        _("Elle est remboursée en {term}, après un différé de {deferral} : {parts}."), locale,
        term=term, deferral=in_months(after, locale), parts=parts,
    )  # fmt: skip


def following(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """The mandatary, how long and how often he or she reports."""
    say = partial(translate, locale=locale)
    months, cadence = facts["follow_up_months"], facts["cadence_months"]
    named = facts["mandatary"] or say(_("désigné par la présidence"))
    if facts.get("mandatary_organisation"):
        named += f" ({facts['mandatary_organisation']})"
    about = _("Le mandataire du comité d’agrément auprès de l’entreprise est : {named}.")
    lasting = _("Le suivi dure {term} à compter de la dernière signature.")
    told = _("Le mandataire rend compte au comité {every}, et peut lui demander une nouvelle intervention.")
    every = say(_("tous les mois")) if cadence == 1 else say(_("tous les {count} mois"), count=cadence)
    sentences = [say(lasting, term=in_months(months, locale))] if months else []
    return say(_("Suivi")), [say(about, named=named), " ".join([*sentences, say(told, every=every)])]


def duties(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """What the firm, the companies and the committee undertake."""
    say = partial(translate, locale=locale)
    firm = [
        _("mener le projet décrit à l’article 1"),
        _("recevoir les intervenants et leur donner les renseignements utiles"),
        _("rencontrer le mandataire, et lui dire sans attendre toute difficulté"),
        _("faire connaître les emplois créés et maintenus, jusqu’au bilan final"),
        *([_("rembourser l’avance aux échéances convenues")] if facts["advance_cents"] else []),
    ]
    others = _(
        "Les entreprises partenaires s’engagent à apporter les jours de l’article 2. Le comité d’agrément "
        "s’engage à suivre le projet et à répondre aux demandes du mandataire."
    )
    return say(_("Engagements")), [
        say(_("L’entreprise bénéficiaire s’engage à :")),
        *listed((say(each) for each in firm), locale),
        say(others),
    ]


def term(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """When the agreement takes effect, how it changes, when it ends."""
    say = partial(translate, locale=locale)
    effect = _(
        "La convention prend effet le jour de la dernière signature. Elle est close au plus tôt {term} "
        "après, une fois le bilan signé par la présidence."
    )
    changed = _(
        "Changer les jours apportés ou l’avance demande une nouvelle décision du comité. Avant l’effet "
        "de la convention, tout changement du texte donne une nouvelle version, et les signatures de la "
        "précédente tombent."
    )
    ended = _(
        "La fin anticipée, à la demande de l’entreprise, du mandataire ou de l’opérateur, est signée par "
        "la présidence du comité."
    )
    lasting = in_months(facts["follow_up_months"], locale)
    return say(_("Effet, changements et fin")), [say(effect, term=lasting), say(changed), say(ended)]
