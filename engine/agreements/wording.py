"""The agreement in words: the very text that is shown, hashed and signed, made from its snapshot."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel import dates, numbers

from engine.projects.recording import days
from forms import choices

# What a signature binds is these bytes; an archive format would bring its own type and its own bytes.
PLAIN_TEXT = "text/plain; charset=utf-8"
REGION = "fr_FR"
TITLE = "Convention de coopération et de développement"
ITEM = "– "
BREAKS = re.compile(r"[ \t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")  # All that would begin a line, or hide one.
DOMAINS = {str(each.value): each.label for each in choices.SkillDomain}
CAPACITIES = {
    "beneficiary": "bénéficiaire", "chair": "présidence du comité d’agrément",
    "partner_company": "entreprise partenaire", "mandatary": "mandataire",
    "operator": "opérateur, pour l’avance remboursable",
}  # fmt: skip


PARTIES = {
    "beneficiary": ("l’entreprise bénéficiaire", "représentée"),
    "partner_company": ("l’entreprise partenaire", "représentée"),
    "mandatary": ("l’organisation du mandataire", "représentée"),
    "operator": ("l’opérateur", "représenté"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text as a page sets it: a title, an article’s heading, a paragraph or an item."""

    kind: str
    text: str


def written(facts: Mapping[str, Any]) -> str:
    """The agreement’s text: French whoever reads it, one paragraph to a line, the same for the same facts."""
    articles = [purpose(facts), skills(facts), advance(facts), following(facts), duties(facts), term(facts)]
    lines = [
        TITLE,
        *preamble(facts),
        *(
            line
            for number, (heading, paragraphs) in enumerate(articles, start=1)
            for line in (f"Article {number}. {heading}", *paragraphs)
        ),
        f"Article {len(articles) + 1}. Signatures",
        "Chacun signe ce texte, en la qualité indiquée. Une personne qui a deux qualités signe deux fois :",
        *listed(signing(each) for each in facts["signatories"]),
    ]
    return "\n".join(BREAKS.sub(" ", line) for line in lines) + "\n"


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
        else:
            found.append(Block("paragraph", line))
    return found


def preamble(facts: Mapping[str, Any]) -> Iterator[str]:
    """What the agreement is about, and its parties."""
    yield (
        f"Convention {facts['number']}, version {facts['version']}, établie le {day(facts['prepared_on'])} "
        f"pour le projet {facts['project']}, dans le bassin d’emploi {facts['basin']}."
    )
    yield "Entre :"
    known = [f"SIRET {by_threes(facts['siret'])}"] if facts.get("siret") else []
    known += [facts["city"]] if facts.get("city") else []
    firm = f"{facts['firm']} ({', '.join(known)})" if known else facts["firm"]
    yield from listed(party(each, firm) for each in facts["signatories"])


def party(line: Mapping[str, Any], firm: str) -> str:
    """One party, by its capacity. The committee is represented by whoever presides on the day of signing."""
    capacity, person = line["capacity"], line["person"]
    if capacity == "chair":
        return "le comité d’agrément du bassin, représenté par sa présidence"
    named = firm if capacity == "beneficiary" else line["organisation"]
    role, represented = PARTIES.get(capacity, (capacity, "représentée"))
    return f"{role} {named}, {represented} par {person}"


def purpose(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What the firm undertakes, and the decision that the agreement carries out."""
    decided = "Le comité d’agrément a décidé d’appuyer ce projet"
    if facts.get("decided_on"):
        decided += f" le {day(facts['decided_on'])}"
    if facts.get("decision_number"):
        decided += f" (décision {facts['decision_number']})"
    lines = [f"{decided}.", f"Objet : {one_line(facts['objective'])}"]
    if facts.get("jobs_target"):
        lines.append(f"Objectif d’emplois : {facts['jobs_target']}.")
    return "Objet", lines


def skills(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The days lent, company by company, and how many in all."""
    means = facts["means"]
    if not means:
        return "Compétences apportées", ["Aucun jour de compétences n’est prévu par la décision."]
    total = sum(each["quarter_days"] for each in means)
    return "Compétences apportées", [
        (
            "Des entreprises partenaires mettent leurs compétences à la disposition de l’entreprise "
            f"bénéficiaire, {in_days(total)} en tout :"
        ),
        *listed(
            f"{each['company']} : {in_days(each['quarter_days'])}, "
            f"{DOMAINS.get(each['domain'], each['domain']).lower()}"
            for each in means
        ),
    ]


def advance(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The advance and its terms: no interest, no fees, equal monthly parts, the last one rounding (R44)."""
    heading, cents, months = "Avance remboursable", facts["advance_cents"], facts.get("advance_months")
    if not cents:
        return heading, ["La décision ne prévoit pas d’avance remboursable."]
    lines = [f"Une avance de {money(cents)} est accordée à l’entreprise bénéficiaire, sans intérêt ni frais."]
    if months:
        part = cents // months
        last = cents - part * (months - 1)
        after = facts.get("advance_deferral_months")
        deferred = f", après un différé de {after} mois" if after else ""
        parts = (
            f"{months} mensualités de {money(part)}"
            if last == part
            else f"{months - 1} mensualités de {money(part)} et une dernière de {money(last)}"
        )
        lines.append(f"Elle est remboursée en {months} mois{deferred} : {parts}.")
    lines.append(
        "L’opérateur signe aussi cette convention pour l’avance. Rien n’est versé avant que tous aient "
        "signé. L’entreprise peut rembourser plus tôt, sans frais."
    )
    return heading, lines


def following(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The mandatary, how long and how often he or she reports."""
    months, cadence = facts["follow_up_months"], facts["cadence_months"]
    named = facts["mandatary"] or "désigné par la présidence"
    if facts.get("mandatary_organisation"):
        named += f" ({facts['mandatary_organisation']})"
    lines = [f"Le mandataire du comité d’agrément auprès de l’entreprise est : {named}."]
    lasting = f"Le suivi dure {months} mois à compter de la dernière signature." if months else ""
    every = "tous les mois" if cadence == 1 else f"tous les {cadence} mois"
    told = f"Le mandataire rend compte au comité {every}, et peut lui demander une nouvelle intervention."
    return "Suivi", [*lines, f"{lasting} {told}".strip()]


def duties(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What the firm, the companies and the committee undertake."""
    repaying = ["rembourser l’avance aux échéances convenues"] if facts["advance_cents"] else []
    return "Engagements", [
        "L’entreprise bénéficiaire s’engage à :",
        *listed([
            "mener le projet décrit à l’article 1",
            "recevoir les intervenants et leur donner les renseignements utiles",
            "rencontrer le mandataire, et lui dire sans attendre toute difficulté",
            "faire connaître les emplois créés et maintenus, jusqu’au bilan final",
            *repaying,
        ]),
        ("Les entreprises partenaires s’engagent à apporter les jours de l’article 2. Le comité d’agrément "
        "s’engage à suivre le projet et à répondre aux demandes du mandataire."),
    ]  # fmt: skip


def term(facts: Mapping[str, Any]) -> tuple[str, list[str]]:
    """When the agreement takes effect, how it changes, when it ends."""
    months = facts["follow_up_months"]
    return "Effet, changements et fin", [
        (
            "La convention prend effet le jour de la dernière signature. "
            f"Elle est close au plus tôt {months} mois après, une fois le bilan signé par la présidence."
        ),
        (
            "Changer les jours apportés ou l’avance demande une nouvelle décision du comité. Avant l’effet "
            "de la convention, tout changement du texte donne une nouvelle version, et les signatures de la "
            "précédente tombent."
        ),
        (
            "La fin anticipée, à la demande de l’entreprise, du mandataire ou de l’opérateur, est signée par "
            "la présidence du comité."
        ),
    ]


def signing(line: Mapping[str, Any]) -> str:
    """One line to sign; the chair’s is signed by whoever presides that day: the signature says who."""
    capacity = CAPACITIES.get(line["capacity"], str(line["capacity"]))
    if line["capacity"] == "chair":
        return capacity
    firm = f", pour {line['organisation']}" if line["organisation"] else ""
    return f"{line['person']}{firm}, {capacity}"


def listed(lines: Iterable[str]) -> list[str]:
    """Items: each ends with a semicolon, the last with a full stop."""
    kept = list(lines)
    return [f"{ITEM}{line}{'.' if at == len(kept) else ' ;'}" for at, line in enumerate(kept, start=1)]


def one_line(text: object) -> str:
    """What somebody typed, on one line, ended as a sentence is."""
    found = BREAKS.sub(" ", str(text or "")).strip()
    return found if found.endswith((".", "!", "?", "…")) else f"{found}."


def by_threes(siret: str) -> str:
    """A SIRET as it is read: 362 521 879 00034."""
    return "\u202f".join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


def in_days(quarters: int) -> str:
    """« 3 jours », « 1,5 jour »."""
    count = days(quarters)
    word = "jour" if count < 2 else "jours"
    return f"{numbers.format_decimal(count.normalize(), locale=REGION)} {word}"


def money(cents: int) -> str:
    """Cents as euros."""
    return str(numbers.format_currency(Decimal(cents) / 100, "EUR", locale=REGION))


def day(value: str) -> str:
    """A day in full, the first of a month as French says it."""
    when = date.fromisoformat(value)
    return (
        f"1er {dates.format_date(when, 'MMMM y', locale=REGION)}"
        if when.day == 1
        else str(dates.format_date(when, "long", locale=REGION))
    )
