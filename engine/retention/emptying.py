"""Empty or delete rows as the register says: those of a project whose time is over, those of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.outbox.models import Message, Outcome
from engine.persistence import history
from engine.persistence.base import Base, table_of
from engine.retention.register import Entry, Fate
from engine.retention.tables import REGISTER

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# What stands where a page would otherwise show nothing at all, or a link without a word.
ERASED_PERSON = _("Personne effacée")
ERASED_FIRM = _("Entreprise effacée")
ERASED_FILE = _("Document effacé")
IN_PLACE: Mapping[tuple[str, str], str] = {
    ("person", "full_name"): ERASED_PERSON,
    ("project", "contact_name"): ERASED_PERSON,
    ("project", "firm"): ERASED_FIRM,
    ("instance", "firm"): ERASED_FIRM,
    ("task", "firm"): ERASED_FIRM,
    ("organisation", "name"): ERASED_FIRM,
    ("document", "name"): ERASED_FILE,
    ("paper", "name"): ERASED_FILE,
}
outbox = table_of(Message)
OBJECTS = frozenset({("outbox", "data"), ("agreement", "text")})
# A paper says itself that it was erased, and a project's size is told by its class.
BESIDE: Mapping[str, Mapping[str, str]] = {"paper": {"state": "erased"}}
AT_A_TIME = 200
AT_ONCE = 500  # Values in one statement.
# What may quote somebody though it belongs to no project nor person: a session's incident, a mail to others
# that a demonstration kept.
QUOTING: Mapping[str, tuple[str, ...]] = {
    "incident": ("error", "trace"),
    "captured_mail": ("subject", "text", "html", "source"),
}


def table(name: str) -> sa.Table:
    """The table of a line of the register."""
    return Base.metadata.tables[name]


def in_order() -> Iterator[tuple[sa.Table, Entry]]:
    """The register's lines with their tables, those that refer to others first."""
    for each in reversed(Base.metadata.sorted_tables):
        if each.name in REGISTER:
            yield each, REGISTER[each.name]


def nothing(column: sa.Column[Any]) -> Any:
    """What an emptied column holds: nothing where it may, else as little as it can."""
    key = (column.table.name, column.name)
    if key in IN_PLACE:
        return IN_PLACE[key]
    if column.nullable:
        return sa.null()
    if isinstance(column.type, sa.JSON):
        return {} if key in OBJECTS else []
    return ""


def emptied(where: sa.Table, names: tuple[str, ...]) -> dict[str, Any]:
    """The values of columns once emptied."""
    return {name: nothing(where.c[name]) for name in names} | dict(BESIDE.get(where.name, {}))


def of_case(where: sa.Table, line: Entry, case_id: UUID) -> sa.ColumnElement[bool] | None:
    """The condition that a row belongs to a project; None when no column leads there."""
    if line.case is None:
        return None
    if isinstance(line.case, str):
        return where.c[line.case] == case_id
    parent, column = line.case
    above = table(parent)
    inner = of_case(above, REGISTER[parent], case_id)
    if inner is None:
        return None
    return where.c[column].in_(sa.select(above.c.id).where(inner))


def empty_case(work: UnitOfWork, case_id: UUID, *, kept: frozenset[str] = frozenset()) -> int:
    """Empty what was written about a project, and drop what only served while it lived; how many rows.

    `kept` are tables whose own time is longer: accounting pieces.
    """
    work.flush()
    done = drop_unsent(work, outbox.c.case_id == case_id)
    for where, line in in_order():
        condition = of_case(where, line, case_id)
        if condition is None or line.at_end is Fate.KEEP or where.name in kept:
            continue
        statement: sa.UpdateBase
        if line.at_end is Fate.DROP:
            statement = sa.delete(where).where(condition)
        else:
            values = emptied(where, line.personal + line.also)
            statement = sa.update(where).where(condition).values(values)
        done += work.connection.execute(statement).rowcount
    return done


def empty_person(work: UnitOfWork, person_id: UUID, *, but: frozenset[str] = frozenset()) -> int:
    """Empty or drop the rows that are a person's own, but for some tables; how many."""
    work.flush()
    done = drop_unsent(work, outbox.c.recipient_id == person_id)
    for where, line in in_order():
        if line.person is None or line.at_erasure is Fate.KEEP or where.name in but:
            continue
        condition = where.c[line.person] == person_id
        statement: sa.UpdateBase
        if line.at_erasure is Fate.DROP:
            statement = sa.delete(where).where(condition)
        else:
            statement = sa.update(where).where(condition).values(emptied(where, line.own))
        done += work.connection.execute(statement).rowcount
    return done


def drop_unsent(work: UnitOfWork, condition: sa.ColumnElement[bool]) -> int:
    """Let the mails that wait never leave: what they would say is emptied with the rest."""
    statement = sa.update(outbox).where(condition, outbox.c.outcome.is_(None))
    values = {"outcome": Outcome.MOOT.value, "leased_until": None, "next_try_at": None}
    return work.connection.execute(statement.values(values)).rowcount


def empty_entries(work: UnitOfWork, condition: sa.ColumnElement[bool]) -> int:
    """Empty the content and the salt of history entries: the only change their trigger lets pass (D22)."""
    entries = history.history
    statement = (
        sa.update(entries)
        .where(condition, sa.or_(entries.c.content.is_not(None), entries.c.salt.is_not(None)))
        .values(content=None, salt=None)
    )
    return work.connection.execute(statement).rowcount


def empty_numbered(work: UnitOfWork, numbers: Sequence[int]) -> int:
    """Empty history entries by number: however many, a statement takes but so many values."""
    return sum(
        empty_entries(work, history.history.c.seq.in_(numbers[start : start + AT_ONCE]))
        for start in range(0, len(numbers), AT_ONCE)
    )


def entries_that(
    work: UnitOfWork,
    says: Callable[[str], bool],
    *,
    basin_id: int | None = None,
    but: sa.ColumnElement[bool] | None = None,
) -> list[int]:
    """The history entries whose content says something, read one after the other, `but` for some.

    It is a long walk through the whole history, for an act that happens seldom; `basin_id` shortens it.
    """
    entries = history.history
    found = sa.select(entries.c.seq, entries.c.content).where(entries.c.content.is_not(None))
    if basin_id is not None:
        found = found.where(entries.c.basin_id == basin_id)
    if but is not None:
        found = found.where(~but)
    rows = work.connection.execution_options(yield_per=AT_A_TIME).execute(found)
    return [row.seq for row in rows if says(row.content)]


def empty_quotes(work: UnitOfWork, says: Callable[[str], bool]) -> int:
    """Empty the traces of incidents and the kept mails that say something, whatever they were about."""
    done = 0
    for name, columns in QUOTING.items():
        where = table(name)
        rows = work.connection.execute(sa.select(where.c.id, *(where.c[each] for each in columns))).all()
        for row in rows:
            if any(says(str(text or "")) for text in row[1:]):
                values = emptied(where, columns)
                work.connection.execute(sa.update(where).where(where.c.id == row.id).values(values))
                done += 1
    return done
