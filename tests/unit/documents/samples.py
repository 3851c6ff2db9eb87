"""What each kind of document is made from: ordinary values, and the longest that may come."""

from __future__ import annotations

from typing import Any

from tests.unit.documents.sample_signed import agreement, amendment, annex, envelope
from tests.unit.documents.sample_words import DIGEST, MINUTES, letter

OFFICER = {"name": "Anne Mercier (démo)", "phone": "01 99 00 00 01", "email": "operatrice.tdl@exemple.test"}
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
    "withdrawn", "lapsed", "addition_approved", "addition_rejected", "addition_withdrawn",
)  # fmt: skip
SESSION = {"number": "TDL-2026-S005", "held_on": "2026-11-19"}


def blocks(body: str) -> list[dict[str, str]]:
    """Words as the pages cut them: a title, headings « Article … », items « – … », paragraphs."""
    found = [{"kind": "title", "text": body.splitlines()[0]}]
    for line in body.splitlines()[1:]:
        kind = "heading" if line.startswith("Article ") else "item" if line.startswith("– ") else "paragraph"
        found.append({"kind": kind, "text": line.removeprefix("– ")})
    return found


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
            takes_over=False,
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
                    {"name": "Incidence sur le territoire", "text": "Forte"},
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
