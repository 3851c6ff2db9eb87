"""The raw bound: the statements of an act, with its payloads, on its driver, without the engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork


class Rehearsed(Exception):
    """An act was played to its last statement, then undone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as the driver received it."""

    text: str
    values: Any
    is_many: bool

    @property
    def reads(self) -> bool:
        """Whether it gives rows."""
        return self.text.lstrip().startswith("SELECT")


def statements_of(database: Database, act: Callable[[], object]) -> list[Asked]:
    """Every statement that an act sends, BEGIN and COMMIT apart."""
    asked: list[Asked] = []

    def keep(*call: Any) -> None:
        _, _, text, values, _, is_many = call
        if not text.startswith("BEGIN"):
            asked.append(Asked(text, values, is_many))

    sa.event.listen(database.engine, "before_cursor_execute", keep)
    try:
        act()
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", keep)
    return asked


def rehearsed(
    database: Database, start: Callable[[], UnitOfWork], act: Callable[[UnitOfWork], None]
) -> list[Asked]:
    """The statements of an act that is then rolled back, so that they may be sent again for real."""

    def play() -> None:
        with suppress(Rehearsed), start() as work:
            act(work)
            work._finish()  # noqa: SLF001 — everything but the commit.
            raise Rehearsed

    return statements_of(database, play)


def replayed(database: Database, asked: list[Asked], *, pipelined: bool = False) -> float:
    """Send these statements in one transaction, and commit: how long it took, in seconds.

    `pipelined` (PostgreSQL only) sends what follows the first statement in one round trip.
    """
    with database.engine.connect() as connection:
        # The pool serves readers too: on SQLite, what one gave back refuses writes until it begins an act.
        connection.begin().commit()
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        started = time.perf_counter()
        if database.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        send(cursor, asked[:1])
        with driver.pipeline() if pipelined else nullcontext():
            send(cursor, asked[1:], fetching=not pipelined)
        if database.is_sqlite:
            cursor.execute("COMMIT")
        else:
            driver.commit()
        taken = time.perf_counter() - started
        cursor.close()
    return taken


def send(cursor: Any, asked: list[Asked], *, fetching: bool = True) -> None:
    """Send statements one by one."""
    for each in asked:
        if each.is_many:
            cursor.executemany(each.text, each.values)
        else:
            cursor.execute(each.text, each.values)
        if each.reads and fetching:
            cursor.fetchall()
