"""Migrations lead to the very tables that the models describe, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.persistence import history, schema
from engine.persistence.base import Base
from engine.persistence.database import Database

# What a database says of itself: a name, and the whole of what it names.
SAYS = {
    "sqlite": (
        (
            "SELECT type || ' ' || name, sql FROM sqlite_master"
            " WHERE name NOT LIKE 'sqlite_%' AND type <> 'table'"
        ),
        (
            "SELECT 'column ' || t.name || '.' || c.name,"
            " c.type || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk"
            " FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
        ),
        (
            "SELECT 'reference ' || t.name || '.' || f.\"from\","
            " f.\"table\" || '.' || coalesce(f.\"to\", '') || ' ' || f.on_update || ' ' || f.on_delete"
            " FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'"
        ),
        (
            """
            SELECT DISTINCT 'unique ' || t.name || ' ' ||
              (SELECT group_concat(c.name) FROM pragma_index_info(i.name) c), i.origin
            FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i."unique"
            """
        ),
    ),
    "postgresql": (
        "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        (
            "SELECT 'column ' || table_name || '.' || column_name,"
            " data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')"
            " FROM information_schema.columns WHERE table_schema = 'public'"
        ),
        (
            "SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        ),
        "SELECT 'trigger ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        (
            "SELECT 'function ' || proname, pg_get_functiondef(oid)"
            " FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ),
        (
            "SELECT 'options of ' || relname, coalesce(array_to_string(reloptions, ','), '')"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ),
    ),
}


# Added when there were rows already: the default that filled them stays, and no insert counts on it.
FILLED_OLD_ROWS = ("agreement.media_type", "agreement.body", "complementary_diagnostic.instance_id")


def said_of(database: Database) -> dict[str, str]:
    """Everything a database says of its tables, but for those of the migrations themselves."""
    found: dict[str, str] = {}
    with database.reader.connect() as connection:
        for query in SAYS[connection.dialect.name]:
            for name, text in connection.exec_driver_sql(query):
                if "alembic" not in name:
                    found[name] = " ".join((text or "").replace('"', "").split())
    return found


def without_a_table(request, tmp_path, clock, kind: str, name: str) -> Database:
    """A database without a table."""
    if kind == "sqlite":
        return Database(f"sqlite:///{tmp_path}/{name}.db", clock=clock)
    server = request.getfixturevalue("postgres_server")
    name = f"{name}_{tmp_path.name.replace('-', '_')}".lower()[:60]
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    return Database(url, clock=clock)


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path, clock):
    """A database without a table."""
    made = without_a_table(request, tmp_path, clock, request.param, "migrated")
    yield made
    made.dispose()


@pytest.fixture
def created(request, tmp_path, clock, empty):
    """A database of the same kind, whose tables were made from the models as those of most tests are."""
    kind = "sqlite" if empty.is_sqlite else "postgres"
    made = without_a_table(request, tmp_path, clock, kind, "created")
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()


def test_migrated_tables_are_those_of_the_models(empty):
    schema.upgrade(empty)

    with empty.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_databases_are_the_same_as_created_ones_to_the_last_condition(empty, created):
    """Conditions of indexes, server defaults, triggers and fill factors: what Alembic does not compare."""
    schema.upgrade(empty)

    migrated, modelled = said_of(empty), said_of(created)
    for name in FILLED_OLD_ROWS:
        assert migrated.pop(f"column {name}") != modelled.pop(f"column {name}")

    assert {name: migrated.get(name) for name in modelled} == modelled
    assert set(migrated) == set(modelled)
    kinds = {name.split()[0] for name in modelled}
    assert kinds >= {"index", "column", "trigger"}
    assert "closed_at IS NULL" in modelled["index task_open_of_case"]


def test_migrated_history_is_append_only(empty):
    schema.upgrade(empty)
    with empty.start_work() as work:
        chain = work.actor.person_id
        work.record("tests.thing.done", chain=chain, subject=chain)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), empty.start_work() as work:
        work.connection.execute(sa.update(history.history).values(kind="other"))


def test_upgrading_twice_changes_nothing(empty):
    schema.upgrade(empty)
    before = said_of(empty)

    schema.upgrade(empty)

    assert said_of(empty) == before
    with empty.start_reading() as work:
        schema.require_current(work)


def test_another_release_s_database_is_refused(empty):
    schema.upgrade(empty)
    with empty.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.OtherRelease, match="9999"), empty.start_reading() as work:
        schema.require_current(work)
