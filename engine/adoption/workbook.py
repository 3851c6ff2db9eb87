"""Read a workbook from outside, in a child process with limits: its cells as texts, what it may not hold."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

MOST_PARTS = 200
MOST_BYTES = 12_000_000  # Of all parts once unpacked: a template with two hundred lines is a hundredth.
MOST_LINES = 201  # The titles, and two hundred projects.
MOST_COLUMNS = 200
MOST_PROBLEMS = 50
LONGEST_CELL = 5_000
MEGABYTES = 300
PREFERRED = "projets", "projects"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Answer = dict[str, Any]


def read(content: bytes) -> Answer:
    """Give `lines` as (number, texts of the cells), or what refuses the file as a whole, under `refused`.

    `problems` are (what, cell): formulas, errors and merged cells, by the cell's name.
    """
    try:
        refused = refusal_of(content)
        return {"refused": refused} if refused else of_book(content)
    except MemoryError:
        return {"refused": "too_big"}
    except Exception:  # noqa: BLE001 - whatever the bytes, somebody is told in words.
        return {"refused": "unreadable"}


def refusal_of(content: bytes) -> str | None:
    """Why a file is not even opened: no archive of a workbook, too much once unpacked, hostile XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
            return "too_big"
        left = MOST_BYTES
        for part in parts:
            if part.flag_bits & 0x1:
                return "protected"
            with archive.open(part) as opened:
                found = opened.read(left + 1)
            left -= len(found)
            if left < 0:
                return "too_big"  # The archive lied about what it holds.
            if part.filename.endswith((".xml", ".rels")) and hostile(found):
                return "hostile"
    return None


def hostile(part: bytes) -> bool:
    """Whether a part declares entities, which no workbook needs, or hides behind another encoding."""
    return DOCTYPE.search(part) is not None or part[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in part[:100]


def of_book(content: bytes) -> Answer:
    """The lines of the sheet of projects, the first one when none bears that name."""
    import openpyxl  # noqa: PLC0415 - only this process opens a workbook from outside.

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    sheets = {str(sheet.title).strip().casefold(): sheet for sheet in reversed(book.worksheets)}
    if not sheets:
        return {"refused": "no_sheet"}
    sheet = next((sheets[name] for name in PREFERRED if name in sheets), book.worksheets[0])
    sheet.reset_dimensions()  # Some exporters declare fewer lines than they write: the others would be lost.
    problems = [("merged", found) for found in merged(sheet)][:MOST_PROBLEMS]
    lines: list[tuple[int, list[str]]] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        texts = [text_of(cell, problems) for cell in row[:MOST_COLUMNS]]
        if not any(texts):
            continue
        if len(lines) == MOST_LINES:
            return {"refused": "too_many_lines"}
        lines.append((number, texts))
    return {"lines": lines, "problems": problems}


def merged(sheet: Any) -> Iterator[str]:
    """The merged cells of a sheet read as a stream, which itself does not tell of them."""
    source: IO[bytes] = sheet._get_source()  # noqa: SLF001 - it has no other door.
    with source:
        for found in MERGED.findall(source.read(MOST_BYTES)):
            yield found.decode("ascii")


def text_of(cell: Any, problems: list[tuple[str, str]]) -> str:
    """A cell as one would type it; a formula's last result is trusted by nobody."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in {"f", "e"} and len(problems) < MOST_PROBLEMS:
        problems.append(("formula" if cell.data_type == "f" else "error", cell.coordinate))
    return typed(value)[:LONGEST_CELL]


def typed(value: object) -> str:
    """A value as one would type it: a day in digits, a whole number without its decimals."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        # Fifteen digits are all that a spreadsheet knows: what comes behind is the dust of its additions.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return str(value).strip()


def answer(content: bytes) -> bytes:
    """The child's answer to one file."""
    return json.dumps(read(content)).encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    from engine.isolation import answer_questions

    answer_questions(answer, megabytes=MEGABYTES)
