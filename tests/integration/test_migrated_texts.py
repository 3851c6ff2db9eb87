"""Agreements, sessions and their neighbours of the release before: every row and every guard is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from engine.persistence import schema
from tests.integration.test_migrated_agreements import upgrade_to
from tests.integration.test_schema import empty  # noqa: F401 -- a database without a table, of each kind

BEFORE = "0012"
LATER = datetime(2026, 11, 16, 9, tzinfo=UTC)
BASIN, PERSON, FIRM, PARTNERSHIP, PROJECT = 1, uuid4(), uuid4(), uuid4(), uuid4()
SESSION, DECISION, SCAN, REQUEST = uuid4(), uuid4(), uuid4(), uuid4()
FIRST, SECOND, LINE, SIGNATURE = uuid4(), uuid4(), uuid4(), uuid4()

# What the release before could hold, parents first.
ROWS = (
    ("basin", {"id": BASIN}),
    ("person", {"id": PERSON}),
    ("organisation", {"id": FIRM}),
    ("partnership_agreement", {"id": PARTNERSHIP, "basin_id": BASIN}),
    (
        "project",
        {"id": PROJECT, "basin_id": BASIN, "organisation_id": FIRM, "partnership_agreement_id": PARTNERSHIP},
    ),
    ("committee_session", {"id": SESSION, "basin_id": BASIN}),
    ("decision", {"id": DECISION, "basin_id": BASIN, "project_id": PROJECT, "session_id": SESSION}),
    (
        "committed_means",
        {"id": uuid4(), "basin_id": BASIN, "project_id": PROJECT, "company_id": FIRM},
    ),
    ("document", {"id": SCAN, "basin_id": BASIN, "project_id": PROJECT}),
    ("agreement", {"id": FIRST, "basin_id": BASIN, "project_id": PROJECT, "version": 1, "body": "mots"}),
    ("agreement", {"id": SECOND, "basin_id": BASIN, "project_id": PROJECT, "version": 2, "body": "mots"}),
    ("signatory", {"id": LINE, "basin_id": BASIN, "agreement_id": SECOND, "person_id": PERSON}),
    (
        "signature",
        {"id": SIGNATURE, "basin_id": BASIN, "agreement_id": SECOND, "signatory_id": LINE,
         "person_id": PERSON, "document_id": SCAN},
    ),
    ("intervention_request", {"id": REQUEST, "basin_id": BASIN, "project_id": PROJECT}),
)  # fmt: skip


def stored(column: sa.Column, value: object) -> object:
    """An identifier as this database keeps it."""
    is_text = isinstance(column.type, sa.String)
    return value.hex if isinstance(value, UUID) and is_text else value


def anything(column: sa.Column) -> object:
    """A value that a column takes, for what a test says nothing of."""
    kind = column.type
    if isinstance(kind, sa.CHAR | sa.Uuid):
        return stored(column, uuid4())
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.Integer):
        return 1
    if isinstance(kind, sa.DateTime):
        return LATER
    return date(2026, 11, 16) if isinstance(kind, sa.Date) else column.name


def add(connection: sa.Connection, name: str, **given: object) -> None:
    """Insert a row, whatever its table asks for besides."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    row = {
        column.name: stored(column, given[column.name]) if column.name in given else anything(column)
        for column in table.columns
        if column.name in given or not (column.nullable or column.server_default is not None)
    }
    connection.execute(sa.insert(table).values(row))


def everything(connection: sa.Connection) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    here = sa.MetaData()
    here.reflect(connection)
    return {
        name: [dict(row._mapping) for row in connection.execute(sa.select(table))]
        for name, table in here.tables.items()
        if "alembic" not in name
    }


@pytest.fixture
def before(empty):  # noqa: F811
    """A database of the release before, with a row of each table that this one changes."""
    upgrade_to(empty, BEFORE)
    with empty.start_work() as work:
        for name, given in ROWS:
            add(work.connection, name, **given)
        work.record("tests.thing.done", chain=PROJECT, subject=PROJECT)
    return empty


def test_an_upgrade_keeps_every_row_and_every_reference(before):
    with before.reader.connect() as connection:
        kept = everything(connection)

    schema.upgrade(before)

    with before.reader.connect() as connection:
        found = everything(connection)
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if before.is_sqlite else []
    assert dangling == []
    for name, rows in kept.items():
        assert [{key: row[key] for key in rows[0]} for row in found[name]] == rows, name
    assert {(row["kind"], row["locale"], row["file_hash"]) for row in found["agreement"]} == {
        ("agreement", "fr", None)
    }
    assert found["signatory"][0]["way"] == "online"
    assert (found["committee_session"][0]["sequence"], found["committee_session"][0]["number"]) == (0, None)


def test_foreign_keys_are_watched_again_after_an_upgrade(before):
    schema.upgrade(before)

    with pytest.raises(sa.exc.IntegrityError), before.start_work() as work:
        add(work.connection, "signatory", agreement_id=uuid4(), person_id=PERSON, basin_id=BASIN, position=9)


def changed(database, name: str, **values: object) -> None:
    """Change every row of a table."""
    with database.engine.begin() as connection:
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        connection.execute(sa.update(table).values(values))


def deleted(database, name: str) -> None:
    """Delete every row of a table."""
    with database.engine.begin() as connection:
        connection.execute(sa.delete(sa.table(name)))


def refused(database, name: str, words: str = "never rewritten", **values: object) -> None:
    """Check that the database refuses such a change, and why."""
    with pytest.raises(sa.exc.DBAPIError, match=words):
        changed(database, name, **values)


def test_an_agreement_of_before_is_neither_rewritten_nor_deleted(before):
    schema.upgrade(before)

    for name in ("body", "text_hash", "number", "media_type", "kind", "locale"):
        refused(before, "agreement", **{name: "autre"})
    refused(before, "agreement", version=7)
    refused(before, "agreement", text={"autre": 1})
    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"):
        deleted(before, "agreement")


def test_the_hash_of_a_file_is_written_once(before):
    schema.upgrade(before)

    changed(before, "agreement", file_hash="abc")
    changed(before, "agreement", file_hash="abc", state="effective")
    refused(before, "agreement", file_hash="def")
    refused(before, "agreement", file_hash=None)


def test_an_annex_has_the_number_and_the_version_of_its_agreement(before):
    schema.upgrade(before)
    annex = {"basin_id": BASIN, "project_id": PROJECT, "version": 2, "number": "number", "kind": "annex"}

    with before.start_work() as work:
        add(work.connection, "agreement", **annex, parent_id=SECOND)

    with pytest.raises(sa.exc.IntegrityError), before.start_work() as work:
        add(work.connection, "agreement", **annex, parent_id=SECOND)


def test_minutes_are_rewritten_until_they_are_signed(before):
    schema.upgrade(before)
    with before.start_work() as work:
        add(work.connection, "minutes", basin_id=BASIN, session_id=SESSION, version=1, state="to_sign")
    changed(before, "minutes", body="autres mots", body_hash="def")
    changed(before, "minutes", state="signed", signed_as="chair")
    changed(before, "minutes", file_hash="abc")

    for name in ("body", "body_hash", "state", "signed_as", "file_hash"):
        refused(before, "minutes", **{name: "autre"})
    refused(before, "minutes", version=2)
    refused(before, "minutes", signed_on=LATER.date())
    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"):
        deleted(before, "minutes")


def test_an_erratum_only_says_afterwards_who_took_note_of_it(before):
    schema.upgrade(before)
    with before.start_work() as work:
        add(work.connection, "erratum", basin_id=BASIN, session_id=SESSION, number=1)
    with before.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE erratum SET noted_in = session_id")

    for name in ("wrong", "right_text", "reason"):
        refused(before, "erratum", **{name: "autre"})
    refused(before, "erratum", number=2)
    refused(before, "erratum", noted_in=None)
    with pytest.raises(sa.exc.DBAPIError, match="never rewritten"):
        deleted(before, "erratum")


def test_a_paper_is_made_once(before):
    schema.upgrade(before)
    with before.start_work() as work:
        add(work.connection, "paper", basin_id=BASIN, state="requested")
    changed(before, "paper", content_hash="abc", state="made")

    refused(before, "paper", "made once", content_hash="def")


def test_history_of_before_is_still_append_only(before):
    schema.upgrade(before)

    refused(before, "history", "append-only", kind="other")
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        deleted(before, "history")
