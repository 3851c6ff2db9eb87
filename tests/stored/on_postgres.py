"""Bring what a release left in an SQLite file to a PostgreSQL server, in the tables that the release had there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import command
from sqlalchemy.dialects import postgresql

from engine.persistence import schema

Read = Callable[[Any], object]
# How SQLite keeps what PostgreSQL has a type for; the most precise type first.
READ: Mapping[type[sa.types.TypeEngine[Any]], Read] = {
    postgresql.UUID: UUID,
    sa.UUID: UUID,
    sa.Boolean: bool,
    sa.DateTime: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    sa.Date: date.fromisoformat,
    sa.Time: time.fromisoformat,
    sa.JSON: json.loads,
}


def bring(file: Path, url: str) -> None:
    """Make the tables as the release of the file had them on PostgreSQL, and write its rows there."""
    source, target = sa.create_engine(f"sqlite:///{file}"), sa.create_engine(url)
    with source.connect() as old:
        release = old.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        make_tables(target, release)
        tables = sa.MetaData()
        tables.reflect(target)
        with target.begin() as new:
            # As a restore does: rows come in any order, and were checked when they were written.
            new.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for table in tables.sorted_tables:
                copy(old, new, table)
    source.dispose()
    target.dispose()


def make_tables(target: sa.Engine, release: str) -> None:
    """Apply the migrations that the release had, and no later one."""
    with target.begin() as connection:
        config = schema.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, release)


def copy(old: sa.Connection, new: sa.Connection, table: sa.Table) -> None:
    """Write the rows of one table as they were, and have its counter go on behind them."""
    if table.name == "alembic_version":
        return
    for column in table.columns:
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = True  # Nothing there, and not a text that says so.
    new.execute(table.delete())
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    found = old.execute(sa.text(f'SELECT {quoted} FROM "{table.name}"')).all()  # noqa: S608 - names of ours.
    if found:
        new.execute(table.insert(), [row_of(table, names, row) for row in found])
    for name in names:
        counter = new.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, name))).scalar_one()
        last = new.execute(sa.select(sa.func.max(table.c[name]))).scalar_one() if counter else None
        if last is not None:
            new.execute(sa.select(sa.func.setval(counter, last)))


def row_of(table: sa.Table, names: Sequence[str], row: Sequence[Any]) -> dict[str, object]:
    """One row, each value as PostgreSQL has it."""
    return {
        name: None if value is None else read(table.c[name].type, value)
        for name, value in zip(names, row, strict=True)
    }


def read(kind: sa.types.TypeEngine[Any], value: Any) -> object:
    """A value as SQLite keeps it, as what PostgreSQL keeps."""
    found = next((how for each, how in READ.items() if isinstance(kind, each)), None)
    return value if found is None else found(value)
