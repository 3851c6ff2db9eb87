"""A list as a file: CSV that a French spreadsheet opens at once, or XLSX; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import openpyxl
from flask import Response
from openpyxl.utils import get_column_letter

from engine.exports import harmless

Format = Literal["csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60


def answer(name: str, format_: Format, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Send rows as an attachment named after the list; `header` is already in the reader's language."""
    lines: list[list[object]] = [list(header), *([harmless(cell) for cell in row] for row in rows)]
    content = as_csv(lines) if format_ == "csv" else as_xlsx(name, lines)
    response = Response(content, content_type="text/csv; charset=utf-8" if format_ == "csv" else XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    return response


def as_csv(lines: Iterable[Sequence[object]]) -> bytes:
    """Lines as CSV: semicolons, and the mark without which French spreadsheets mistake the accents."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, lines: Sequence[Sequence[object]]) -> bytes:
    """Lines as a workbook: the header stays in sight, dates are dates."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(title[:31])
    for line in lines:
        sheet.append(list(line))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(zip(*lines, strict=True), start=1):
        widest = max(len(str(value or "")) for value in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, widest + 2)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, date):
                cell.number_format = "DD/MM/YYYY"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
