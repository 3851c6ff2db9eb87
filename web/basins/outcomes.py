"""What a parameter gives, in words: days, figures and sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine import examples
from engine.examples import Quoted
from engine.registry.wording import Said
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.examples import Compared, Row
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.parameters import Parameter


@dataclass(frozen=True, slots=True)
class Told:
    """One value as the page writes it: several for a list of days, which break between them."""

    texts: Sequence[str]
    language: str | None = None  # Of a quotation.


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an example: `before` is what it is with the value in force, where that is not the same."""

    label: str
    value: Told
    before: Told | None
    note: str | None
    is_own: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example as the page shows it; `is_tried` when its value is not the one in force."""

    about: str
    lines: Sequence[Line]
    notes: Sequence[str]
    is_tried: bool


def outcome(work: UnitOfWork, basin: Basin, line: Parameter, value: object = None) -> Outcome:
    """What a current parameter gives, with another value if one is said.

    Raises `InvalidAnswers` for a value that may not be chosen.
    """
    return in_words(examples.compared(work, basin_id=basin.id, key=line.key, value=value))


def in_words(found: Compared) -> Outcome:
    """The whole example."""
    return Outcome(
        about=phrase(found.example.about),
        lines=[line_in_words(row) for row in found.rows],
        notes=[phrase(each) for each in found.example.notes],
        is_tried=found.is_tried,
    )


def line_in_words(row: Row) -> Line:
    """One line."""
    return Line(
        label=phrase(row.line.label),
        value=told(row.line.value),
        before=None if row.before is None else told(row.before),
        note=None if row.line.note is None else phrase(row.line.note),
        is_own=row.is_own,
        is_new=row.is_new,
    )


def told(value: Any) -> Told:
    """A value of a line."""
    if isinstance(value, tuple):
        return Told([typography.short_date(day, web_work.locale()) for day in value] or ["–"])
    if isinstance(value, Quoted):
        return Told([value.text], value.language)
    return Told([plain(value)])


def phrase(said: Said) -> str:
    """A phrase with its values."""
    return web_work.translated(said.template, **named(said.values))


def named(values: Mapping[str, Any]) -> dict[str, str]:
    """The values of a phrase."""
    return {name: plain(value) for name, value in values.items()}


def plain(value: Any) -> str:
    """A day, a number, a phrase within another, or what writes itself in a language."""
    locale = web_work.locale()
    if isinstance(value, date):
        return typography.day_in_words(value, locale, today=web_work.today())
    if isinstance(value, Said):
        return phrase(value)
    if callable(value):
        return str(value(locale=locale))
    return typography.number(value, locale) if isinstance(value, int) else web_work.translated(str(value))
