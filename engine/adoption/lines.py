"""From the lines of a file to the answers of the form, each problem told at its line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.adoption import cells, columns
from engine.adoption.naming import Names, Unknown
from engine.adoption.problems import Problem, ToCorrect
from engine.adoption.reading import TO_CORRECT, key_of
from engine.i18n import LOCALES, translate
from engine.i18n import mark as _
from engine.operations import page_context
from engine.people import basins
from forms import catalogue, fields
from forms.adoption import MOST_COMPANIES, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.adoption.columns import Column
    from engine.adoption.reading import Line, Table
    from engine.persistence.unit_of_work import UnitOfWork
    from forms.context import Context

MOST_TITLES_SAID = 10
NO_LINE = _("Aucun projet ne suit les titres : remplissez une ligne par projet.")
# The column that the annotated file puts in front: sent again, it says nothing.
IGNORED = frozenset(key_of(translate(TO_CORRECT, locale)) for locale in LOCALES)


@dataclass(slots=True)
class Project:
    """A line of the file as the form reads it: its clean answers, or what is to be corrected."""

    number: int
    typed: dict[str, str] = field(default_factory=dict)  # By path, as the form reads it.
    answers: dict[str, Any] | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: str | None, text: str, **values: object) -> None:
        """Say what is wrong in the column of an answer, or with the line as a whole."""
        column = None if path is None else columns.of_path(path)
        self.problems.append(Problem(text, self.number, column, values))


def read(work: UnitOfWork, table: Table, *, basin_id: int) -> list[Project]:
    """Read every line of a file. Raises `ToCorrect` for its titles, and where no line follows them."""
    known = columns_of(table)
    if not table.lines:
        raise ToCorrect([Problem(NO_LINE, table.title_line)])
    context = page_context(work, columns.FORM, basin_id=basin_id, showing=False)
    names = Names(work, context, basin_id=basin_id, today=basins.today(work, basin_id))
    return [project_of(line, table.titles, known, context, names) for line in table.lines]


def columns_of(table: Table) -> list[Column | None]:
    """The column of each title, none for one left empty. Raises `ToCorrect`."""
    problems: list[Problem] = []
    found: list[Column | None] = []
    seen: set[str] = set()
    for title in table.titles:
        column = columns.by_title().get(key_of(title)) if title else None
        found.append(column)
        if key_of(title) in IGNORED:
            continue
        if title and column is None and len(problems) < MOST_TITLES_SAID:
            problems.append(
                Problem(_("Aucune colonne ne s’appelle « {title} » : reprenez les titres du modèle."),
                        table.title_line, values={"title": title})
            )  # fmt: skip
        elif column is not None and column.path in seen:
            problems.append(
                Problem(
                    _("La colonne « {title} » est là deux fois."), table.title_line, values={"title": title}
                )
            )
        elif column is not None:
            seen.add(column.path)
    missing = [
        each for each in columns.every() if len(each.needed_at()) == len(Stage) and each.path not in seen
    ]
    problems += [
        Problem(_("Il manque la colonne « {title} »."), table.title_line, values={"title": each})
        for each in missing[:MOST_TITLES_SAID]
    ]
    if problems:
        raise ToCorrect(problems)
    return found


def project_of(
    line: Line, titles: Sequence[str], known: Sequence[Column | None], context: Context, names: Names
) -> Project:
    """One line, read by the form; everything wrong with it at once."""
    project = Project(line.number)
    unknown = {}
    for at, cell in enumerate(line.cells):
        column = known[at] if at < len(known) else None
        if column is None:
            if cell and not (at < len(titles) and key_of(titles[at]) in IGNORED):
                project.refuse(None, _("Une valeur n’est sous aucun titre : « {cell} »."), cell=cell[:60])
            continue
        try:
            project.typed[column.path] = value_of(column, cell, names)
        except Unknown as nobody:
            unknown[column.path] = nobody
            project.typed[column.path] = cell
    for path, named in unknown.items():
        project.refuse(path, named.text, **named.values)
    refuse_what_is_not_asked(project)
    load(project, context, already=set(unknown))
    return project


def value_of(column: Column, cell: str, names: Names) -> str:
    """A cell as the form reads it. Raises `Unknown` for somebody nobody knows."""
    if isinstance(column.field, fields.Reference) and cell:
        return names.find(column.path, cell)
    return cells.typed(column, cell)


def refuse_what_is_not_asked(project: Project) -> None:
    """Refuse what is filled at another stage than the line's: the form would let it go without a word."""
    stage = next((each for each in Stage if each.value == project.typed.get("stage")), None)
    if stage is None:
        return
    for path, value in project.typed.items():
        column = columns.by_path()[path]
        if value and stage not in column.stages:
            project.refuse(
                path, _("À l’étape « {stage} », cette colonne reste vide : videz-la, ou changez l’étape."),
                stage=stage,
            )  # fmt: skip


def load(project: Project, context: Context, *, already: set[str]) -> None:
    """Have the form read a line; what it refuses is told in the reader's language."""
    try:
        answers = catalogue.load(columns.FORM, nested(project.typed), context)
    except catalogue.InvalidAnswers as refusal:
        for path, sentences in refusal.messages.items():
            if path in already:
                continue
            column = columns.of_path(path)
            value = project.typed.get(path, "")
            for sentence in sentences:
                project.refuse(path, said_of(column, value), sentence=sentence, read=value[:40],
                               possible=possible_of(column, context))  # fmt: skip
        return
    if not project.problems:
        project.answers = answers


def said_of(column: Column | None, value: str) -> str:
    """How a problem is told: what the form says, what was read, and what may be chosen instead."""
    if not value:
        return "{sentence}"
    if column is not None and column.options:
        return _("{sentence} Lu : « {read} » ; possibles : {possible}.")
    return _("{sentence} Lu : « {read} ».")


def possible_of(column: Column | None, context: Context) -> str:
    """The words of a list, in the reader's language."""
    return ", ".join(context.say(each) for each in column.options) if column is not None else ""


def nested(typed: Mapping[str, str]) -> dict[str, object]:
    """Answers by path as a page sends them: the rows of a list under its name, each at its own rank."""
    rows: dict[str, dict[int, dict[str, str]]] = {}
    answers: dict[str, object] = {}
    for path, value in typed.items():
        name, *place = path.split("-")
        if place:
            rows.setdefault(name, {}).setdefault(int(place[0]), {})[place[1]] = value
        elif value:
            answers[name] = value
    return answers | {name: [each.get(at, {}) for at in range(MOST_COMPANIES)] for name, each in rows.items()}
