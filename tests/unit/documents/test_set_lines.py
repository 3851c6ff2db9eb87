"""How the lines of documents are set: hours, numbers, columns, the end of a letter."""

from __future__ import annotations

from tests.unit.documents import samples
from tests.unit.documents.reading import pages_of, said, squeezed


def test_hours_are_written_as_each_language_writes_them(made):
    french, english = (made("session_dossier", locale=locale) for locale in ("fr", "en"))

    assert "14 h, deux heures" in pages_of(french)[0].replace("\xa0", " ")
    assert "14:00, deux heures" in pages_of(english)[0]


def test_a_column_that_nobody_filled_in_is_left_out(made):
    given = samples.project(0)
    given["sections"][2]["rows"]["lines"] = [["Production", "3", ""], ["Commercial", "1,5", ""]]

    text = said(made("session_dossier", items=[given]))

    assert "BesoinsencompétencesDomaineJoursProduction3Commercial1,5" in text
    assert "DomaineJoursPourquoi" not in text


def test_a_number_is_not_broken_where_a_line_ends(made):
    number = "TDL-2026-C003-A1"

    for words in range(10, 18):
        (page,) = pages_of(made("erratum", wrong="Un mot " * words + f"{number} puis la fin."))
        assert any(number in line for line in page.splitlines()), words


def test_a_letter_ends_with_who_writes_and_as_what(made):
    for kind in ("decision_letter", "mission_letter"):
        assert squeezed("agrément, Claire Vautrin (démo) Présidence du comité") in said(made(kind))
