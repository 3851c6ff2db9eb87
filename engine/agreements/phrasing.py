"""What every signed text says in the same way, in French or in English: sums, days, parties, lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from engine.i18n import SOURCE, translate
from engine.i18n import mark as _
from engine.projects.written import (
    BREAKS,
    DOMAINS,
    ITEM,
    REGIONS,
    Block,
    assembled,
    day,
    digest_of,
    domain,
    in_days,
    in_months,
    listed,
    money,
    one_line,
)

__all__ = [
    "BREAKS", "CAPACITIES", "DOMAINS", "INSTALMENT", "ITEM", "PLAIN_TEXT", "REGIONS", "Block", "assembled",
    "blocks", "by_threes", "day", "decided", "digest_of", "domain", "in_days", "in_months", "in_parts",
    "introduced", "listed", "money", "numbered", "one_line", "parties", "party", "signatures", "signing",
]  # fmt: skip

# What a signature binds is these bytes; an archive format would bring its own type and its own bytes.
PLAIN_TEXT = "text/plain; charset=utf-8"
INSTALMENT = "· "
CAPACITIES = {
    "beneficiary": _("bénéficiaire"), "chair": _("présidence du comité d’agrément"),
    "partner_company": _("entreprise partenaire"), "mandatary": _("mandataire"),
    "operator": _("opérateur, pour l’avance remboursable"),
    "acting_chair": _("présidence par intérim du comité d’agrément"),
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


def numbered(articles: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """The articles in order, each with its number and heading before its paragraphs."""
    for number, (heading, paragraphs) in enumerate(articles, start=1):
        yield f"Article {number}. {heading}"
        yield from paragraphs


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


def by_threes(siret: str) -> str:
    """A SIRET as it is read: 362 521 879 00034."""
    return "\u202f".join((siret[:3], siret[3:6], siret[6:9], siret[9:]))
