"""Promise 10: whoever alters, removes or reorders entries is found, even without the triggers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import doctor, scheduler
from engine.app import Engine
from engine.outbox.captured import MailboxTransport
from engine.persistence import anchors, history
from engine.persistence.database import Database
from engine.persistence.unit_of_work import UnitOfWork
from engine.projects import everyday
from engine.runtime import cases
from engine.settings import Settings
from tests.effort import dice, times
from tests.faults.trials import Copies
from tests.integration.programme import Programme

entries = history.history
Fraud = Callable[[sa.Connection, Programme, Any], None]


def without_triggers(database: Database) -> None:
    """What an attacker who owns the database does first."""
    statements = (
        ["DROP TRIGGER history_no_delete", "DROP TRIGGER history_no_update"]
        if database.is_sqlite
        else ["ALTER TABLE history DISABLE TRIGGER USER"]
    )
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def anchored(database: Database) -> list[str]:
    """The roots of every anchor, as mailed and printed, once the night has passed."""
    engine = Engine(Settings(environment="test"), database, MailboxTransport(database))
    scheduler.anchor_histories(engine)
    with database.start_reading() as work:
        return list(work.connection.scalars(sa.select(anchors.anchor.c.root)))


def found(work: UnitOfWork, roots: list[str]) -> list[str]:
    """Everything `alize verify-history` says."""
    return list(doctor.history_problems(work, known_roots=roots))


def some_entry(connection: sa.Connection, case_id: Any, *names: object) -> sa.Row[Any]:
    """One entry of the project, drawn by the dice."""
    rows = connection.execute(sa.select(entries).where(entries.c.chain_id == case_id)).all()
    return dice("entry", *names).choice(rows[1:-2])


def altered(column: str, value: Callable[[Any], Any]) -> Fraud:
    """Change one field of one entry."""

    def commit(connection: sa.Connection, programme: Programme, turn: Any) -> None:
        row = some_entry(connection, programme.case_id, column, turn)
        new = value(getattr(row, column))
        assert new != getattr(row, column)
        connection.execute(sa.update(entries).where(entries.c.seq == row.seq).values({column: new}))

    return commit


def text_changed(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """Other words where somebody wrote some."""
    connection.execute(
        sa.update(entries).where(entries.c.content.is_not(None)).values(content=entries.c.content.concat(" "))
    )


def removed(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """An entry in the middle is gone."""
    row = some_entry(connection, programme.case_id, "removed", turn)
    connection.execute(sa.delete(entries).where(entries.c.seq == row.seq))


def reordered(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """Two entries have changed places."""
    row = some_entry(connection, programme.case_id, "reordered", turn)
    mine = entries.c.chain_id == programme.case_id
    for number, new in ((row.number, 100_000), (row.number + 1, row.number), (100_000, row.number + 1)):
        connection.execute(sa.update(entries).where(mine, entries.c.number == number).values(number=new))


def added(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """An act that never was, in the middle, the others pushed on."""
    row = some_entry(connection, programme.case_id, "added", turn)
    mine = entries.c.chain_id == programme.case_id
    for number in range(500, row.number - 1, -1):
        connection.execute(
            sa.update(entries).where(mine, entries.c.number == number).values(number=number + 1)
        )
    values = {name: getattr(row, name) for name in entries.c.keys() if name != "seq"}  # noqa: SIM118
    connection.execute(sa.insert(entries).inline().values({**values, "kind": "projects.advance.granted"}))


def cut_with_its_head(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """The last entries are gone, and the project's row says that there never were any."""
    mine = entries.c.chain_id == programme.case_id
    last = connection.execute(
        sa.select(entries).where(mine).order_by(entries.c.number.desc()).limit(4)
    ).all()[-1]
    connection.execute(sa.delete(entries).where(mine, entries.c.number > last.number))
    connection.execute(
        sa.update(cases.instance)
        .where(cases.instance.c.id == programme.case_id)
        .values(history_length=last.number, history_hash=last.hash)
    )


def cut_without_its_head(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """The last entry is gone."""
    mine = entries.c.chain_id == programme.case_id
    last = connection.execute(sa.select(sa.func.max(entries.c.number)).where(mine)).scalar_one()
    connection.execute(sa.delete(entries).where(mine, entries.c.number == last))


def dossier_gone(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """A whole project's history is gone, and its row starts anew."""
    connection.execute(sa.delete(entries).where(entries.c.chain_id == programme.case_id))
    connection.execute(
        sa.update(cases.instance)
        .where(cases.instance.c.id == programme.case_id)
        .values(history_length=0, history_hash=history.GENESIS)
    )


def rewritten_to_the_end(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """One entry altered, and every hash after it made again, the head too: only the anchor knows."""
    row = some_entry(connection, programme.case_id, "rewritten", turn)
    mine = entries.c.chain_id == programme.case_id
    connection.execute(sa.update(entries).where(entries.c.seq == row.seq).values(actor_id=uuid4()))
    head = history.GENESIS
    for entry in connection.execute(sa.select(entries).where(mine).order_by(entries.c.number)).all():
        head = history.hash_of(head, dict(entry._mapping))
        connection.execute(sa.update(entries).where(entries.c.seq == entry.seq).values(hash=head))
    connection.execute(
        sa.update(cases.instance).where(cases.instance.c.id == programme.case_id).values(history_hash=head)
    )


def anchor_gone_too(connection: sa.Connection, programme: Programme, turn: Any) -> None:
    """The history rewritten to its end and no anchor left: only who keeps a root outside knows."""
    rewritten_to_the_end(connection, programme, turn)
    connection.execute(sa.delete(anchors.anchor_leaf))
    connection.execute(sa.delete(anchors.anchor))


FRAUDS: dict[str, Fraud] = {
    "kind": altered("kind", lambda kind: kind + ".not"),
    "data": altered("data", lambda data: data.replace("{", '{"a":1,', 1)),
    "actor": altered("actor_id", lambda _: uuid4()),
    "on behalf": altered("on_behalf_of", lambda _: uuid4()),
    "capacity": altered("capacity", lambda _: "steering"),
    "instant": altered("recorded_at", lambda at: at.replace(microsecond=7)),
    "day": altered("occurred_on", lambda day: None if day else date(2026, 11, 1)),
    "subject": altered("subject_id", lambda _: uuid4()),
    "basin": altered("basin_id", lambda basin: (basin or 0) + 1),
    "hash": altered("hash", lambda old: old[::-1]),
    "text": text_changed,
    "removed": removed,
    "reordered": reordered,
    "added": added,
    "tail cut": cut_without_its_head,
    "tail cut with its head": cut_with_its_head,
    "dossier gone": dossier_gone,
    "rewritten": rewritten_to_the_end,
    "anchors gone": anchor_gone_too,
}


def test_any_alteration_of_the_history_is_found(copies: Copies):
    with copies.copy() as programme:
        roots = anchored(programme.database)
        without_triggers(programme.database)
        with programme.database.start_reading() as work:
            assert found(work, roots) == []
        for name, fraud in FRAUDS.items():
            for turn in range(times(1, 25)):
                with programme.database.start_work() as work:
                    fraud(work.connection, programme, turn)
                    assert found(work, roots), name
                    work.connection.rollback()
                    work.connection.begin()


def test_an_anchor_taken_out_is_missed_by_the_next_one(copies: Copies):
    with copies.copy() as programme:
        database, table = programme.database, anchors.anchor
        for _night in range(3):
            with programme.work_as("officer") as work:
                everyday.write_note(
                    work, project_id=programme.case_id, text="Vu.", audience=everyday.COMMITTEE
                )
            programme.clock.advance(days=1)
            anchored(database)
        with database.start_reading() as work:
            assert found(work, []) == []
        with database.start_work() as work:
            middle = sa.and_(table.c.basin_id == programme.basin_id, table.c.number == 2)
            assert work.connection.execute(sa.delete(table).where(middle)).rowcount == 1

            # Nobody kept its root outside.
            assert found(work, []) == [f"anchor 3 of basin {programme.basin_id} was altered"]


def test_what_an_erasure_empties_is_no_fraud(copies: Copies):
    with copies.copy() as programme:
        roots = anchored(programme.database)
        with programme.database.start_work() as work:
            emptied = work.connection.execute(
                sa.update(entries).where(entries.c.content.is_not(None)).values(content=None, salt=None)
            )
            assert emptied.rowcount > 0
        with programme.database.start_reading() as work:
            assert found(work, roots) == []


def test_the_triggers_refuse_what_the_verification_would_find(copies: Copies):
    with copies.copy() as programme:
        for fraud in (FRAUDS["kind"], FRAUDS["text"], removed):
            with pytest.raises(sa.exc.DBAPIError), programme.database.start_work() as work:
                fraud(work.connection, programme, 0)


def test_verifying_asks_as_much_after_many_nights_as_after_one(copies: Copies):
    with copies.copy() as programme:
        database, asked = programme.database, []
        for _night in range(4):
            programme.clock.advance(days=1)
            roots = anchored(database)
            seen: list[object] = []
            listener = lambda *_, seen=seen: seen.append(0)  # noqa: E731
            sa.event.listen(database.engine, "before_cursor_execute", listener)
            with database.start_reading() as work:
                assert found(work, roots) == []
            sa.event.remove(database.engine, "before_cursor_execute", listener)
            asked.append(len(seen))
            with programme.work_as("officer") as work:
                everyday.write_note(
                    work, project_id=programme.case_id, text="Vu.", audience=everyday.COMMITTEE
                )

        assert len(roots) >= 4
        assert set(asked) == {asked[0]}
