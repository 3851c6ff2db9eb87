"""Names are compared whatever their accents, case, legal form and linking words."""

from __future__ import annotations

import pytest

from engine.people.folding import clean, fold, fold_name, resemble


def test_accents_case_and_punctuation_do_not_count():
    assert fold("  Forêt & Œuvre, d’ÉTÉ ") == "foret oeuvre d ete"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mécanique du Grand Pré", "SARL MECANIQUE GRAND-PRE"),
        ("Usinage Bel-Air (démo)", "Usinage Bel Air SAS"),
        ("Chaudronnerie Saint-Roch", "Ets Saint-Roch chaudronnerie"),
        ("Plasturgie", "Plasturgie Alzette"),
    ],
)
def test_the_same_firm_written_two_ways_resembles_itself(one, other):
    assert resemble(fold_name(one), fold_name(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mécanique du Grand Pré", "Mécanique du Petit Pré"),
        ("Pain", "Pain et Fils"),
        ("", ""),
    ],
)
def test_different_firms_do_not(one, other):
    assert not resemble(fold_name(one), fold_name(other))


def test_a_name_made_of_legal_forms_is_kept_whole():
    assert fold_name("La Compagnie") == "la compagnie"


@pytest.mark.parametrize("text", ["\x00", "\ud800", " \x00 ", None])
def test_characters_that_no_database_keeps_are_dropped(text):
    assert clean(text) == ""


def test_anything_else_is_kept():
    assert clean(" د’été 🌬 ") == "د’été 🌬"
