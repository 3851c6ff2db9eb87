"""What every signed text says in the same way, in French or in English: sums, days, parties, lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from babel import dates, numbers

from engine.i18n import SOURCE, translate
from engine.i18n import mark as _
from engine.projects.recording import days
from forms import choices

# What a signature binds is these bytes; an archive format would bring its own type and its own bytes.
PLAIN_TEXT = "text/plain; charset=utf-8"
REGIONS = {"fr": "fr_FR", "en": "en_GB"}
ITEM = "– "
INSTALMENT = "· "
ENDS = {"fr": " ;", "en": ";"}  # Of every item of a list but the last.
BREAKS = re.compile(r"[ \t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")  # All that would begin a line, or hide one.
DOMAINS = {str(each.value): each.label for each in choices.SkillDomain}
CAPACITIES = {
    "beneficiary": _("bénéficiaire"), "chair": _("présidence du comité d’agrément"),
    "partner_company": _("entreprise partenaire"), "mandatary": _("mandataire"),
    "operator": _("opérateur, pour l’avance remboursable"),
}  # fmt: skip
PARTIES = {
    "beneficiary": _("l’entreprise bénéficiaire {named}, représentée par {person}"),
    "chair": _("le comité d’agrément du bassin, représenté par sa présidence"),
    "partner_company": _("l’entreprise partenaire {named}, représentée par {person}"),
    "mandatary": _("l’organisation du mandataire {named}, représentée par {person}"),
    "operator": _("l’opérateur {named}, représenté par {person}"),
}
OTHER_PARTY = _("{capacity} {named}, représentée par {person}")
MANY_INSTALMENTS = _("{count} mensualités de {part}")
AND_A_LAST = _("{count} mensualités de {part} et une dernière de {last}")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text as a page sets it: title, article’s heading, paragraph, item or instalment."""

    kind: str
    text: str


def assembled(lines: Iterable[str]) -> str:
    """A whole text: one paragraph to a line, whatever somebody typed in it."""
    return "\n".join(BREAKS.sub(" ", line) for line in lines) + "\n"


def numbered(articles: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """The articles in order, each with its number and heading before its paragraphs."""
    for number, (heading, paragraphs) in enumerate(articles, start=1):
        yield f"Article {number}. {heading}"
        yield from paragraphs


def digest_of(body: str) -> str:
    """SHA-256 of the text as it is kept and shown: what every signature binds (D31)."""
    return hashlib.sha256(body.encode()).hexdigest()


def blocks(body: str) -> list[Block]:
    """The text cut for a page, every line of it, in order."""
    found = []
    for position, line in enumerate(body.splitlines()):
        if position == 0:
            found.append(Block("title", line))
        elif line.startswith("Article "):
            found.append(Block("heading", line))
        elif line.startswith(ITEM):
            found.append(Block("item", line.removeprefix(ITEM)))
        elif line.startswith(INSTALMENT):
            found.append(Block("instalment", line.removeprefix(INSTALMENT)))
        else:
            found.append(Block("paragraph", line))
    return found


def introduced(about: str, facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """A sentence on what the text is about, then its parties."""
    yield translate(
        about, locale, number=facts["number"], agreement=facts.get("agreement"), version=facts["version"],
        day=day(facts["prepared_on"], locale), project=facts["project"], basin=facts["basin"],
    )  # fmt: skip
    yield from parties(facts, locale)


def parties(facts: Mapping[str, Any], locale: str) -> Iterator[str]:
    """Between whom the text is signed."""
    yield translate(_("Entre :"), locale)
    known = [f"SIRET {by_threes(facts['siret'])}"] if facts.get("siret") else []
    known += [facts["city"]] if facts.get("city") else []
    firm = f"{facts['firm']} ({', '.join(known)})" if known else facts["firm"]
    yield from listed((party(each, firm, locale) for each in facts["signatories"]), locale)


def party(line: Mapping[str, Any], firm: str, locale: str = SOURCE) -> str:
    """One party, by its capacity. The committee is represented by whoever presides on the day of signing."""
    capacity = line["capacity"]
    named = firm if capacity == "beneficiary" else line["organisation"]
    return translate(
        PARTIES.get(capacity, OTHER_PARTY), locale, capacity=capacity, named=named, person=line["person"]
    )


def signatures(facts: Mapping[str, Any], locale: str) -> tuple[str, list[str]]:
    """The last article: who signs, each in a capacity."""
    say = partial(translate, locale=locale)
    about = _(
        "Chacun signe ce texte, en la qualité indiquée. Une personne qui a deux qualités signe deux fois :"
    )
    lines = listed((signing(each, locale) for each in facts["signatories"]), locale)
    return say(_("Signatures")), [say(about), *lines]


def signing(line: Mapping[str, Any], locale: str = SOURCE) -> str:
    """One line to sign; the chair’s is signed by whoever presides that day: the signature says who."""
    capacity = translate(CAPACITIES.get(line["capacity"], str(line["capacity"])), locale)
    if line["capacity"] == "chair":
        return capacity
    if not line["organisation"]:
        return f"{line['person']}, {capacity}"
    return translate(
        _("{person}, pour {organisation}, {capacity}"), locale,
        person=line["person"], organisation=line["organisation"], capacity=capacity,
    )  # fmt: skip


def decided(sentence: str, facts: Mapping[str, Any], locale: str) -> str:
    """A sentence on what was decided, with the day and the number of the decision where they are known."""
    found = [sentence]
    if facts.get("decided_on"):
        found.append(translate(_("le {day}"), locale, day=day(facts["decided_on"], locale)))
    if facts.get("decision_number"):
        found.append(translate(_("(décision {number})"), locale, number=facts["decision_number"]))
    return " ".join(found) + "."


def in_parts(count: int, part: int, last: int, locale: str) -> str:
    """The instalments in words: equal ones said once, the last one apart when it rounds."""
    if last == part:
        return translate(MANY_INSTALMENTS, locale, count=count, part=money(part, locale))
    return translate(AND_A_LAST, locale, count=count - 1, part=money(part, locale), last=money(last, locale))


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


def by_threes(siret: str) -> str:
    """A SIRET as it is read: 362 521 879 00034."""
    return "\u202f".join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


def domain(code: str, locale: str = SOURCE) -> str:
    """A field of skills, within a sentence."""
    return translate(DOMAINS.get(code, code), locale).lower()


def in_days(quarters: int, locale: str = SOURCE) -> str:
    """« 3 jours », « 1,5 jour »; “1.5 days”."""
    count = days(quarters)
    written = numbers.format_decimal(count.normalize(), locale=REGIONS[locale])
    is_one = count < 2 if locale == SOURCE else count == 1
    return translate(_("{count} jour") if is_one else _("{count} jours"), locale, count=written)


def in_months(count: int | None, locale: str = SOURCE) -> str:
    """« 1 mois », « 18 mois »; “18 months”."""
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
