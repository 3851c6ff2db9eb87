"""One act, one transaction: what is recorded is chained, what fails leaves nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.persistence import history
from engine.persistence.unit_of_work import Actor, ReadingOnly

CHAIN = uuid4()


def entries(database):
    with database.start_reading() as work:
        return work.connection.execute(sa.select(history.history).order_by(history.history.c.seq)).all()


def test_entries_of_a_chain_are_numbered_and_hash_the_one_before(database):
    actor = Actor(uuid4())
    for number in (1, 2):
        with database.start_work(actor) as work:
            work.record("tests.thing.done", chain=CHAIN, subject=CHAIN, count=number)
            work.record("tests.thing.told", chain=CHAIN, subject=CHAIN, content={"text": "bonjour"})

    rows = entries(database)

    assert [row.number for row in rows] == [1, 2, 3, 4]
    previous = history.GENESIS
    for row in rows:
        assert history.hash_of(previous, row._mapping) == row.hash
        previous = row.hash


def test_an_exception_leaves_nothing(database):
    with pytest.raises(ZeroDivisionError), database.start_work() as work:
        work.record("tests.thing.done", chain=CHAIN, subject=CHAIN)
        raise ZeroDivisionError

    assert entries(database) == []


def test_history_cannot_be_changed_but_its_content_can_be_erased(database):
    with database.start_work() as work:
        work.record("tests.thing.told", chain=CHAIN, subject=CHAIN, content={"text": "bonjour"})

    for statement in ("UPDATE history SET kind = 'x'", "DELETE FROM history"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.start_work() as work:
            work.connection.exec_driver_sql(statement)
    with database.start_work() as work:
        work.connection.exec_driver_sql("UPDATE history SET content = NULL, salt = NULL")

    [row] = entries(database)
    assert row.content is None
    assert history.hash_of(history.GENESIS, row._mapping) == row.hash


def test_reading_can_write_nothing_whatever_is_sent(database):
    """The database itself refuses it, and the connection is given back able to write (D27)."""
    statements = [
        "DELETE FROM chain_head",
        "UPDATE history SET content = NULL, salt = NULL",
        "CREATE TABLE fresh (id INTEGER)",
    ]
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"), database.start_reading() as work:
            work.connection.exec_driver_sql(statement)
    for _ in range(20):
        with database.start_work() as work:
            work.record("tests.thing.done", chain=CHAIN, subject=CHAIN)
        with database.start_reading() as work, database.start_work() as other:
            other.record("tests.thing.done", chain=CHAIN, subject=CHAIN)
            assert work.connection.execute(sa.select(sa.literal(1))).scalar_one() == 1

    assert len(entries(database)) == 40


def test_reading_asks_no_statement_more_for_being_read_only(database):
    seen = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    with database.start_reading() as work:
        work.connection.execute(sa.select(sa.literal(1)))

    assert [each.split()[0] for each in seen if each != "BEGIN"] == ["SELECT"]


def test_reading_cannot_record(database):
    with pytest.raises(ReadingOnly), database.start_reading() as work:
        work.record("tests.thing.done", chain=CHAIN, subject=CHAIN)
