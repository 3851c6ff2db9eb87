"""Migrations lead to the very tables that the models describe, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.persistence import history, schema
from engine.persistence.base import Base
from engine.persistence.database import Database


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path, clock):
    """A database without a table."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/empty.db", clock=clock)
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"migrated_{tmp_path.name.replace('-', '_')}".lower()[:60]
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.dispose()
        url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
        made = Database(url, clock=clock)
    yield made
    made.dispose()


def test_migrated_tables_are_those_of_the_models(empty):
    schema.upgrade(empty)

    with empty.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_history_is_append_only(empty):
    schema.upgrade(empty)
    with empty.start_work() as work:
        chain = work.actor.person_id
        work.record("tests.thing.done", chain=chain, subject=chain)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), empty.start_work() as work:
        work.connection.execute(sa.update(history.history).values(kind="other"))


def test_upgrading_twice_changes_nothing(empty):
    schema.upgrade(empty)
    schema.upgrade(empty)

    with empty.start_reading() as work:
        schema.require_current(work)


def test_another_release_s_database_is_refused(empty):
    schema.upgrade(empty)
    with empty.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(schema.OtherRelease, match="9999"), empty.start_reading() as work:
        schema.require_current(work)
