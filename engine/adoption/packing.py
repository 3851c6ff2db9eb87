"""A file that was read, kept in a page between what was shown and what is confirmed: nothing else is kept."""

from __future__ import annotations

import base64
import binascii
import json
import zlib

from engine.adoption.problems import Problem, ToCorrect
from engine.adoption.reading import LONGEST_CELL, MOST_PROJECTS, Line, Table, readable
from engine.i18n import mark as _

MOST_BYTES = 8_000_000  # Of the lines, unpacked.
MOST_CELLS = 200
MOST_CARRIED = 400_000  # Of characters in a page's field: a longer one would be refused on its way back.
LOST = _("La page ne porte plus le fichier entier : envoyez-le de nouveau.")


def packed(table: Table) -> str:
    """A table as a page carries it; nothing for one too long, which no two hundred sound projects are."""
    kept = [table.title_line, list(table.titles), [[line.number, list(line.cells)] for line in table.lines]]
    found = base64.b64encode(zlib.compress(json.dumps(kept).encode(), 9)).decode("ascii")
    return found if len(found) <= MOST_CARRIED else ""


def unpacked(text: str) -> Table:
    """The table that a page carried; whatever it says is checked again. Raises `ToCorrect`."""
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
        title_line, titles, lines = json.loads(content)
        return Table(
            cells_of(titles),
            [Line(number_of(number), cells_of(cells)) for number, cells in lines[:MOST_PROJECTS]],
            number_of(title_line),
        )
    except (ValueError, TypeError, RecursionError, binascii.Error, zlib.error):
        raise ToCorrect([Problem(LOST)]) from None


def cells_of(cells: object) -> list[str]:
    """Cells, each a text. Raises `ValueError`."""
    if (
        not isinstance(cells, list)
        or len(cells) > MOST_CELLS
        or not all(isinstance(cell, str) for cell in cells)
    ):
        raise ValueError("no cells")
    return [readable(cell)[:LONGEST_CELL] for cell in cells]


def number_of(number: object) -> int:
    """The number of a line. Raises `ValueError`."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2_000_000:
        raise ValueError("no line")
    return number
