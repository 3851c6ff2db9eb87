"""Writes compiled once: the driver gets what SQLAlchemy would send it, and neighbours leave together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.persistence import history, idempotency
from engine.persistence.prepared import Prepared
from engine.persistence.unit_of_work import Actor, ChangedMeanwhile

keys = idempotency.idempotency_key
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RENAME = Prepared(
    sa.update(keys).where(keys.c.key == bindparam("which")).values(location=bindparam("location"))
)


def remembered(key: str) -> dict:
    return {
        "actor_id": UUID(int=7), "route": "/taches", "key": key, "request_hash": "0" * 64, "status": 303,
        "location": "/taches", "kept_until": NOW,
    }  # fmt: skip


def rows(database):
    with database.start_reading() as work:
        return work.connection.execute(sa.select(keys).order_by(keys.c.key)).all()


@pytest.fixture
def sent(database):
    found: list[tuple[str, bool]] = []

    def keep(*call) -> None:
        found.append((call[2].split()[0], call[5]))

    sa.event.listen(database.engine, "before_cursor_execute", keep)
    return found


def test_a_prepared_row_reads_as_one_that_sqlalchemy_wrote(database):
    summer = NOW.astimezone(timezone(timedelta(hours=2)))
    with database.start_work() as work:
        work.connection.execute(sa.insert(keys), {**remembered("a"), "kept_until": summer})
    with database.start_work() as work:
        work.write(Prepared(sa.insert(keys)), {**remembered("b"), "kept_until": summer})

    first, second = rows(database)
    assert {**first._mapping, "key": "b"} == second._mapping
    assert second.kept_until == NOW


def test_nothing_empty_is_written_otherwise(database):
    given = {
        "chain_id": uuid4(), "number": 1, "basin_id": None, "recorded_at": NOW, "occurred_on": date(2026, 3, 1),
        "actor_id": uuid4(), "on_behalf_of": None, "capacity": None, "kind": "tests.thing.done",
        "subject_id": uuid4(), "data": "{}", "content": None, "salt": None, "content_digest": None,
        "hash": "0" * 64,
    }  # fmt: skip
    with database.start_work() as work:
        work.write(history.APPEND, [given])

    with database.start_reading() as work:
        row = work.connection.execute(sa.select(history.history)).one()
    assert {name: getattr(row, name) for name in given} == given


def test_neighbours_with_one_statement_leave_as_one_but_those_that_are_counted(database, sent):
    with database.start_work(Actor(uuid4())) as work:
        for key in "abc":
            work.write(idempotency.REMEMBER, remembered(key))
        for key in "ab":
            work.write(RENAME, {"which": key, "location": f"/{key}"}, expected=1)

    counted = [("UPDATE", False), ("UPDATE", False)]
    assert [each for each in sent if each[0] != "BEGIN"] == [("INSERT", True), *counted]
    assert [row.location for row in rows(database)] == ["/a", "/b", "/taches"]


def test_one_row_missing_among_neighbours_refuses_the_act(database):
    with pytest.raises(ChangedMeanwhile), database.start_work() as work:
        work.write(idempotency.REMEMBER, remembered("a"))
        for key in ("nobody", "a"):
            work.write(RENAME, {"which": key, "location": "/b"}, expected=1)

    assert rows(database) == []


def test_what_is_written_last_leaves_last_and_together(database, sent):
    with database.start_work() as work:
        for key in "ab":
            work.write_last(RENAME, [{"which": key, "location": "/late"}])
            work.write(idempotency.REMEMBER, remembered(key))

    assert [each for each in sent if each[0] != "BEGIN"] == [("INSERT", True), ("UPDATE", True)]
    assert {row.location for row in rows(database)} == {"/late"}


def test_values_that_sqlalchemy_gives_are_left_to_it(database):
    table = sa.Table("given", sa.MetaData(), sa.Column("id", sa.Uuid, default=uuid4), sa.Column("a", sa.Text))
    table.create(database.engine)
    with database.start_work() as work:
        work.write(Prepared(sa.insert(table)), [{"a": "b"}, {"a": "c"}])

    with database.start_reading() as work:
        found = work.connection.execute(sa.select(table).order_by(table.c.a)).all()
    assert [row.a for row in found] == ["b", "c"]
    assert all(isinstance(row.id, UUID) for row in found)
