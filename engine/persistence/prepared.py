"""Statements of the hot path, compiled once for the driver: SQLAlchemy prepares nothing at each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement as the driver takes it: its text, and how each value is written."""

    text: str
    writers: Sequence[tuple[str, Callable[[Any], Any] | None]]
    is_positional: bool

    def values(self, row: Row) -> Any:
        """The values of one row, as the driver takes them."""
        if self.is_positional:
            return tuple([row[name] if write is None else write(row[name]) for name, write in self.writers])
        return {name: row[name] if write is None else write(row[name]) for name, write in self.writers}


@dataclass(slots=True, eq=False)
class Prepared:
    """A write whose columns never change, kept as a module's constant beside its row.

    What is run is what SQLAlchemy would write; its events see it, its errors are SQLAlchemy's.
    """

    statement: sa.Insert | sa.Update | sa.Delete
    known: dict[tuple[str, frozenset[str]], Compiled | None] = field(default_factory=dict)

    def run(self, connection: sa.Connection, rows: Row | Sequence[Row]) -> sa.CursorResult[Any]:
        """Write one row, or several in one statement."""
        is_one = isinstance(rows, Mapping)
        first: Row = rows if is_one else rows[0]  # type: ignore[assignment,index]
        key = connection.dialect.name, frozenset(first)
        if key not in self.known:
            self.known[key] = compiled_for(self.statement, connection.dialect, first)
        compiled = self.known[key]
        if compiled is None:
            return connection.execute(self.statement, rows)
        values = compiled.values(first) if is_one else [compiled.values(row) for row in rows]  # type: ignore[arg-type]
        return connection.exec_driver_sql(compiled.text, values)


def compiled_for(statement: Any, dialect: sa.Dialect, row: Row) -> Compiled | None:
    """A write as a dialect's driver takes it; nothing where SQLAlchemy itself gives a column its value."""
    compiled = statement.compile(dialect=dialect, column_keys=list(row))
    if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
        return None
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in names}
    writers = [(name, types[name].bind_processor(dialect)) for name in names]
    return Compiled(str(compiled), writers, compiled.positional)
