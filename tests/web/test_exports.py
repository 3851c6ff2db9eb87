"""Every list is a file too: CSV that a French spreadsheet opens at once, XLSX, and no line left out."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from lxml import html

from engine import exports
from engine.people import persons
from web import spreadsheets

LORRAINE = "terres-de-lorraine"
LISTS = (
    ("administrator", "/administration/personnes"),
    ("administrator", "/administration/organisations"),
    ("administrator", "/administration/comptes"),
    ("administrator", "/administration/courriels"),
    ("administrator", "/administration/incidents"),
    ("administrator", "/administration/taches-de-fond"),
    ("administrator", f"/administration/bassins/{LORRAINE}/roles"),
    ("officer", "/projets"),
    ("officer", "/taches"),
    ("officer", "/bassins"),
)


@pytest.mark.parametrize(("who", "address"), LISTS)
def test_a_list_offers_both_files(client, sign_in, project, who, address):
    browser = sign_in(client, who)
    page = html.document_fromstring(browser.get(address).text)
    links = page.xpath("//a[contains(@href, '.csv') or contains(@href, '.xlsx')]/@href")
    files = {link.partition("?")[0].rpartition(".")[2]: browser.get(link) for link in links}

    assert set(files) == {"csv", "xlsx"}
    lines = files["csv"].data.decode("utf-8-sig").splitlines()
    assert files["csv"].data.startswith(b"\xef\xbb\xbf")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data)).worksheets
    assert sheet.max_row == len(lines)
    assert [cell.value for cell in sheet[1]] == lines[0].split(";")


def test_the_papers_and_mails_of_a_project_are_files(client, sign_in, project):
    browser = sign_in(client, "officer")
    for name, header in (("documents", "Date;Nature"), ("courriels", "Courriel;Tâche")):
        for extension in ("csv", "xlsx"):
            answer = browser.get(f"/projets/{project}/{name}.{extension}")
            assert answer.status_code == 200
            assert re.search(r'filename="\w+-TDL-[0-9-]+\.', answer.headers["Content-Disposition"])
            if extension == "csv":
                assert answer.data.decode("utf-8-sig").startswith(header)


def test_no_line_of_a_long_list_is_left_out(engine, client, sign_in):
    with engine.database.start_work() as work:
        for number in range(1_100):
            persons.add(work, full_name=f"Longue Liste {number:04} (démo)", fictitious=True)
    browser = sign_in(client, "administrator")

    for extension in ("csv", "xlsx"):
        content = browser.get(f"/administration/personnes.{extension}?q=longue").data
        if extension == "csv":
            names = [line.partition(";")[0] for line in content.decode("utf-8-sig").splitlines()[1:]]
        else:
            (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
            names = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert names == [f"Longue Liste {number:04} (démo)" for number in range(1_100)]


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_LINES", 300)
    day = date(2026, 11, 16)
    answer = spreadsheets.answer("jours", "xlsx", ["Jour", "Rang"], ((day, rank) for rank in range(700)))

    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheetnames == ["jours", "jours 2", "jours 3"]
    ranks = [row[1] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert ranks == list(range(700))
    assert {sheet["A1"].value for sheet in book} == {"Jour"}
    assert book["jours"]["A2"].number_format == "DD/MM/YYYY"
    assert book["jours"].freeze_panes == "A2"


@pytest.mark.parametrize("typed", ["=1+1", "+33199000001", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula_however_it_begins(typed):
    assert exports.harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("value", ["Scierie du Val (démo)", "1-2", "", -1, None])
def test_a_cell_that_is_no_formula_stays_as_it_is(value):
    assert exports.harmless(value) == value
