"""The model to fill, as a workbook with its lists and its notice or as CSV; and a file annotated."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from engine.adoption import columns
from engine.adoption.columns import BY_MAIL, EXAMPLES
from engine.adoption.reading import MOST_PROJECTS, TO_CORRECT, key_of
from engine.exports import harmless
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import page_context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.adoption.columns import Column
    from engine.adoption.problems import Problem
    from engine.adoption.reading import Table
    from engine.persistence.unit_of_work import UnitOfWork

PROJECTS, NOTICE, LISTS = _("Projets"), _("Notice"), _("Listes")
HEADINGS = (_("Colonne"), _("Ce qu’on y écrit"), _("À remplir"), _("Exemple"), _("Valeurs possibles"))
WIDTHS = (32, 60, 44, 34, 60)
DAY_FORMAT = "DD/MM/YYYY"
WRONG = "FFFFD9D6"
TITLE = "FFE7EEF5"
LONGEST_COMMENT = 1_000


def as_csv(locale: str) -> bytes:
    """The titles alone, as French spreadsheets read them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(
        [each.title(locale) for each in columns.every()]
    )
    return text.getvalue().encode("utf-8-sig")


def as_workbook(work: UnitOfWork, *, basin_id: int) -> bytes:
    """The workbook to fill: its titles, the lists to choose from, and a notice of each column."""
    import openpyxl  # noqa: PLC0415 - few ask for a workbook, and every process would start with it.

    locale = work.locale
    lists = lists_of(work, basin_id)
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = translate(PROJECTS, locale)
    add_titles(sheet, [each.title(locale) for each in columns.every()])
    add_notice(book.create_sheet(translate(NOTICE, locale)), lists, locale)
    add_lists(book, sheet, lists, locale)
    return content_of(book)


def lists_of(work: UnitOfWork, basin_id: int) -> Mapping[str, Sequence[str]]:
    """What may be chosen, by the name of the question: coded words, partner companies, people by mail."""
    context = page_context(work, columns.FORM, basin_id=basin_id, showing=False)
    found: dict[str, Sequence[str]] = {
        each.name: [translate(option, work.locale) for option in each.options]
        for each in columns.every()
        if each.options
    }
    found["company_id"] = [each.label for each in context.choices["means-company_id"]]
    for name, path in (("prescriber_id", "prescriber_id"), ("mandatary_id", "mandatary_id"),
                       ("expert_id", "means-expert_id")):  # fmt: skip
        labels = list(dict.fromkeys(each.label.split(",")[0] for each in context.choices[path]))
        found[name] = labels
    return found


def add_titles(sheet: Any, titles: Sequence[str]) -> None:
    """The first line: always in sight, wide enough to be read."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet.append([harmless(title) for title in titles])
    sheet.freeze_panes = "A2"
    for at, title in enumerate(titles, start=1):
        cell = sheet.cell(row=1, column=at)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=TITLE)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(at)].width = min(34, max(14, len(title) + 2))


def add_notice(sheet: Any, lists: Mapping[str, Sequence[str]], locale: str) -> None:
    """One line per column: what it means, when it is to be filled, an example."""
    from openpyxl.styles import Alignment  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    add_titles(sheet, [translate(each, locale) for each in HEADINGS])
    for column in columns.every():
        possible = lists.get(column.name, ())
        sheet.append(
            [
                column.title(locale), meaning(column, locale), column.needed(locale),
                translate(EXAMPLES.get(column.name, ""), locale), " ; ".join(possible),
            ]
        )  # fmt: skip
    for at, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def meaning(column: Column, locale: str) -> str:
    """What a column means: its question's hint, else what kind of answer it takes."""
    hint = translate(column.field.hint, locale) if column.field.hint else ""
    if callable(column.field.default):
        hint = f"{hint} {translate(_('Sans réponse : l’usage du bassin.'), locale)}".strip()
    if column.name in BY_MAIL:
        return f"{hint} {translate(_('Son courriel, ou son nom.'), locale)}".strip()
    if column.options:
        return hint or translate(_("Une valeur de la liste."), locale)
    if column.is_day:
        return f"{hint} {translate(_('Un jour : 31/12/2026.'), locale)}".strip()
    return hint


def add_lists(book: Any, sheet: Any, lists: Mapping[str, Sequence[str]], locale: str) -> None:
    """The lists to choose from, on a sheet of their own, and where each is offered; days look like days."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    offered = book.create_sheet(translate(LISTS, locale))
    places: dict[str, str] = {}
    for at, (name, values) in enumerate(
        ((name, values) for name, values in lists.items() if values), start=1
    ):
        letter = get_column_letter(at)
        for row, value in enumerate(values, start=1):
            offered.cell(row=row, column=at, value=harmless(value))
        places[name] = f"'{offered.title}'!${letter}$1:${letter}${len(values)}"
    for at, column in enumerate(columns.every(), start=1):
        letter = get_column_letter(at)
        if column.name in places:
            chosen = DataValidation("list", formula1=f"={places[column.name]}", allow_blank=True)
            chosen.showErrorMessage = column.name not in BY_MAIL
            chosen.add(f"{letter}2:{letter}{MOST_PROJECTS + 1}")
            sheet.add_data_validation(chosen)
        number_format = (
            DAY_FORMAT
            if column.is_day
            else "@"
            if column.name in {"siret", "commune", "contact_phone"}
            else ""
        )
        if number_format:
            for row in range(2, MOST_PROJECTS + 2):
                sheet.cell(row=row, column=at).number_format = number_format


def annotated(table: Table, problems: Sequence[Problem], locale: str) -> bytes:
    """The file as it was sent, what is to be corrected in front of each line and in the cells themselves."""
    import openpyxl  # noqa: PLC0415
    from openpyxl.styles import Alignment  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = translate(PROJECTS, locale)
    add_titles(sheet, [translate(TO_CORRECT, locale), *table.titles])
    places = {key_of(title): at for at, title in enumerate(table.titles, start=2)}
    of_line: dict[int, list[Problem]] = {}
    for problem in problems:
        of_line.setdefault(problem.line or table.title_line, []).append(problem)
    for problem in of_line.get(table.title_line, ()):
        point_at(sheet.cell(row=1, column=place_of(problem, places)), problem.sentence(locale))
    for row, line in enumerate(table.lines, start=2):
        found = of_line.get(line.number, [])
        sheet.append([said_together(found, locale), *(harmless(cell) for cell in line.cells)])
        for problem in found:
            at = place_of(problem, places)
            point_at(sheet.cell(row=row, column=at), problem.sentence(locale) if at > 1 else "")
        sheet.cell(row=row, column=1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 60
    return content_of(book)


def point_at(cell: Any, sentence: str) -> None:
    """Colour a cell that is wrong, what is wrong with it in its comment: both where there are several."""
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell.fill = PatternFill("solid", fgColor=WRONG)
    if sentence:
        said = f"{cell.comment.text}\n{sentence}" if cell.comment else sentence
        cell.comment = Comment(said[:LONGEST_COMMENT], "Alizé", height=120, width=320)


def said_together(problems: Sequence[Problem], locale: str) -> str:
    """What is to be corrected on a line, on as many lines."""
    said = []
    for problem in problems:
        heading, sentence = problem.heading(locale), problem.sentence(locale)
        said.append(f"{heading} : {sentence}" if heading else sentence)
    return str(harmless("\n".join(said)))


def place_of(problem: Problem, places: Mapping[str, int]) -> int:
    """The column of a problem in the file, whatever the words of its title; the first one without any."""
    if problem.column is None:
        return places.get(key_of(str(problem.values.get("title", ""))), 1)
    wanted = columns.by_title().get(key_of(problem.heading("fr")))
    return next((at for title, at in places.items() if wanted and columns.by_title().get(title) is wanted), 1)


def content_of(book: Any) -> bytes:
    """A workbook's bytes."""
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
