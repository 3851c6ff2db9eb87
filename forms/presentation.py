"""A form as a list of inputs, ready for one template macro; and the way back from a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forms import fields, identifiers, quantities, texts
from forms.conditions import When
from forms.context import Choice, Context
from forms.extras import Chosen
from forms.questions import Form, Questions
from forms.rows import Rows

ROW_NAME = re.compile(r"([a-z][a-z_]*)-([0-9]{1,3})-([a-z][a-z_]*)")
ADD_ROW = "add_row"
MOST_RADIOS = 5
BLANK_ROWS_AT_FIRST = 2
ROWS_ADDED = 3

Errors = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The control `name` must hold one of `values`; `*` is any value, the empty text none."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: its inputs, and the errors of the row as a whole."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """One control of a page.

    `kind`: text, textarea, number, money, date, email, tel, hidden, checkbox, choice-radio,
    choice-select, choices, file, rows. A select begins with an empty line, which reads
    `otherwise` where choosing none is an answer; `choices` and `file` are boxes to tick, their
    `values` those ticked. `folded` controls go under « Préciser », those of a `group` under its
    heading, after the others.
    """

    name: str
    id: str
    kind: str
    label: str
    hint: str = ""
    unit: str = ""
    required: bool = False
    required_when: Shown | None = None
    shown_when: Shown | None = None
    value: str = ""
    values: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    otherwise: str = ""
    rows: tuple[Row, ...] = ()
    can_add: bool = False
    max_length: int | None = None
    minimum: str = ""
    maximum: str = ""
    step: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    folded: bool = False
    group: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether something is to be corrected in it, or in one of its rows."""
        return bool(self.errors) or any(
            row.errors or any(inner.errors for inner in row.inputs) for row in self.rows
        )


def inputs(
    form: Form, context: Context, values: Mapping[str, object] | None = None, errors: Errors | None = None
) -> list[Input]:
    """List the inputs of a form.

    `values` is what was typed (a refused page, a draft), or nothing for a fresh page; `errors`
    the messages of `InvalidAnswers`. A question that the basin does not ask is left out.
    """
    return inputs_of(form.questions(context), values, errors or {}, prefix="")


def anchor(path: str) -> str:
    """The id, in the page, of the control of a path: where an error's link leads."""
    return f"answer-{path}" if path else "answers"


def answers_of(items: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Read a page's controls back: `needs-0-domain` is a row's, a repeated name is a list.

    Buttons and tokens stay under their own names; `catalogue.load` lets them go.
    """
    answers: dict[str, object] = {}
    rows: dict[str, dict[int, dict[str, object]]] = {}
    for name, value in items:
        found = ROW_NAME.fullmatch(name)
        if found:
            gather(rows.setdefault(found[1], {}).setdefault(int(found[2]), {}), found[3], value)
        else:
            gather(answers, name, value)
    return answers | {name: [row for _at, row in sorted(numbered.items())] for name, numbered in rows.items()}


def gather(answers: dict[str, object], name: str, value: str) -> None:
    """Keep a value under its name; several make a list."""
    known = answers.get(name)
    if name not in answers:
        answers[name] = value
    else:
        answers[name] = [*known, value] if isinstance(known, list) else [known, value]


def wants_row(answers: Mapping[str, object]) -> str:
    """The list to which « Ajouter une ligne » was pressed, or nothing."""
    wanted = answers.get(ADD_ROW)
    return wanted if isinstance(wanted, str) else ""


def inputs_of(
    questions: Questions, values: Mapping[str, object] | None, errors: Errors, *, prefix: str
) -> list[Input]:
    """List the inputs of a form or of a row; `prefix` begins the names of a row's."""
    return [
        input_of(
            field,
            value_of(questions, field, values),
            values or {},
            errors,
            name=f"{prefix}{name}",
            prefix=prefix,
        )
        for name, field in questions.asked().items()
        if field.is_asked
    ]


def value_of(questions: Questions, field: fields.Field[Any], values: Mapping[str, object] | None) -> object:
    """What a control holds: as typed, else where the page starts from."""
    if values is None:
        return field.initial()
    return values[str(field.name)] if field.name in values else questions.absent(field)


def input_of(
    field: fields.Field[Any],
    value: object,
    values: Mapping[str, object],
    errors: Errors,
    *,
    name: str,
    prefix: str,
) -> Input:
    """Describe one control."""
    say = field.context.say
    several = value if isinstance(value, list | tuple) else [value]
    is_list = isinstance(field, fields.References)
    more = wants_row(values) == name
    return Input(
        name=name,
        id=anchor(name),
        kind=kind_of(field, in_row=bool(prefix)),
        label=say(field.label),
        hint=say(field.hint),
        unit=say(field.unit),
        required=field.mandatory is True,
        required_when=shown(field.mandatory, prefix),
        shown_when=shown(field.shown_when, prefix),
        value="" if is_list or isinstance(field, Rows) else texts.printable(field.typed(value)),
        values=tuple(texts.printable(field.typed(one)) for one in several if one not in (None, ""))
        if is_list
        else (),
        errors=tuple(errors.get(name, ())),
        choices=choices_of(field),
        otherwise=say(field.otherwise) if isinstance(field, fields.Reference) else "",
        rows=rows_of(field, value, errors, name, more=more) if isinstance(field, Rows) else (),
        can_add=isinstance(field, Rows) and not field.fixed,
        max_length=field.longest if isinstance(field, fields.Text) else None,
        autocomplete=field.autocomplete,
        folded=field.folded,
        group=say(field.group),
        **bounds_of(field),
    )


def shown(condition: object, prefix: str) -> Shown | None:
    """Name the control on which a condition depends."""
    return Shown(prefix + condition.field, condition.values) if isinstance(condition, When) else None


def kind_of(field: fields.Field[Any], *, in_row: bool) -> str:
    """Choose a control: a few compulsory choices are radio buttons, the rest a list."""
    if field.kind != "choice":
        return field.kind
    few = 1 <= len(choices_of(field)) <= MOST_RADIOS
    compulsory = field.mandatory is True or field.default is not None
    return "choice-radio" if few and compulsory and not in_row else "choice-select"


def choices_of(field: fields.Field[Any]) -> tuple[Choice, ...]:
    """List the choices of a control; the host's are already in the reader's language."""
    if isinstance(field, fields.Reference):
        return tuple(field.options())
    if isinstance(field, fields.Code | fields.YesNo | Chosen) and not isinstance(field, fields.Checkbox):
        say = field.context.say
        return tuple(Choice(one.value, say(one.label), say(one.hint)) for one in field.options())
    return ()


def bounds_of(field: fields.Field[Any]) -> dict[str, Any]:
    """Give the bounds of a number or of a date, and the keyboard that suits it."""
    if isinstance(field, quantities.Whole):
        return {"minimum": str(field.least), "maximum": str(field.most), "inputmode": "numeric"}
    if isinstance(field, quantities.Days):
        return {
            "minimum": str(field.least),
            "maximum": str(field.most),
            "step": str(field.step),
            "inputmode": "decimal",
        }
    if isinstance(field, quantities.Day):
        return {"minimum": field.earliest.isoformat(), "maximum": field.latest.isoformat()}
    if isinstance(field, quantities.Money | quantities.Number):
        return {"inputmode": "decimal"}
    numeric = isinstance(field, identifiers.Siret | identifiers.Time)
    return {"inputmode": "numeric"} if numeric else {}


def rows_of(field: Rows, value: object, errors: Errors, name: str, *, more: bool) -> tuple[Row, ...]:
    """Describe the rows typed so far and, unless the host alone has rows, a few blank ones."""
    typed = (
        [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list | tuple) else []
    )
    blank = 0 if field.fixed else ROWS_ADDED if more else BLANK_ROWS_AT_FIRST if not typed else 0
    rows: list[Mapping[str, object] | None] = [*typed, *[None] * min(blank, max(0, field.most - len(typed)))]
    return tuple(row_of(field, at, row, errors, name) for at, row in enumerate(rows))


def row_of(field: Rows, at: int, row: Mapping[str, object] | None, errors: Errors, name: str) -> Row:
    """Describe one row."""
    path = f"{name}-{at}"
    found = inputs_of(field.questions(), row, errors, prefix=f"{path}-")
    title = field.context.say(field.row_label).replace("{number}", str(at + 1))
    if field.fixed:
        about = f"{path}-{field.reference.name}"
        hidden = next(one for one in found if one.name == about)
        title = next((choice.label for choice in hidden.choices if choice.value == hidden.value), title)
        found = [replace(one, kind="hidden") if one is hidden else one for one in found]
    return Row(anchor(path), title, tuple(found), tuple(errors.get(path, ())))
