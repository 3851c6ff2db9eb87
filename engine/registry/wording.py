"""Values of diagrams and parameters as people say them: « 15 000 € », « 24 mois », « la présidence »."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel import dates, numbers

from engine import i18n
from engine.i18n import mark as _
from engine.registry.parameters import Parameter, Type
from engine.spiff import durations

REGIONS = {"fr": "fr_FR", "en": "en_GB"}
CHOICES: Mapping[str, str] = {
    "consensus": _("par consensus"), "vote": _("par vote"),
    "online_or_paper": _("en ligne ou sur papier"), "online": _("en ligne"), "paper": _("sur papier"),
    "provider": _("par un prestataire"), "any": _("en ligne, sur papier ou par un prestataire"),
    "fr": _("français"), "en": _("anglais"),
    "simple": _("majorité simple"), "absolute": _("majorité absolue"),
    "two_thirds": _("majorité des deux tiers"),
    "concerned": _("ceux que l’avenant concerne"), "all": _("tous les signataires de la convention"),
}  # fmt: skip
# The table's units are plural: one of each, and the French of none.
ONE: Mapping[str, str] = {
    "jours": _("1 jour"),
    "mois": _("1 mois"),
    "fois": _("1 fois"),
    "pouvoirs": _("1 pouvoir"),
}
NONE_OF: Mapping[str, str] = {"jours": "jour", "pouvoirs": "pouvoir"}
ROLES: Mapping[str, str] = {
    "operator": _("l’opérateur"), "prescriber": _("le prescripteur"), "mandatary": _("le mandataire"),
    "chair": _("la présidence"), "seat": _("chaque membre du comité"), "expert": _("l’expert"),
    "signatory": _("chaque signataire"),
}  # fmt: skip
DATES: Mapping[str, str] = {
    "session": _("le jour de la séance"), "own_session": _("le jour de sa séance"),
    "own_notice": _("le jour de l’ordre du jour"),
}  # fmt: skip
NO_VALUE = _("rien")


@dataclass(frozen=True, slots=True)
class Said:
    """A marked phrase with its values, to be said in the reader's language within a sentence."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, locale: str = i18n.SOURCE) -> str:
        """Give the phrase in a language, what it holds included."""
        return i18n.translate(self.template, locale, **said(self.values, locale))


@dataclass(frozen=True, slots=True)
class Valued:
    """A parameter's value, to be written as the reader's language does."""

    line: Parameter
    value: Any

    def __call__(self, locale: str = i18n.SOURCE) -> str:
        """Give the value in words."""
        return in_words(self.line, self.value, locale)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A delay as a diagram writes it: a duration, a date of the dossier, a session's."""

    text: str

    def __call__(self, locale: str = i18n.SOURCE) -> str:
        """Give the delay in words."""
        return delay(self.text, locale)


def said(values: Mapping[str, Any], locale: str) -> dict[str, str]:
    """Give the values of a sentence in a language; a text is translated where the catalogue knows it."""
    return {
        name: value(locale) if callable(value) else i18n.translate(str(value), locale)
        for name, value in values.items()
    }


def in_words(line: Parameter, value: Any, locale: str = i18n.SOURCE) -> str:
    """Give a parameter's value with its unit, as a person would say it."""
    if line.type is Type.FLAG:
        return i18n.translate(_("oui") if value else _("non"), locale)
    if line.type is Type.CHOICE:
        return i18n.translate(CHOICES.get(value, value), locale)
    if line.type is Type.MONEY:
        return money(value, locale)
    if line.type in {Type.PERIODS, Type.COMMUNES}:
        each = value if line.type is Type.COMMUNES else [period(first, last, locale) for first, last in value]
        return ", ".join(each) or i18n.translate(_("aucune"), locale)
    if line.type is Type.DURATION:
        lasting = durations.parse_iso(value)
        return with_unit(lasting.months or lasting.days, line.unit, locale)
    return with_unit(value, line.unit, locale)


def with_unit(number: int, unit: str, locale: str = i18n.SOURCE) -> str:
    """« 18 mois », « 14 jours avant », « 50 % des sièges »."""
    if abs(number) == 1 and unit in ONE:
        written = i18n.translate(ONE[unit], locale).replace(" ", "\u00a0")
    else:
        named = NONE_OF.get(unit, unit) if number == 0 and locale == "fr" else unit
        amount = numbers.format_decimal(abs(number), locale=REGIONS[locale])
        written = f"{amount}\u00a0{i18n.translate(named, locale)}"
    return i18n.translate(_("{delay} avant"), locale, delay=written) if number < 0 else written


def money(cents: int, locale: str = i18n.SOURCE) -> str:
    """« 15 000 € », « 1 041,66 € »: no cents when there are none."""
    pattern = "#,##0.00" if cents % 100 else "#,##0"
    written = numbers.format_decimal(Decimal(cents) / 100, format=pattern, locale=REGIONS[locale])
    return f"{written}\u00a0€" if locale == "fr" else f"€{written}".replace("€-", "-€")


def period(first: str, last: str, locale: str = i18n.SOURCE) -> str:
    """« du 1er août au 20 août »: days that come back every year."""
    days = [day_of_year(date.fromisoformat(f"2000-{day}"), locale) for day in (first, last)]
    return i18n.translate(_("du {first} au {last}"), locale, first=days[0], last=days[1])


def day_of_year(day: date, locale: str) -> str:
    """« 1er août »: French writes « 1er », and only for the first; Babel writes « 1 »."""
    written = dates.format_date(day, "d MMMM", locale=REGIONS[locale])
    return re.sub(r"\b1\b", "1er", written, count=1) if locale == "fr" and day.day == 1 else written


def delay(text: str, locale: str = i18n.SOURCE) -> str:
    """« 10 jours », « 18 mois », « le jour de la séance », « une date du dossier »; else as it is written."""
    if not text:
        return i18n.translate(NO_VALUE, locale)
    if text in DATES:
        return i18n.translate(DATES[text], locale)
    if re.fullmatch(r"[a-z][a-z0-9_]*", text):
        return i18n.translate(_("une date du dossier"), locale)
    try:
        lasting = durations.parse_iso(text)
    except durations.InvalidDuration:
        return text
    if lasting.seconds or (lasting.months and lasting.days):
        return text
    return with_unit(lasting.months or lasting.days, _("mois") if lasting.months else _("jours"), locale)


def role(key: str) -> str:
    """Who a role is, as a marked phrase; the key itself for one that is unknown."""
    return ROLES.get(key, key)
