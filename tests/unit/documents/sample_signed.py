"""What people sign: agreements, annexes, amendments and their envelopes, in the words of the programme."""

from __future__ import annotations

from typing import Any

from engine import i18n
from engine.agreements import amendment_wording, phrasing, wording
from engine.agreements.differences import Change
from tests.unit.documents.sample_words import CODE, DIGEST, letter

CAPACITIES = ("beneficiary", "chair", "mandatary", "operator")
CHANGES = [
    Change("means", 12, 18, about=("Fonderie des Trois Lunes (démo)", "production")),
    Change("means", None, 8, about=("Textile du Canal (démo)", "sales")),
    Change("mandatary", "Paul Thirion (démo)", "Luc Henry (démo)"),
]


def lines(count: int = 4, *, person: str = "", organisation: str = "") -> list[dict[str, str]]:
    """So many lines to sign."""
    return [
        {
            "capacity": CAPACITIES[at] if at < len(CAPACITIES) else "partner_company",
            "person": person or f"Personne numéro {at + 1} (démo)",
            "organisation": organisation or ("" if at == 1 else f"Entreprise du Canal {at + 1} (démo)"),
        }
        for at in range(count)
    ]


def worded(who: list[dict[str, str]], locale: str) -> list[dict[str, str]]:
    """The same lines, their capacity in words."""
    return [
        each | {"capacity": i18n.translate(phrasing.CAPACITIES[each["capacity"]], locale)} for each in who
    ]


def facts(count: int, **changes: Any) -> dict[str, Any]:
    """What a text to sign is written from, with so many people to sign it."""
    who = lines(count)
    return {
        "number": "TDL-2026-C012",
        "version": 2,
        "prepared_on": "2026-11-20",
        "project": "TDL-2026-014",
        "basin": "Terres de Lorraine",
        "siret": "00000001800002",
        "city": "Toul",
        "firm": "Mécanique du Grand Pré (démo)",
        "signatories": who,
        "decided_on": "2026-11-19",
        "decision_number": "TDL-2026-D010",
        "objective": "Doubler la ligne d’usinage et organiser une seconde équipe, pour répondre à deux clients "
        "du bassin et embaucher quatre personnes avant la fin de l’année 2027.",
        "jobs_target": 4,
        "means": [
            {"company": each["organisation"], "domain": "production", "quarter_days": 6, "day_rate_cents": 0}
            for each in who[4:] or who[:1]
        ],
        "advance_cents": 2_000_000,
        "advance_months": 24,
        "advance_deferral_months": 2,
        "advance_first_on": "2027-03-01",
        "follow_up_months": 18,
        "cadence_months": 3,
        "mandatary": "Paul Thirion (démo)",
        "mandatary_organisation": "Textile du Canal (démo)",
    } | changes


def cut(body: str) -> list[dict[str, str]]:
    """Words as pages cut them."""
    return [{"kind": each.kind, "text": each.text} for each in wording.blocks(body)]


def agreement(
    count: int = 4, *, person: str = "", organisation: str = "", locale: str = "fr", **changes: Any
) -> dict[str, Any]:
    """An agreement with so many lines to sign, in the words of the programme."""
    who = lines(count, person=person, organisation=organisation)
    known = facts(count, signatories=who)
    if organisation:
        known |= {"firm": organisation, "mandatary_organisation": organisation}
        known["means"] = [each | {"company": organisation} for each in known["means"]]
    return (
        letter(
            locale=locale,
            title="Convention TDL-2026-C012, version 2",
            reference="TDL-2026-C012 v2",
            blocks=cut(wording.written(known, locale)),
            lines=worded(who, locale),
            code=CODE,
        )
        | changes
    )


def annex(months: int = 24, *, count: int = 3, locale: str = "fr", **changes: Any) -> dict[str, Any]:
    """The annex of an advance repaid in so many months, in the words of the programme."""
    body = wording.annex_written(facts(count, advance_months=months), locale)
    return (
        letter(
            locale=locale,
            title="Annexe à la convention TDL-2026-C012, version 2",
            reference="TDL-2026-C012 v2",
            blocks=cut(body),
            lines=worded(lines(count), locale),
            code=CODE,
        )
        | changes
    )


def amendment(count: int = 4, *, locale: str = "fr", **changes: Any) -> dict[str, Any]:
    """An amendment of days and of the mandatary, in the words of the programme."""
    known = facts(count, number="TDL-2026-C012-A1", agreement="TDL-2026-C012", reason="Une seconde équipe")
    body = amendment_wording.amendment_written(known, CHANGES, locale)
    said = [amendment_wording.difference(each, locale) for each in CHANGES]
    return (
        letter(
            locale=locale,
            title="Avenant TDL-2026-C012-A1",
            reference="TDL-2026-C012-A1",
            blocks=cut(body),
            changes=[{"label": each.label, "before": each.before, "after": each.after} for each in said],
            lines=worded(lines(count), locale),
            code=CODE,
        )
        | changes
    )


def envelope(count: int = 4, **changes: Any) -> dict[str, Any]:
    """The evidence of so many signatures, on the agreement attached as `texte.pdf`."""
    return (
        letter(
            title="Enveloppe scellée de la convention TDL-2026-C012, version 2",
            reference="TDL-2026-C012 v2",
            name="Convention de coopération et de développement",
            number="TDL-2026-C012",
            version=2,
            digest=DIGEST,
            effective_on="2026-11-20",
            sealed_at="20 novembre 2026 à 15:04:05 (UTC)",
            file={
                "path": "texte.pdf",
                "name": "Convention TDL-2026-C012 v2.pdf",
                "media_type": "application/pdf",
            },
            lines=[
                each
                | {
                    "way": "en ligne",
                    "means": "un code à usage unique envoyé à son adresse",
                    "instant": "20 novembre 2026 à 14:02:31 UTC",
                    "local": "15:02:31 à Paris",
                    "address": "2001:db8:85a3::8a2e:370:7334",
                    "digest": DIGEST,
                    "consent": "J’ai lu la convention TDL-2026-C012, version 2, et je m’engage en qualité de "
                    f"{each['capacity']}.",
                }
                for each in worded(lines(count), "fr")
            ],
            voided=[{"version": 1, "why": "le texte a changé le 12 novembre 2026"}],
            code=CODE,
        )
        | changes
    )
