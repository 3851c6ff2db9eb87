"""A basin at work of the release before variants: every row is kept, and the basin goes on with what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.persistence import schema
from engine.persistence.base import Base
from engine.persistence.unit_of_work import Actor
from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime import tasks, version_change
from engine.runtime.models import Task
from engine.variants import following, published, publishing
from tests.integration import migrating
from tests.integration.programme import LONG_AGO, REPORT
from tests.integration.test_migrated_agreements import upgrade_to
from tests.integration.test_migrated_texts import add, everything
from tests.integration.test_schema import empty, without_a_table  # noqa: F401 -- databases of each kind
from tests.integration.variants import SLOWER, Shaping

BEFORE = "0014"
# What came since: a living basin of before had none of it.
NEW_TABLES = {
    "variant_draft", "variant_edit", "version_change", "version_change_line", "shared_rehearsal"
}  # fmt: skip
NEW_COLUMNS = {
    "process_version": {"changes", "drawn", "reasons"},
    "task": {"questions"},
    "submission": {"extras", "questions"},
}


@pytest.fixture
def living(request, tmp_path, clock, empty) -> Iterator[Shaping]:  # noqa: F811
    """A basin whose project has its first report open, somebody's answers half typed."""
    made = without_a_table(request, tmp_path, clock, "sqlite" if empty.is_sqlite else "postgres", "living")
    Base.metadata.create_all(made.engine)
    programme = Shaping(made, clock)
    migrating.labelled(programme)
    with programme.work_as("mandatary") as work:
        task_id = programme.task("follow_up_report").id
        tasks.save_draft(work, task_id=task_id, answers={"progress": "La nouvelle ligne"})
    yield programme
    made.dispose()


@pytest.fixture
def before(living, empty) -> Shaping:  # noqa: F811
    """The same basin in a database of the release before: the rows, as its tables take them."""
    upgrade_to(empty, BEFORE)
    carry(living.database, empty)
    empty.sources, empty.domain = living.database.sources, living.database.domain
    return replace(living, database=empty)


def carry(source, target) -> None:
    """Copy every row to the columns that the target has."""
    there = sa.MetaData()
    there.reflect(target.engine)
    with source.reader.connect() as connection:
        rows = everything(connection)
    with target.engine.begin() as connection:
        for table in there.sorted_tables:
            for row in in_order(rows.get(table.name, [])):
                connection.execute(
                    sa.insert(table).values({name: row[name] for name in row if name in table.c})
                )
            number_on(connection, table)


def in_order(rows):
    """A version after the one that it refers to."""
    return sorted(rows, key=lambda row: row.get("reference_id") is not None)


def number_on(connection, table) -> None:
    """Let the next row that is given a number by PostgreSQL have the next one."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None and column.server_default is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        most = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(sequence, most, False)))


def rows_of(database):
    with database.reader.connect() as connection:
        return everything(connection)


def test_an_upgrade_keeps_every_row_of_a_living_basin(before):
    kept = rows_of(before.database)
    assert not NEW_TABLES & set(kept)
    for name, columns in NEW_COLUMNS.items():
        assert kept[name]
        assert not columns & set(kept[name][0])

    schema.upgrade(before.database)

    found = rows_of(before.database)
    for name, rows in kept.items():
        assert [{key: row[key] for key in rows[0]} for row in found[name]] == rows, name
    assert {name: found[name] for name in NEW_TABLES} == {name: [] for name in NEW_TABLES}
    assert all(
        (row["changes"], row["drawn"], row["reasons"]) == ([], {}, {}) for row in found["process_version"]
    )
    assert all(row["questions"] is None for row in found["task"])
    assert all((row["extras"], row["questions"]) == (None, None) for row in found["submission"])
    with before.database.start_reading() as work:
        schema.require_current(work)


@pytest.fixture
def upgraded(before) -> Shaping:
    """The basin on this release's tables."""
    schema.upgrade(before.database)
    return before


def test_its_versions_are_listed_and_read(upgraded):
    with upgraded.database.start_reading() as work:
        listed = published.of_basin(work, upgraded.basin_id)
        whole = published.numbered(work, upgraded.basin_id, 1)
        in_force = versions.in_force(work, basin_id=upgraded.basin_id, on=upgraded.today)
        offered = following.newer_than(following.references(work), whole.reference_id)
        spec = versions.specification(work, version_id=in_force, process="project")

    assert [(each.number, each.effective_on) for each in listed] == [(1, LONG_AGO)]
    assert (whole.changes, whole.drawn, whole.reasons) == ([], {}, {})
    assert in_force == listed[0].id
    assert offered.number == 1
    assert spec is not None


def test_its_open_report_is_rendered_with_what_was_typed(upgraded):
    mandatary = Actor(upgraded.people["mandatary"], "web")
    with upgraded.database.start_reading(mandatary) as work:
        typed = tasks.read_draft(work, task_id=upgraded.task("follow_up_report").id)

    upgraded.report(**REPORT)

    assert typed.answers["progress"] == "La nouvelle ligne"
    assert "follow_up_report" not in upgraded.steps()
    closed = [each for each in upgraded.rows(Task) if each.step == "follow_up_report"]
    assert [each.outcome for each in closed] == ["completed"]
    assert {row["extras"] for row in rows_of(upgraded.database)["submission"]} == {None}


def test_its_project_moves_to_another_version_and_back(upgraded):
    target = migrating.published(upgraded)
    was = migrating.rows(upgraded)

    line = migrating.report(upgraded, migrating.migrate(upgraded, target)).lines[0]
    moved = {each["version_id"] for each in migrating.rows(upgraded)["instances"]}
    migrating.undo(upgraded)

    assert line.outcome == version_change.Outcome.MOVED
    assert moved == {target}
    came_back = {each["version_id"] for each in migrating.rows(upgraded)["instances"]}
    assert came_back == {each["version_id"] for each in was["instances"]}


def test_its_next_draft_begins_from_the_version_it_has(upgraded):
    draft = upgraded.begin()
    assert (draft.changes, draft.drawn) == ([], {})
    draft = upgraded.slow_down()

    with upgraded.work_as("officer") as work:
        made = publishing.publish(work, draft_id=draft.id, revision=draft.revision)
        whole = work.database.get_one(ProcessVersion, made.id)

    assert made.number == 2
    assert whole.parameters.items() >= SLOWER.items()


def test_what_its_tables_forbid_is_refused(upgraded):
    basin_id, version_id = upgraded.basin_id, upgraded.begin().reference_id
    batch_id = migrating.order(upgraded, migrating.published(upgraded))

    for name, given in (
        ("variant_draft", {"basin_id": basin_id, "reference_id": version_id}),  # Another is open.
        ("process_version", {"basin_id": basin_id, "number": 1}),
        ("version_change", {"basin_id": basin_id}),  # To a version that is not there.
        ("version_change_line", {"batch_id": batch_id, "case_id": upgraded.case_id}),
        ("shared_rehearsal", {"basin_id": 999}),
    ):
        with pytest.raises(sa.exc.IntegrityError), upgraded.database.engine.begin() as connection:
            add(connection, name, **given)


# ── References, which no basin tells apart ──────────────────────────────────────────────────────────────────


def reference(connection, number: int, *, day: int):
    """A version of the reference, published on a day."""
    identifier, at = uuid4(), datetime(2026, 11, day, 9, tzinfo=UTC)
    add(connection, "process_version", id=identifier, number=number, published_at=at)
    return identifier


def test_references_published_at_once_under_one_number_are_told_apart(empty):  # noqa: F811
    upgrade_to(empty, "0018")
    with empty.engine.begin() as connection:
        third = reference(connection, 2, day=18)
        second = reference(connection, 2, day=17)
        first = reference(connection, 1, day=16)
        fourth = reference(connection, 4, day=19)

    schema.upgrade(empty)

    with empty.start_reading() as work:
        found = dict(work.connection.execute(sa.select(ProcessVersion.number, ProcessVersion.id)).all())
    assert found == {1: first, 2: second, 3: third, 4: fourth}


def test_two_references_never_have_one_number(empty):  # noqa: F811
    schema.upgrade(empty)
    with empty.engine.begin() as connection:
        reference(connection, 1, day=16)

    with pytest.raises(sa.exc.IntegrityError), empty.engine.begin() as connection:
        reference(connection, 1, day=17)
