"""Read a file of projects, CSV or workbook, into lines of texts; anything else is refused in words."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine import isolation
from engine.adoption.problems import Problem, ToCorrect
from engine.i18n import mark as _
from engine.people.folding import clean, fold
from forms import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

CHILD = "engine.adoption.workbook"
SECONDS = 30.0
LARGEST = 3_000_000
MOST_PROJECTS = 200
LONGEST_CELL = 5_000
ARCHIVE = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
DELIMITERS = ";,\t"
DELIMITER_SAID = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)  # A first line for spreadsheets alone.
FORMULA = ("=", "+", "-", "@")

# The title of the column that says, in the annotated file, what is wrong with each line.
TO_CORRECT = _("À corriger")
TOO_BIG = _("Ce fichier est trop gros : deux cents projets au plus, trois mégaoctets au plus.")
TOO_MANY = _("Ce fichier a trop de lignes : deux cents projets au plus à la fois.")
UNREADABLE = _("Ce fichier ne se lit pas : envoyez un classeur .xlsx ou un fichier .csv.")
EMPTY = _("Ce fichier est vide : il faut la ligne des titres, puis un projet par ligne.")
REFUSED = {
    "too_big": TOO_BIG,
    "too_many_lines": TOO_MANY,
    "unreadable": UNREADABLE,
    "no_sheet": EMPTY,
    "protected": _("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe."),
    "hostile": _("Ce classeur contient ce qu’aucun tableur n’écrit : enregistrez-le de nouveau."),
}  # fmt: skip
CELLS = {
    "merged": _("Les cellules {cell} sont fusionnées : défusionnez-les, une valeur par cellule."),
    "formula": _("La cellule {cell} contient une formule : collez-y sa valeur."),
    "error": _("La cellule {cell} contient une erreur de calcul : écrivez-y la valeur."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number there, and its cells."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The titles of a file, and its lines that are not empty."""

    titles: Sequence[str]
    lines: Sequence[Line]
    title_line: int = 1


def read(content: bytes) -> Table:
    """Read a file by what it holds, whatever its name says. Raises `ToCorrect`."""
    if len(content) > LARGEST:
        raise refused(TOO_BIG)
    if content.startswith(OLD_WORKBOOK):
        raise refused(
            _("Ce classeur est d’un ancien format, ou protégé : enregistrez-le en .xlsx, sans mot de passe.")
        )
    lines = of_workbook(content) if content.startswith(ARCHIVE) else of_csv(content)
    if not lines:
        raise refused(EMPTY)
    if len(lines) > MOST_PROJECTS + 1:
        raise refused(TOO_MANY)
    return Table(lines[0].cells, lines[1:], lines[0].number)


def refused(text: str) -> ToCorrect:
    """What refuses a file as a whole."""
    return ToCorrect([Problem(text)])


def of_workbook(content: bytes) -> list[Line]:
    """The lines of a workbook, read by a child within limits. Raises `ToCorrect`."""
    said = isolation.child_of(CHILD).ask(content, SECONDS)
    answer: dict[str, Any] = {"refused": "too_big"} if said is None else json.loads(said)
    if "refused" in answer:
        raise refused(REFUSED[answer["refused"]])
    if answer["problems"]:
        raise ToCorrect([Problem(CELLS[what], values={"cell": cell}) for what, cell in answer["problems"]])
    return [Line(number, [readable(cell) for cell in cells]) for number, cells in answer["lines"]]


def of_csv(content: bytes) -> list[Line]:
    """The lines of a CSV file, whatever its encoding and its delimiter. Raises `ToCorrect`."""
    text = decoded(content)
    if "\x00" in text:
        raise refused(UNREADABLE)
    hint = DELIMITER_SAID.match(text)
    text, before = (text[hint.end() :], 1) if hint else (text, 0)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = hint[1] if hint else max(DELIMITERS, key=first.count)
    lines = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(reader.line_num + before, [unquoted(cell.strip()) for cell in cells]))
            if len(lines) > MOST_PROJECTS + 1:
                raise refused(TOO_MANY)
    except csv.Error:
        raise refused(UNREADABLE) from None
    problems = [
        Problem(_("Une formule n’est pas une valeur : écrivez la valeur elle-même."), line.number, title)
        for line in lines[1:]
        for title, cell in zip(lines[0].cells, line.cells, strict=False)
        if cell.startswith("=")
    ]
    if problems:
        raise ToCorrect(problems[:50])
    return lines


def decoded(content: bytes) -> str:
    """The text of a file: what its mark says, else UTF-8, else what French Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def unquoted(cell: str) -> str:
    """A cell without the quote that keeps a spreadsheet from taking it for a formula."""
    is_kept = cell.startswith("'") and cell[1:].startswith(FORMULA)
    return readable(cell[1:] if is_kept else cell)


def readable(cell: str) -> str:
    """A cell as it can be shown and kept, of a length that somebody could have typed."""
    return clean(texts.printable(cell))[:LONGEST_CELL]


def key_of(title: str) -> str:
    """A title as it is compared: its letters and digits alone, whatever its accents, blanks and marks."""
    return "".join(each for each in fold(title) if each.isalnum())
