"""Decisions sent back before the upgrade: from then on they wait for their officer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.persistence import schema
from tests.integration.test_migrated_agreements import upgrade_to
from tests.integration.test_schema import empty  # noqa: F401 -- a database without a table, of each kind

BEFORE = "0013"
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
ANYTHING = {
    sa.Boolean: False, sa.Integer: 1, sa.Date: date(2026, 11, 16), sa.DateTime: NOON, sa.JSON: {},
    sa.Uuid: None, sa.String: "x",
}  # fmt: skip


def row_of(table, **known):
    """A row whose other columns hold anything that the table takes."""
    return {
        column.name: known[column.name] if column.name in known else anything(column.type)
        for column in table.columns
        if column.name in known or (not column.nullable and column.server_default is None)
    }


def anything(kind):
    """A value of a type, as this release wrote them."""
    if isinstance(kind, sa.CHAR | sa.Uuid):
        return uuid4().hex
    return next(value for each, value in ANYTHING.items() if isinstance(kind, each))


@pytest.fixture
def before(empty):  # noqa: F811
    """The tables of the release before, where references point to nothing."""
    upgrade_to(empty, BEFORE)
    plain = sa.create_engine(empty.engine.url)
    tables = sa.MetaData()
    tables.reflect(plain, only=["task", "decision"], resolve_fks=False)

    def insert(name, **known):
        table = tables.tables[name]
        with plain.begin() as connection:
            if not empty.is_sqlite:
                connection.exec_driver_sql("SET session_replication_role = replica")
            connection.execute(sa.insert(table).values(row_of(table, **known)))

    yield empty, insert
    plain.dispose()


def waiting_for(database, step):
    """Whom the only task of a step waits for."""
    with database.reader.connect() as connection:
        return connection.execute(
            sa.text("SELECT waits_for FROM task WHERE step = :step"), {"step": step}
        ).scalar_one()


@pytest.mark.parametrize(("taken_again", "waits_for"), [(False, "operator"), (True, "session")])
def test_what_was_sent_back_waits_for_its_officer_until_taken_again(before, taken_again, waits_for):
    database, insert = before
    instance_id, first = uuid4().hex, uuid4().hex
    insert("task", instance_id=instance_id, step="committee_decision", waits_for="session")
    insert("decision", id=first, instance_id=instance_id, turn=1, sent_back_at=NOON)
    if taken_again:
        insert("decision", instance_id=instance_id, turn=2, supersedes_id=first)

    schema.upgrade(database)

    assert waiting_for(database, "committee_decision") == waits_for


def test_a_file_that_the_committee_has_not_seen_goes_on_waiting_for_it(before):
    database, insert = before
    insert("task", instance_id=uuid4().hex, step="committee_decision", waits_for="session")

    schema.upgrade(database)

    assert waiting_for(database, "committee_decision") == "session"
