"""What each kind of document is made from: ordinary values, and the longest that may come."""

from __future__ import annotations

from typing import Any

from engine import i18n
from engine.agreements import amendment_wording, phrasing, wording
from engine.agreements.differences import Change
from tests.unit.documents.sample_words import MINUTES

CODE = "https://alize.exemple.test/papier/7f3a9c5e2b1d4f608a7b9c0d1e2f3a4b"
LONG_PERSON = "Marie-Élisabeth de La Rochefoucauld-Montmorency Dupré (démo)"
LONG_FIRM = "Société coopérative de mécanique générale et d’outillage de précision du Grand Pré (démo)"
DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
OFFICER = {"name": "Anne Mercier (démo)", "phone": "01 99 00 00 01", "email": "operatrice.tdl@exemple.test"}
CAPACITIES = ("beneficiary", "chair", "mandatary", "operator")
CHANGES = [
    Change("means", 12, 18, about=("Fonderie des Trois Lunes (démo)", "production")),
    Change("means", None, 8, about=("Textile du Canal (démo)", "sales")),
    Change("mandatary", "Paul Thirion (démo)", "Luc Henry (démo)"),
]
CHAIR = {"name": "Claire Vautrin (démo)", "capacity": "présidence du comité"}
SENDER = {
    "name": "Terres de Lorraine Développement (démo)",
    "lines": ["12, rue de la Gare", "54200 Toul"],
}
RECIPIENT = {
    "name": "Mécanique du Grand Pré (démo)",
    "lines": ["À l’attention de Camille Dupré", "4, rue des Ateliers", "54200 Toul"],
}
MEANS = [
    "3 jours en production, apportés par Fonderie des Trois Lunes (démo) ;",
    "1,5 jour en commercial, apporté par Textile du Canal (démo) ;",
    "une avance remboursable de 20 000,00 €, sans intérêt ni frais, sur 24 mois.",
]
CONDITIONS = [
    {"text": "Fournir l’accord de la banque sur le prêt d’équipement.", "due_on": "2027-01-31"},
    {"text": "Recruter la personne chargée des méthodes.", "due_on": None},
]
OUTCOMES = (
    "approved", "approved_with_conditions", "adjourned", "complementary_diagnostic", "rejected", "reoriented",
    "withdrawn", "lapsed",
)  # fmt: skip
SESSION = {"number": "TDL-2026-S005", "held_on": "2026-11-19"}


def letter(**changes: Any) -> dict[str, Any]:
    """What every document gives, and what this one changes."""
    return {
        "locale": "fr",
        "author": "Terres de Lorraine Développement (démo)",
        "date": "2026-11-20",
        "basin": "Terres de Lorraine",
        "is_specimen": False,
    } | changes


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


def blocks(body: str) -> list[dict[str, str]]:
    """Words as the pages cut them: a title, headings « Article … », items « – … », paragraphs."""
    found = [{"kind": "title", "text": body.splitlines()[0]}]
    for line in body.splitlines()[1:]:
        kind = "heading" if line.startswith("Article ") else "item" if line.startswith("– ") else "paragraph"
        found.append({"kind": kind, "text": line.removeprefix("– ")})
    return found


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
            lines=who,
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
            lines=lines(count),
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
            lines=lines(count),
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
                for each in lines(count)
            ],
            voided=[{"version": 1, "why": "le texte a changé le 12 novembre 2026"}],
            code=CODE,
        )
        | changes
    )


def decision_letter(outcome: str = "approved_with_conditions", **changes: Any) -> dict[str, Any]:
    """The letter of a decision."""
    return (
        letter(
            title="Décision TDL-2026-D010",
            reference="TDL-2026-D010",
            sender=SENDER,
            recipient=RECIPIENT,
            place="Toul",
            written_on="2026-11-20",
            number="TDL-2026-D010",
            held_on="2026-11-19",
            project="TDL-2026-014",
            firm="Mécanique du Grand Pré (démo)",
            outcome=outcome,
            means=MEANS if outcome.startswith("approved") else [],
            conditions=CONDITIONS if outcome == "approved_with_conditions" else [],
            question="Le carnet de commandes couvre-t-il la nouvelle ligne ?"
            if outcome == "adjourned"
            else None,
            reasons="Le projet crée quatre emplois durables et fait travailler deux fournisseurs du bassin.",
            officer=OFFICER,
            chair=CHAIR,
        )
        | changes
    )


def extract(**changes: Any) -> dict[str, Any]:
    """The extract of the minutes for one project."""
    return (
        letter(
            title="Extrait du procès-verbal, décision TDL-2026-D010",
            reference="TDL-2026-D010",
            session=SESSION,
            position=3,
            kind="projet nouveau",
            firm="Mécanique du Grand Pré (démo), Toul",
            project="TDL-2026-014",
            outcome="Le projet est agréé, sous conditions.",
            number="TDL-2026-D010",
            means=MEANS,
            conditions=CONDITIONS,
            reasons="Quatre emplois durables ; deux fournisseurs du bassin.",
            present=9,
            eligible=11,
            quorum_needed=6,
            has_quorum=True,
            recused=["Victor Suppléant (démo)"],
            votes={"in_favour": 7, "against": 1, "abstained": 1},
            chair=CHAIR,
            signed_on="2026-11-21",
        )
        | changes
    )


def minutes(**changes: Any) -> dict[str, Any]:
    """The minutes of a session."""
    return (
        letter(
            title="Procès-verbal TDL-2026-S005",
            reference="TDL-2026-S005",
            session=SESSION,
            blocks=blocks(MINUTES),
            attendance=[
                {
                    "person": f"Membre numéro {at + 1} (démo)",
                    "organisation": f"Organisation numéro {at + 1} (démo)",
                    "presence": "représentation" if at == 3 else "présence",
                    "proxy": "Membre numéro 1 (démo)" if at == 3 else None,
                }
                for at in range(8)
            ],
            chair=CHAIR,
            signed_on="2026-11-21",
            anchor={"day": "2026-11-20", "digest": DIGEST},
        )
        | changes
    )


def erratum(**changes: Any) -> dict[str, Any]:
    """A correction of the minutes."""
    return (
        letter(
            title="Erratum n° 1 au procès-verbal TDL-2026-S005",
            reference="TDL-2026-S005",
            session=SESSION,
            number=1,
            about="Point 3, Mécanique du Grand Pré (démo)",
            wrong="Le comité apporte 3 jours en production.",
            right="Le comité apporte 4 jours en production.",
            reason="Le tableau remis en séance portait quatre jours ; la saisie en a gardé trois.",
            author_name="Anne Mercier (démo)",
            recorded_on="2026-11-26",
        )
        | changes
    )


def mission_letter(**changes: Any) -> dict[str, Any]:
    """The letter of a mandatary."""
    return (
        letter(
            title="Lettre de mission, Mécanique du Grand Pré (démo)",
            reference="TDL-2026-014",
            sender=SENDER,
            recipient={"name": "Paul Thirion (démo)", "lines": ["Textile du Canal (démo)", "54200 Toul"]},
            place="Toul",
            written_on="2026-11-24",
            firm="Mécanique du Grand Pré (démo)",
            project="TDL-2026-014",
            decision_number="TDL-2026-D010",
            objectives="Aider la direction à organiser la seconde équipe.\nVeiller au recrutement des quatre personnes.",
            cadence_months=3,
            follow_up_months=18,
            officer=OFFICER,
            chair=CHAIR,
        )
        | changes
    )


def session_dossier(count: int = 2, **changes: Any) -> dict[str, Any]:
    """The dossier of a session with so many projects, each as its prescriber described it."""
    return (
        letter(
            title="Dossier de séance TDL-2026-S005",
            reference="TDL-2026-S005",
            session=SESSION
            | {
                "kind": "en présence et à distance",
                "starts_at": "14:00, deux heures",
                "place": "Maison de l’entreprise, Toul",
                "video_link": "https://visio.exemple.test/tdl-s005",
            },
            message="Merci de dire avant la séance si un dossier vous concerne de près ou de loin.",
            left_out=1,
            items=[{"kind": "procès-verbal précédent", "title": "Approbation du procès-verbal TDL-2026-S004"}]
            + [project(at) for at in range(count)],
            late=[
                {
                    "firm": "Usinage Bel-Air (démo)",
                    "mandatary": "Paul Thirion (démo)",
                    "due_on": "2026-10-27",
                    "days": 23,
                }
            ],
        )
        | changes
    )


def project(at: int) -> dict[str, Any]:
    """One project of a dossier."""
    words = "L’entreprise double sa ligne d’usinage pour répondre à deux clients du bassin. " * 4
    return {
        "kind": "projet nouveau",
        "title": f"Mécanique du Grand Pré {at + 1} (démo)",
        "city": "Toul",
        "reference": f"TDL-2026-{at + 14:03}",
        "need": "4,5 jours de compétences et 20 000,00 € d’avance",
        "sections": [
            {"title": "Le projet", "text": words},
            {
                "title": "Appréciations du prescripteur",
                "facts": [
                    {"name": "Capacité du porteur", "text": "Forte"},
                    {"name": "Qualité du projet", "text": "Moyenne"},
                    {"name": "Effet sur le territoire", "text": "Forte"},
                    {"name": "Emplois à créer", "text": "4"},
                    {"name": "Emplois à maintenir", "text": "11"},
                    {"name": "Avis", "text": "Favorable"},
                    {"name": "Sans Alizé", "text": "Il se ferait plus tard"},
                ],
            },
            {
                "title": "Besoins en compétences",
                "rows": {
                    "head": ["Domaine", "Jours", "Pour quoi"],
                    "lines": [
                        ["Production", "3", "Implanter la seconde ligne"],
                        ["Commercial", "1,5", "Préparer le référencement"],
                    ],
                },
            },
            {
                "title": "Plan de financement",
                "rows": {
                    "head": ["Nature", "Libellé", "Montant"],
                    "lines": [
                        ["Besoin", "Machine", "60 000,00 €"],
                        ["Ressource", "Prêt bancaire", "40 000,00 €"],
                        ["Ressource", "Avance", "20 000,00 €"],
                    ],
                },
            },
            {"title": "Marché et clients", "text": words},
            {"title": "Pourquoi les dispositifs existants ne suffisent pas", "text": words},
            {"title": "Pièces du dossier", "items": ["Bilan 2025.pdf", "Devis de la machine.pdf"]},
        ],
    }


SAMPLES = {
    "agreement": agreement,
    "amendment": amendment,
    "annex": annex,
    "decision_letter": decision_letter,
    "envelope": envelope,
    "erratum": erratum,
    "extract": extract,
    "minutes": minutes,
    "mission_letter": mission_letter,
    "session_dossier": session_dossier,
}
