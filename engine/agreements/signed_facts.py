"""An agreement signed when its text was its facts alone: every one of them, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.agreements import wording
from engine.agreements.wording import Block

# How an agreement was kept before it was kept in words; its hash is still the one of that form.
FACTS = "application/json"
ABOUT = (
    "Cette convention a été signée avant que son texte ne soit rédigé en phrases : chacun a signé les "
    "données qui suivent. L’empreinte est celle de leur forme d’origine."
)
LABELS = {
    "number": "Numéro", "version": "Version", "basin": "Bassin d’emploi", "project": "Projet",
    "firm": "Entreprise bénéficiaire", "decision": "Référence interne de la décision", "objective": "Objet",
    "jobs_target": "Objectif d’emplois", "means": "Jours apportés", "human_means": "Jours apportés",
    "advance_cents": "Avance remboursable", "advance_months": "Durée du remboursement",
    "advance_deferral_months": "Différé", "follow_up_months": "Durée du suivi",
    "cadence_months": "Un compte rendu tous les", "mandatary": "Mandataire",
    "charter_version": "Version du cahier des charges", "signatories": "Signataires",
}  # fmt: skip
UNKNOWN = "non précisé"


def blocks(body: str) -> list[Block]:
    """Every fact that was signed, the known ones first and in the order in which one reads them."""
    facts: Mapping[str, Any] = json.loads(body)
    names = [*(name for name in LABELS if name in facts), *(name for name in facts if name not in LABELS)]
    found = [Block("title", wording.TITLE), Block("paragraph", ABOUT)]
    for name in names:
        label = LABELS.get(name, name)
        if isinstance(facts[name], list):
            found.append(Block("paragraph", f"{label} :"))
            found += [Block("item", line) for line in lines_of(name, facts[name])]
        else:
            found.append(Block("paragraph", f"{label} : {value_of(name, facts[name])}"))
    return found


def lines_of(name: str, rows: list[Any]) -> Iterator[str]:
    """A list of the facts, a line to each of its rows."""
    for row in rows:
        if name == "signatories":
            yield wording.signing(row)
        elif name in {"means", "human_means"}:
            yield lent(row)
        else:
            yield value_of(name, row)
    if not rows:
        yield "aucun"


def lent(row: Mapping[str, Any]) -> str:
    """The days of one company: how many, in what, at which price."""
    parts = [wording.in_days(row["quarter_days"])]
    if row.get("domain"):
        parts.append(wording.DOMAINS.get(row["domain"], str(row["domain"])).lower())
    if row.get("day_rate_cents"):
        parts.append(f"{wording.money(row['day_rate_cents'])} par jour")
    return f"{row.get('company') or UNKNOWN} : {', '.join(parts)}"


def value_of(name: str, value: Any) -> str:
    """One fact as French writes it; what an even older release kept is given as it is."""
    if value is None or value == "":
        return UNKNOWN
    if name.endswith("_cents"):
        return wording.money(value)
    if name.endswith("_months"):
        return f"{value} mois"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
