"""A file of projects is read whatever wrote it, or refused in words; no bytes make it fall."""

from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from engine.adoption import packing, reading, workbook
from engine.adoption.problems import ToCorrect
from engine.adoption.reading import Table

TITLES = ["Étape", "Entreprise", "Ville"]
TEXT = "Étape;Entreprise;Ville\r\nEn suivi;Café de la Forêt;Alès\r\n"


def book(fill: Callable[[Any], None], *, title: str = "Projets") -> bytes:
    """A workbook with the titles, and what a test puts in it."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = title
    sheet.append(TITLES)
    fill(sheet)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def told(content: bytes) -> list[str]:
    """Why a file is refused."""
    with pytest.raises(ToCorrect) as refusal:
        reading.read(content)
    return [each.said("fr") for each in refusal.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_its_delimiter(encoding: str, delimiter: str) -> None:
    table = reading.read(TEXT.replace(";", delimiter).encode(encoding))
    assert list(table.titles) == TITLES
    assert [(line.number, list(line.cells)) for line in table.lines] == [
        (2, ["En suivi", "Café de la Forêt", "Alès"])
    ]


def test_a_first_line_that_says_the_delimiter_is_no_title() -> None:
    table = reading.read(f"sep=;\r\n{TEXT}".encode())
    assert (list(table.titles), table.title_line, table.lines[0].number) == (TITLES, 2, 3)


def test_a_workbook_is_read_with_its_days_and_its_numbers() -> None:
    content = book(lambda sheet: sheet.append([date(2026, 3, 1), 6.0, 2.5]))
    assert list(reading.read(content).lines[0].cells) == ["2026-03-01", "6", "2.5"]
    content = book(
        lambda sheet: sheet.append([datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None), True, 15000])
    )
    assert list(reading.read(content).lines[0].cells) == ["2026-03-01", "oui", "15000"]


def test_lines_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    def fill(sheet: Any) -> None:
        sheet["A5"] = "En suivi"

    assert [line.number for line in reading.read(book(fill)).lines] == [5]


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed, as another exporter writes it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(kept, "w") as after:
        for each in before.infolist():
            found = before.read(each)
            after.writestr(each, change(found) if each.filename == part else found)
    return kept.getvalue()


@pytest.mark.parametrize("declared", ["A1", "A1:B2", "A1:XFD1048576"])
def test_no_line_is_lost_whatever_the_workbook_says_it_holds(declared: str) -> None:
    content = book(lambda sheet: [sheet.append(["En suivi", f"Atelier {each}", "Alès"]) for each in range(5)])
    told_so = changed(
        content, "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{declared}"'.encode(), part),
    )  # fmt: skip
    table = reading.read(told_so)
    assert [list(line.cells)[2] for line in table.lines] == ["Alès"] * 5


def test_blank_lines_down_to_the_last_one_of_the_sheet_are_no_projects() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["En suivi", "Atelier", "Alès"])
        sheet.cell(row=1_048_576, column=60).number_format = "@"

    assert len(reading.read(book(fill)).lines) == 1


def test_days_of_a_workbook_that_counts_from_1904_are_read() -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet: Any = made.active
    sheet.append(TITLES)
    sheet.append(["En suivi", "Atelier", date(2026, 3, 1)])
    kept = io.BytesIO()
    made.save(kept)
    assert reading.read(kept.getvalue()).lines[0].cells[2] == "2026-03-01"


def test_what_a_sum_leaves_behind_the_last_digit_is_not_read() -> None:
    assert reading.read(book(lambda sheet: sheet.append([0.1 + 0.2, 2.75]))).lines[0].cells == [
        "0.3", "2.75",
    ]  # fmt: skip


def test_a_page_carries_no_more_than_it_can_send_back() -> None:
    dice = random.Random(1)
    cells = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=4_000))]
    table = Table(TITLES, [reading.Line(at, cells * 3) for at in range(2, 202)])
    assert packing.packed(table)
    noise = [
        reading.Line(at, ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=4_000))])
        for at in range(2, 202)
    ]
    assert packing.packed(Table(TITLES, noise)) == ""


def test_the_sheet_of_projects_is_found_wherever_it_stands() -> None:
    made = openpyxl.Workbook()
    first: Any = made.active
    first.title = "Brouillon"
    sheet = made.create_sheet("Projets")
    sheet.append(TITLES)
    sheet.append(["En suivi"])
    kept = io.BytesIO()
    made.save(kept)
    assert len(reading.read(kept.getvalue()).lines) == 1


def test_formulas_are_refused_by_the_name_of_their_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"] = "=A1&A2"

    assert told(book(fill)) == ["La cellule B2 contient une formule : collez-y sa valeur."]
    assert "formule" in told(b"\xc3\x89tape;Entreprise\n=1+1;Atelier\n")[0]


def test_merged_cells_are_refused_by_name() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["En suivi", "Atelier"])
        sheet.merge_cells("A2:A4")

    assert told(book(fill)) == [
        "Les cellules A2:A4 sont fusionnées : défusionnez-les, une valeur par cellule."
    ]


def test_a_hundred_thousand_lines_are_refused_in_either_format() -> None:
    many = "Étape;Entreprise\n" + "En suivi;Atelier\n" * 100_000
    assert "deux cents projets" in told(many.encode())[0]

    def fill(sheet: Any) -> None:
        for _line in range(20_000):
            sheet.append(["En suivi", "Atelier"])

    assert "deux cents projets" in told(book(fill))[0]


def test_a_file_that_swells_is_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 40_000_000)
    assert "trop gros" in told(kept.getvalue())[0]
    assert "trop gros" in told(b"a" * (reading.LARGEST + 1))[0]


def test_hostile_xml_is_refused() -> None:
    content = book(lambda sheet: sheet.append(["En suivi"]))
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(kept, "w") as after:
        for part in before.infolist():
            found = before.read(part)
            if part.filename == "xl/workbook.xml":
                found = (
                    found.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
                    if b"?>" in found
                    else (b'<!DOCTYPE x [<!ENTITY a "b">]>' + found)
                )
            after.writestr(part, found)
    assert "aucun tableur" in told(kept.getvalue())[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "vide"),
        (b"\r\n\r\n", "vide"),
        (b"PK\x03\x04 and nothing else", "ne se lit pas"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "ancien format"),
        (b"a\x00b;c\n", "ne se lit pas"),
    ],
)
def test_what_is_no_file_of_projects_is_refused(content: bytes, expected: str) -> None:
    assert expected in told(content)[0]


@given(content=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ToCorrect):
        assert reading.read(content) if not content.startswith(reading.ARCHIVE) else workbook.read(content)


@given(start=st.integers(0, 5000), length=st.integers(0, 300), junk=st.binary(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_workbook_is_read_or_refused(start: int, length: int, junk: bytes) -> None:
    content = WHOLE[:start] + junk + WHOLE[start + length :]
    assert set(workbook.read(content)) & {"refused", "lines"}


WHOLE = book(lambda sheet: sheet.append(["En suivi", "Atelier", "Alès"]))


@given(
    cells=st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=4), max_size=5),
    titles=st.lists(st.text(max_size=20), max_size=4),
)
@settings(max_examples=50, deadline=None)
def test_a_page_carries_a_file_and_gives_it_back(cells: list[list[str]], titles: list[str]) -> None:
    table = Table(titles, [reading.Line(at, line) for at, line in enumerate(cells, start=2)])
    found = packing.unpacked(packing.packed(table))
    assert [len(line.cells) for line in found.lines] == [len(line) for line in cells]
    assert packing.unpacked(packing.packed(found)) == found


@given(text=st.text(max_size=100))
@settings(max_examples=50, deadline=None)
def test_whatever_a_page_says_it_carries_is_read_or_refused(text: str) -> None:
    with pytest.raises(ToCorrect):
        packing.unpacked(text)
