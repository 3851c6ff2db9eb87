"""What an example is: about what, its lines, each with its day, its figure or its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.people import basins
from engine.registry import parameters
from engine.registry.wording import Said

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words in a language of their own, whatever the reader's."""

    text: str
    language: str


# A day, several, a number, a phrase, a quotation. A phrase's values are numbers, days, phrases, or functions
# of the reader's language.
Value = date | tuple[date, ...] | int | Said | Quoted


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what is told, and what it comes to. `of` names the parameter that it is the very day of."""

    label: Said
    value: Value
    note: Said | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What a parameter gives: in which case, line by line, and what else to know."""

    about: Said
    lines: Sequence[Line] = ()
    notes: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A basin on its day; its parameters are read as they stand, or as they are supposed to."""

    work: UnitOfWork
    basin_id: int
    today: date

    def value(self, key: str) -> Any:
        """The value of a current parameter."""
        return basins.parameter(self.work, self.basin_id, key, default=parameters.BY_KEY[key].default)
