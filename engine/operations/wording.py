"""How a recalled fact writes days, money, codes, numbers and telephones, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from babel import numbers

from engine.i18n import mark as _
from engine.i18n import translate
from engine.projects import written
from forms.choices import Coded

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from engine.operations.asked import Asked


def in_days(asked: Asked, quarter_days: int) -> str:
    """« 3 jours », « 1,5 jour », as documents say them."""
    return written.in_days(quarter_days, asked.work.locale)


def long_day(asked: Asked, value: date) -> str:
    """A day as the reader's language writes it: « 1er octobre 2026 »."""
    return written.day(value.isoformat(), asked.work.locale)


def in_months(asked: Asked, count: int | None) -> str | None:
    """« 1 mois », « 18 mois »; nothing for none."""
    return written.in_months(count, asked.work.locale) if count else None


def every_months(asked: Asked, count: int | None) -> str | None:
    """« un tous les 3 mois »."""
    return translate(_("un tous les {count} mois"), asked.work.locale, count=count) if count else None


def numbered(asked: Asked, number_given: str, version: int) -> str:
    """An agreement's number; its version only once the text has been written again."""
    if version == 1:
        return number_given
    return translate(
        _("{number}, version {version}"), asked.work.locale, number=number_given, version=version
    )


def phone(stored: str | None) -> str | None:
    """A French number by pairs, as people dial it; any other as it is kept."""
    if stored is None or not re.fullmatch(r"\+33\d{9}", stored):
        return stored
    digits = "0" + stored[3:]
    return "\u00a0".join(digits[start : start + 2] for start in range(0, 10, 2))


def siret(digits: str | None) -> str | None:
    """« 123 456 789 00012 », as it stands on a firm’s papers."""
    groups = (digits[:3], digits[3:6], digits[6:9], digits[9:]) if digits else ()
    return "\u00a0".join(groups) or None


def label(asked: Asked, coded: type[Coded], value: str | None) -> str | None:
    """What a stored code means, in the reader's language; a code of an older list as it is."""
    if value is None:
        return None
    known = {str(member.value): member.label for member in coded}
    return translate(known.get(value, value), asked.work.locale)


def day(asked: Asked, value: date | None) -> str | None:
    """A day as the reader's language writes it."""
    return None if value is None else long_day(asked, value)


def money(asked: Asked, cents: int | None) -> str | None:
    """Cents as money; nothing when there is none."""
    return written.money(cents, asked.work.locale) if cents else None


def number(asked: Asked, value: Decimal) -> str:
    """Days as the reader's language writes numbers."""
    return numbers.format_decimal(value.normalize(), locale=written.REGIONS[asked.work.locale])
