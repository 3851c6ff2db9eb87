"""How a document writes sums, days, months, skills and lists, in French or in English."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import dates, numbers

from engine.i18n import SOURCE, translate
from engine.i18n import mark as _
from engine.projects.recording import days
from forms import choices

REGIONS = {"fr": "fr_FR", "en": "en_GB"}
ITEM = "– "
ENDS = {"fr": " ;", "en": ";"}  # Of every item of a list but the last.
BREAKS = re.compile(r"[ \t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")  # All that would begin a line, or hide one.
DOMAINS = {str(each.value): each.label for each in choices.SkillDomain}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text as a page sets it: title, heading, paragraph, item or instalment."""

    kind: str
    text: str


def assembled(lines: Iterable[str]) -> str:
    """A whole text: one paragraph to a line, whatever somebody typed in it."""
    return "\n".join(BREAKS.sub(" ", line) for line in lines) + "\n"


def digest_of(body: str) -> str:
    """SHA-256 of the text as it is kept and shown: what every signature binds (D31)."""
    return hashlib.sha256(body.encode()).hexdigest()


def listed(lines: Iterable[str], locale: str = SOURCE) -> list[str]:
    """Items: each ends with a semicolon, the last with a full stop."""
    kept = list(lines)
    return [
        f"{ITEM}{line}{'.' if at == len(kept) else ENDS[locale]}" for at, line in enumerate(kept, start=1)
    ]


def one_line(text: object) -> str:
    """What somebody typed, on one line, ended as a sentence is."""
    found = BREAKS.sub(" ", str(text or "")).strip()
    return found if found.endswith((".", "!", "?", "…")) else f"{found}."


def domain(code: str, locale: str = SOURCE) -> str:
    """A field of skills, within a sentence."""
    return translate(DOMAINS.get(code, code), locale).lower()


def in_days(quarters: int, locale: str = SOURCE) -> str:
    """« 3 jours », « 1,5 jour »; “1.5 days”."""
    count = days(quarters)
    written = numbers.format_decimal(count.normalize(), locale=REGIONS[locale])
    is_one = count < 2 if locale == SOURCE else count == 1
    return translate(_("{count} jour") if is_one else _("{count} jours"), locale, count=written)


def in_months(count: int | None, locale: str = SOURCE) -> str:
    """« 1 mois », « 18 mois »; “18 months”."""
    return translate(_("1 mois"), locale) if count == 1 else translate(_("{count} mois"), locale, count=count)


def money(cents: int, locale: str = SOURCE) -> str:
    """Cents as euros."""
    return str(numbers.format_currency(Decimal(cents) / 100, "EUR", locale=REGIONS[locale]))


def day(value: str, locale: str = SOURCE) -> str:
    """A day in full, the first of a month as French says it."""
    when = date.fromisoformat(value)
    if locale == SOURCE and when.day == 1:
        return f"1er {dates.format_date(when, 'MMMM y', locale=REGIONS[locale])}"
    return str(dates.format_date(when, "long", locale=REGIONS[locale]))
