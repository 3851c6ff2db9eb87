"""The register of personal data: what each column of each table is, and what becomes of it."""

# A column of text or JSON is in exactly one of four lists: `hidden` (a person's, never shown, not even to
# them), `own` (a person's, emptied when they are erased), `told` (what was written in a project's file,
# emptied when its time is over), `plain` (a code, a hash, words of the programme: not personal).
# tests/architecture/test_personal_data.py holds the register against the tables, and the document
# docs/personal-data.md against the register.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What becomes of the rows of a table when their person is erased, or their project's time is over."""

    DROP = "row deleted"
    EMPTY = "columns emptied"
    KEEP = "kept"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one table holds of people.

    `person` is the column of the person whom the row is about (their erasure touches it), `persons` the
    other columns that name people; `case` the column that leads to a project, or (table, column) of the
    row that does. `also` are columns that are neither text nor JSON, emptied with the project's texts.
    """

    table: str
    title: str  # As an export calls it, in French; marked for translation.
    why: str
    until: str
    person: str | None = None
    persons: tuple[str, ...] = ()
    case: str | tuple[str, str] | None = None
    hidden: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    at_erasure: Fate = Fate.KEEP
    at_end: Fate = Fate.KEEP
    about_head: bool = False  # What is written there is about the head of the firm: it is theirs to read.

    @property
    def personal(self) -> tuple[str, ...]:
        """The columns that hold personal data and may be shown to the person."""
        return self.own + self.told

    def kinds(self) -> Mapping[str, str]:
        """What each classified column is, by name."""
        lists = (("hidden", self.hidden), ("own", self.own), ("told", self.told), ("plain", self.plain))
        return {name: kind for kind, names in lists for name in names}


def entry(
    table: str,
    title: str,
    *,
    why: str,
    until: str,
    person: str | None = None,
    persons: str = "",
    case: str | tuple[str, str] | None = None,
    hidden: str = "",
    own: str = "",
    told: str = "",
    plain: str = "",
    also: str = "",
    at_erasure: Fate = Fate.KEEP,
    at_end: Fate = Fate.KEEP,
    about_head: bool = False,
) -> Entry:
    """A line of the register; lists of columns are written as words."""
    return Entry(
        table, title, why, until, person, tuple(persons.split()), case, tuple(hidden.split()),
        tuple(own.split()), tuple(told.split()), tuple(plain.split()), tuple(also.split()),
        at_erasure, at_end, about_head,
    )  # fmt: skip


def impersonal(table: str, why: str, plain: str = "", *, persons: str = "") -> Entry:
    """A table without personal data but, perhaps, the identifier of who acted."""
    return entry(table, "", why=why, until="as long as the installation", plain=plain, persons=persons)
