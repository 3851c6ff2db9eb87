"""A list as a file: CSV that a French spreadsheet opens at once, or XLSX; no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import IO, Any, Literal

from flask import Response, url_for

from engine.exports import harmless

Format = Literal["csv", "xlsx"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
WIDEST = 60
SAMPLED = 200  # Lines by which the width of columns is chosen.
MOST_LINES = 1_000_000  # Of one sheet, less than what a spreadsheet can open.
IN_MEMORY = 4_000_000  # Bytes; a longer file waits on the disk while it is sent.
PIECE = 64_000


def answer(name: str, format_: Format, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Send rows as an attachment named after the list; `header` is already in the reader's language.

    No line is left out, however many there are: they are read one after the other, all of them before
    this returns, while the caller's unit of work is open.
    """
    lines = chain[Sequence[object]]([list(header)], ([harmless(cell) for cell in row] for row in rows))
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — closed once sent.
    try:
        if format_ == "csv":
            write_csv(kept, lines)
        else:
            write_xlsx(kept, name, lines)
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    response = Response(pieces(kept), content_type=TYPES[format_])
    response.call_on_close(kept.close)  # An answer to HEAD is never read.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{format_}"'
    return response


def links(endpoint: str, **values: Any) -> list[tuple[str, str]]:
    """The two files of a list, as `export_links` shows them; the route takes `extension`."""
    return [(each.upper(), url_for(endpoint, extension=each, **values)) for each in ("csv", "xlsx")]


def pieces(kept: IO[bytes]) -> Iterator[bytes]:
    """A file piece by piece, closed at its end."""
    with kept:
        while piece := kept.read(PIECE):
            yield piece


def write_csv(kept: IO[bytes], lines: Iterable[Sequence[object]]) -> None:
    """Lines as CSV: semicolons, and the mark without which French spreadsheets mistake the accents."""
    text = io.TextIOWrapper(kept, encoding="utf-8-sig", newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    text.flush()
    text.detach()


def write_xlsx(kept: IO[bytes], title: str, lines: Iterable[Sequence[object]]) -> None:
    """Lines as a workbook: the header stays in sight, dates are dates; a list too long has several sheets."""
    import openpyxl  # noqa: PLC0415 — few ask for a workbook, and every process would start with it.
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    left = iter(lines)
    header = next(left)
    number = 0
    while (first := list(islice(left, SAMPLED))) or not number:
        number += 1
        sheet = book.create_sheet(title[:31] if number == 1 else f"{title[:27]} {number}")
        sheet.freeze_panes = "A2"
        for place, column in enumerate(zip(header, *first, strict=True), start=1):
            widest = max(len(str(value or "")) for value in column)
            sheet.column_dimensions[get_column_letter(place)].width = min(WIDEST, widest + 2)
        for line in chain([header], first, islice(left, MOST_LINES - SAMPLED)):
            sheet.append([cell_of(sheet, value) for value in line])
    book.save(kept)


def cell_of(sheet: Any, value: object) -> object:
    """A value, or the cell that shows a date as people here write it."""
    if not isinstance(value, date):
        return value
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet)
    cell.value = value
    cell.number_format = "DD/MM/YYYY"
    return cell
