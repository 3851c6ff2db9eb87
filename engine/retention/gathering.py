"""Everything that the system holds on one person, gathered from the register: nothing can be left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.people import persons
from engine.people.models import Assignment, Role
from engine.persistence import history
from engine.persistence.base import Base
from engine.projects.models import Project
from engine.retention import emptying, naming
from engine.retention.register import Entry, Fate
from engine.retention.tables import REGISTER

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

HISTORY = "history"
FATES = {
    Fate.DROP: _("Effacé si vous le demandez."),
    Fate.EMPTY: _("Ce qui vous nomme est effacé si vous le demandez."),
    Fate.KEEP: _("Gardé le temps que la loi ou le programme demande, puis effacé."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds on the person: as it is called, what becomes of it, and its rows."""

    table: str
    title: str
    fate: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that the person sent."""

    name: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything on one person, and the files that they sent."""

    person_id: UUID
    parts: Sequence[Part]
    files: Sequence[Sent]


def gather(work: UnitOfWork, person_id: UUID) -> Gathered:
    """Gather what every table of the register holds on a person. Raises `persons.UnknownPerson`.

    What was written about the head of a firm is theirs to read, opinions included, whoever wrote it.
    """
    persons.find(work, person_id)
    headed = headed_by(work, person_id)
    parts = []
    for table, line in emptying.in_order():
        if not line.title:
            continue
        rows = list(rows_of(work, table, line, person_id, headed))
        if rows:
            parts.append(Part(line.table, line.title, FATES[line.at_erasure], columns_of(table, line), rows))
    order = {name: place for place, name in enumerate(REGISTER)}
    return Gathered(person_id, sorted(parts, key=lambda part: order[part.table]), files_of(work, person_id))


def headed_by(work: UnitOfWork, person_id: UUID) -> list[UUID]:
    """The projects of which the person is, or was, the firm's head."""
    found: sa.CompoundSelect[Any] = sa.union(
        sa.select(Project.id).where(Project.sme_head_id == person_id),
        sa.select(Assignment.case_id).where(
            Assignment.person_id == person_id, Assignment.role == Role.SME_HEAD.value
        ),
    )
    return [each for each in work.connection.scalars(found) if each is not None]


def columns_of(table: sa.Table, line: Entry) -> list[str]:
    """What is told of a row: its words, codes, dates and numbers; neither secrets nor internal links."""
    return [
        column.name
        for column in table.columns
        if column.name not in line.hidden and not isinstance(column.type, sa.Uuid)
    ]


def rows_of(
    work: UnitOfWork, table: sa.Table, line: Entry, person_id: UUID, headed: Sequence[UUID]
) -> Iterable[dict[str, Any]]:
    """The rows of a table that are about the person, or by them, each once and in order."""
    rows: dict[Any, dict[str, Any]] = {}
    names = columns_of(table, line)
    key = [table.c[column.name] for column in table.primary_key.columns]
    whose = table.c[line.person] if line.person is not None else sa.null()
    for condition in conditions(work, table, line, person_id, headed):
        found = sa.select(
            *key, whose.label("whose_row"), *(table.c[name].label(f"of_{name}") for name in names)
        )
        for row in work.connection.execute(found.where(condition).order_by(*key)):
            told = {name: plain(getattr(row, f"of_{name}")) for name in names}
            if row.whose_row is not None and row.whose_row != person_id:
                told |= dict.fromkeys(line.own)  # Written by the person about another: that one's address.
            rows[row[: len(key)]] = told
    ordered = sorted(rows) if line.table == HISTORY else rows
    return (rows[each] for each in ordered)


def conditions(
    work: UnitOfWork, table: sa.Table, line: Entry, person_id: UUID, headed: Sequence[UUID]
) -> Iterator[sa.ColumnElement[bool]]:
    """Which rows of a table are about the person, or by them; one after the other, however many they are."""
    links = [name for name in (line.person, *line.persons) if name is not None]
    found: list[sa.ColumnElement[bool]] = [table.c[name] == person_id for name in links]
    if line.about_head:
        for case_id in headed:
            condition = emptying.of_case(table, line, case_id)
            found += [] if condition is None else [condition]
    if found:
        yield sa.or_(*found)
    if line.table == HISTORY:
        yield from entries_about(work, person_id)


def entries_about(work: UnitOfWork, person_id: UUID) -> Iterator[sa.ColumnElement[bool]]:
    """Which history entries are about a person: their own chain, those on them, those that name them."""
    entries = history.history.c
    person = persons.find(work, person_id)
    yield sa.or_(entries.chain_id == person_id, entries.subject_id == person_id)
    if person.erased_at is None:
        says = naming.namer(surnames_of=[person.full_name], addresses=[person.email, person.phone])
        naming_them = emptying.entries_that(work, says)
        for start in range(0, len(naming_them), emptying.AT_ONCE):
            yield entries.seq.in_(naming_them[start : start + emptying.AT_ONCE])


def plain(value: object) -> object:
    """A value as JSON holds it."""
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    return history.plain(value)


def files_of(work: UnitOfWork, person_id: UUID) -> list[Sent]:
    """The files that the person sent, and whose content is still there."""
    document = Base.metadata.tables["document"]
    found = sa.select(document.c.name, document.c.content_hash).where(
        document.c.recorded_by == person_id, document.c.content_hash != ""
    )
    return [Sent(row.name, row.content_hash) for row in work.connection.execute(found)]


def note(work: UnitOfWork, person_id: UUID) -> None:
    """Keep in the person's history that such a file was made, and for whom: themselves or another."""
    work.record(
        "people.data.exported", chain=person_id, subject=person_id,
        own=work.actor.person_id == person_id,
    )  # fmt: skip
