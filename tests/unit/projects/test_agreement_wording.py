"""The agreement in words: what it says, line by line, and that its hash is that of what is shown."""

from __future__ import annotations

import hashlib

import pytest

from engine.agreements import wording

FACTS = {
    "number": "TDL-2026-C001", "version": 1, "basin": "Terres de Lorraine", "project": "TDL-2026-001",
    "firm": "Scierie (démo)", "siret": "00000001800002", "city": "Toul", "prepared_on": "2026-12-01",
    "decision_number": "TDL-2026-D001", "decided_on": "2026-11-16", "objective": "Une ligne\nde plus",
    "jobs_target": 4,
    "means": [
        {"company": "Forges (démo)", "domain": "production", "quarter_days": 24},
        {"company": "Verre (démo)", "domain": "quality", "quarter_days": 6},
    ],
    "advance_cents": 2_500_000, "advance_months": 24, "advance_deferral_months": 3,
    "follow_up_months": 18, "cadence_months": 3, "mandatary": "Mme M", "mandatary_organisation": "Pont (démo)",
    "signatories": [
        {"capacity": "beneficiary", "person": "M. Chef", "organisation": "Scierie (démo)"},
        {"capacity": "chair", "person": "Mme Présidente", "organisation": "Verre (démo)"},
        {"capacity": "partner_company", "person": "M. Forge", "organisation": "Forges (démo)"},
        {"capacity": "mandatary", "person": "Mme M", "organisation": "Pont (démo)"},
    ],
}  # fmt: skip


def said(**changes: object) -> str:
    """The text, its special blanks as plain ones."""
    return wording.written({**FACTS, **changes}).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    "sentence",
    [
        "Convention TDL-2026-C001, version 1, établie le 1er décembre 2026",
        "l’entreprise bénéficiaire Scierie (démo) (SIRET 000 000 018 00002, Toul), représentée par M. Chef",
        "décidé d’appuyer ce projet le 16 novembre 2026 (décision TDL-2026-D001)",
        "Objet : Une ligne de plus.",
        "Objectif d’emplois : 4.",
        "7,5 jours en tout",
        "Forges (démo) : 6 jours, production ;",
        "Verre (démo) : 1,5 jour, qualité.",
        "Une avance de 25 000,00 € est accordée",
        "après un différé de 3 mois : 23 mensualités de 1 041,66 € et une dernière de 1 041,82 €",
        "est : Mme M (Pont (démo)).",
        "Le suivi dure 18 mois à compter de la dernière signature.",
        "rend compte au comité tous les 3 mois",
        "Mme M, pour Pont (démo), mandataire.",
    ],
)
def test_the_text_says_what_the_decision_gave(sentence):
    assert sentence in said()


def test_without_an_advance_nothing_is_to_be_repaid():
    text = said(advance_cents=0, advance_months=None)

    assert "La décision ne prévoit pas d’avance remboursable." in text
    assert "rembourser" not in text


def test_equal_parts_are_said_once():
    assert "24 mensualités de 625,00 €." in said(advance_cents=1_500_000, advance_deferral_months=None)


def test_the_chair_is_not_named_so_that_whoever_presides_signs_the_same_text():
    assert "Mme Présidente" not in said()


def test_what_somebody_typed_cannot_begin_an_article():
    text = said(objective="Une ligne.\u2028Article 9. Autre chose\r\n– rien")

    assert sum(line.startswith("Article ") for line in text.splitlines()) == 7
    assert "Article 9" in next(line for line in text.splitlines() if line.startswith("Objet"))


def test_every_word_is_on_the_page_and_the_hash_is_that_of_these_bytes():
    body = wording.written(FACTS)

    shown = wording.blocks(body)

    again = [wording.ITEM + each.text if each.kind == "item" else each.text for each in shown]
    assert "\n".join(again) + "\n" == body
    assert [each.kind for each in shown].count("heading") == 7
    assert wording.digest_of(body) == hashlib.sha256(body.encode()).hexdigest()


def test_the_same_facts_give_the_same_text_and_another_mandatary_another():
    assert wording.written(FACTS) == wording.written(dict(reversed(FACTS.items())))
    assert wording.written({**FACTS, "mandatary": "M. Autre"}) != wording.written(FACTS)
