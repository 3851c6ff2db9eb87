"""Fill tables by the million, inside the database: rows of one model, each with an identifier of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

if TYPE_CHECKING:
    from engine.persistence.database import Database

NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
SERIES = {
    "sqlite": (
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s"
    ),
    "postgresql": "SELECT n FROM generate_series(1, {count}) AS s(n)",
}
LATER = {  # Instants one after the other, from a first one, `step` seconds apart.
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '{first}', '+' || ({after}) || ' seconds')",
    "postgresql": "TIMESTAMPTZ '{first}+00' + ({after}) * INTERVAL '1 second'",
}


def number_ids(connection: sa.Connection, count: int) -> None:
    """Make the temporary table of new identifiers: `fresh(n, u)`."""
    dialect = connection.dialect.name
    connection.exec_driver_sql("DROP TABLE IF EXISTS fresh")
    series = SERIES[dialect].format(count=count)
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE fresh AS SELECT n, {NEW_ID[dialect]} AS u FROM ({series}) AS numbers"
    )


def clone(connection: sa.Connection, table: sa.Table, model: UUID, changes: Mapping[str, str]) -> None:
    """Insert a copy of one row per fresh identifier; `changes` are SQL expressions of `n` and `u`."""
    columns = [column for column in table.columns if column.autoincrement is not True]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(changes.get(column.name, f'm."{column.name}"') for column in columns)
    key = f"'{model.hex}'" if connection.dialect.name == "sqlite" else f"'{model}'::uuid"
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM fresh, {table.name} AS m WHERE m.id = {key}"
    )


def instants(database: Database, first: str, *, step: int, cycle: int) -> str:
    """The SQL of an instant that depends on `n`."""
    return LATER["sqlite" if database.is_sqlite else "postgresql"].format(
        first=first, after=f"{step} * (n - n / {cycle} * {cycle})"
    )


def settle(database: Database) -> None:
    """Let the database learn what it now holds."""
    if database.is_sqlite:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
