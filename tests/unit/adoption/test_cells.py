"""Cells are read as whoever filled them meant them, and titles as whoever copied them."""

from __future__ import annotations

import pytest

from engine.adoption import cells, columns
from engine.adoption.reading import key_of


def column(path: str) -> columns.Column:
    return columns.by_path()[path]


@pytest.mark.parametrize(
    ("path", "cell", "expected"),
    [
        ("stage", "En suivi", "follow_up"),
        ("stage", "en SUIVI ", "follow_up"),
        ("stage", "Followed up", "Followed up"),
        ("stage", "Ailleurs", "Ailleurs"),
        ("means-0-domain", "production", "production"),
        ("signed_on", "3 mars 2026", "2026-03-03"),
        ("signed_on", "1er août 2026", "2026-08-01"),
        ("signed_on", "2026-03-03 00:00:00", "2026-03-03"),
        ("signed_on", "03/04/26", "03/04/26"),
        ("commune", "1004", "01004"),
        ("commune", "2A004", "2A004"),
        ("siret", "1800002", "00000001800002"),
        ("siret", "732829320", "732829320"),
        ("advance_amount", "0", ""),
        ("advance_amount", "0,00 €", ""),
        ("means-0-given_days", "0", ""),
        ("headcount", "0", "0"),
        ("cadence_months", "0", "0"),
        ("contact_phone", "199001122", "0199001122"),
        ("contact_phone", "+33 1 99 00 11 22", "+33 1 99 00 11 22"),
        ("advance_amount", "15 000 €", "15 000 €"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(path: str, cell: str, expected: str) -> None:
    assert cells.typed(column(path), cell) == expected


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Durée du suivi (mois)", "follow_up_months"),
        ("durée du suivi", "follow_up_months"),
        ("JOURS ACCORDES 2", "means-1-days"),
        ("mandatary_id", "mandatary_id"),
        ("Mandataire", "mandatary_id"),
    ],
)
def test_a_title_is_known_whatever_its_case_accents_and_unit(title: str, path: str) -> None:
    assert columns.by_title()[key_of(title)].path == path


def test_every_column_has_a_title_of_its_own_in_each_language() -> None:
    for locale in ("fr", "en"):
        titles = [key_of(each.title(locale)) for each in columns.every()]
        assert len(set(titles)) == len(titles)


def test_a_column_that_only_some_stages_fill_says_which() -> None:
    told = columns.by_path()["next_report_on"].needed("fr")
    assert told == "Facultatif, et vide ailleurs qu’à l’étape : « En suivi »"
    assert columns.by_path()["city"].needed("fr") == "Facultatif"


def test_every_column_says_when_it_is_filled_and_gives_an_example() -> None:
    for each in columns.every():
        assert each.needed("fr")
        assert columns.EXAMPLES[each.name], each.path
