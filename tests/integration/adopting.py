"""Files of projects to take over, as an officer fills them: eighteen, at every stage."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from stdnum import luhn

from engine.adoption import files, reading
from engine.adoption.files import Outcome
from engine.adoption.problems import ToCorrect
from engine.adoption.reading import Table
from engine.clock import add_months
from tests.integration.programme import Programme

Row = dict[str, str]


def siret(number: int) -> str:
    """A valid SIRET of nobody."""
    siren = f"000{number:05}"
    siren += luhn.calc_check_digit(siren)
    establishment = f"{siren}0001"
    return establishment + luhn.calc_check_digit(establishment)


def written(day: date) -> str:
    """A day as the officer writes it."""
    return f"{day:%d/%m/%Y}"


def base(number: int, stage: str) -> Row:
    """What any line says."""
    return {
        "Étape": stage, "Votre numéro": f"2024-{number:02}", "Entreprise": f"Atelier {number} (démo)",
        "SIRET": siret(number), "Ville": "Toul", "Code de la commune": "54528",
        "Catégorie du projet": "Développement d’une PME existante", "Effectif (salariés)": "12",
        "Dirigeant": f"Camille Atelier {number} (démo)", "Courriel du dirigeant": f"atelier{number}@exemple.test",
        "Le besoin, en une phrase": "Trouver un responsable de production.", "Emplois à créer": "4",
        "Emplois à maintenir": "8",
    }  # fmt: skip


def awaiting(number: int, today: date) -> Row:
    """A project whose file waits for a session."""
    return base(number, "À présenter au comité") | {
        "Demande reçue le": written(add_months(today, -2)), "Prescripteur (courriel)": "prescriber@exemple.test",
        "Diagnostic du": written(add_months(today, -1)), "Avance demandée (€)": "15 000",
    }  # fmt: skip


def decided(number: int, stage: str, decided_on: date) -> Row:
    """What a line says once the committee has approved."""
    return base(number, stage) | {
        "Demande reçue le": written(add_months(decided_on, -2)),
        "Prescripteur (courriel)": "prescriber@exemple.test",
        "Décision du comité du": written(decided_on), "Mandataire (courriel)": "mandatary@exemple.test",
        "Durée du suivi (mois)": "18", "Un compte rendu tous les (mois)": "3",
        "Entreprise prêteuse 1": "Entreprise lender (démo)", "Domaine 1": "Production", "Jours accordés 1": "6",
    }  # fmt: skip


def signing(number: int, today: date) -> Row:
    """A project approved, whose agreement is to be signed."""
    return decided(number, "Convention à signer", add_months(today, -1))


def followed(number: int, today: date, months: int) -> Row:
    """A project signed so many months ago, its last report given when it was due."""
    signed_on = add_months(today, -months)
    row = decided(number, "En suivi", add_months(signed_on, -1)) | {
        "Dernière signature le": written(signed_on), "Avance accordée (€)": "15 000",
        "Durée du remboursement (mois)": "24",
    }  # fmt: skip
    if months > 1:
        row |= {"Avance versée le": written(add_months(signed_on, 1)), "Référence du versement": "VIR-1"}
    if months >= 4:
        given_on = add_months(signed_on, (months - 1) // 3 * 3)
        row |= {
            "Dernier compte rendu remis le": written(given_on), "Emplois créés à ce jour": "2",
            "Emplois maintenus à ce jour": "8", "Jours déjà faits 1": "2,5", "Intervenant 1": "expert@exemple.test",
            "Jours déjà faits, arrêtés au": written(given_on),
        }  # fmt: skip
    return row


def eighteen(today: date) -> list[Row]:
    """A basin's projects on its first morning: some before a session, some to sign, most followed, two past term."""
    rows = [awaiting(number, today) for number in range(1, 4)]
    rows += [signing(number, today) for number in range(4, 7)]
    rows += [
        followed(7 + at, today, months) for at, months in enumerate((0, 1, 2, 4, 5, 7, 9, 11, 13, 16, 18, 21))
    ]
    return rows


def as_csv(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8-sig", delimiter: str = ";") -> bytes:
    """A file as a spreadsheet saves it."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, titles, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def table_of(rows: Sequence[Mapping[str, str]]) -> Table:
    """The same, read."""
    return reading.read(as_csv(rows))


def take_over(programme: Programme, rows: Sequence[Mapping[str, str]]) -> Outcome:
    """The officer takes them over."""
    with programme.work_as("officer") as work:
        return files.take_over(work, table_of(rows), basin_id=programme.basin_id)


def refused(programme: Programme, *rows: Mapping[str, str]) -> list[str]:
    """What the officer is told instead."""
    try:
        take_over(programme, rows)
    except ToCorrect as refusal:
        return [each.said("fr") for each in refusal.problems]
    raise AssertionError("nothing was refused")
