"""A project prepared once per kind of database, then copied for each trial; and what a trial left behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from engine import app
from engine.clock import FrozenClock
from engine.people.models import Assignment
from engine.persistence import anchors, history
from engine.persistence.base import Base
from engine.persistence.database import Database
from engine.runtime import cases
from engine.runtime.models import Instance, Task
from tests.integration.programme import Programme


def opened(url: str, instant: datetime) -> Database:
    """A database as a process of its own opens it: its pool, its clock, the whole domain."""
    database = Database(url, clock=FrozenClock(instant))
    database.sources.insert(0, cases.CaseHeads())
    database.domain = app.domain()
    return database


@dataclass
class Copies:
    """A prepared project, and as many copies of its database as trials ask for."""

    programme: Programme
    folder: Path
    server: str | None  # The address of the PostgreSQL server; none for SQLite.
    made: list[str] = field(default_factory=list)
    # How many statements an act takes here when nobody disturbs it, for the acts that were tried alone.
    statements: dict[Callable[..., object], int] = field(default_factory=dict)

    @property
    def instant(self) -> datetime:
        """The instant at which every trial begins."""
        return self.programme.clock.instant

    @contextmanager
    def copy(self) -> Iterator[Programme]:
        """The same project on a database of its own, thrown away afterwards."""
        url = self.copied()
        database = opened(url, self.instant)
        try:
            yield replace(self.programme, database=database, clock=database.clock)
        finally:
            database.dispose()
            self.drop(url)

    def copied(self) -> str:
        """The address of a new copy."""
        self.programme.database.dispose()
        if self.server is None:
            path = self.folder / f"{uuid4().hex}.db"
            original = sa.make_url(self.programme.database.url).database
            assert original is not None
            for suffix in ("", "-wal"):
                if Path(original + suffix).exists():
                    shutil.copy(original + suffix, str(path) + suffix)
            return f"sqlite:///{path}"
        name, template = f"trial_{uuid4().hex}", sa.make_url(self.programme.database.url).database
        self.command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return sa.make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Throw a copy away."""
        name = sa.make_url(url).database
        assert name is not None
        if self.server is not None:
            self.command(f"DROP DATABASE {name} WITH (FORCE)")
            return
        for path in self.folder.glob(f"{Path(name).name}*"):
            path.unlink()

    def command(self, statement: str) -> None:
        """Ask something of the server itself."""
        assert self.server is not None
        admin = sa.create_engine(self.server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(statement)
        admin.dispose()


def footprint(programme: Programme) -> dict[str, Any]:
    """Everything a project has left in the database, without the identifiers that chance gives.

    The history must verify: a footprint of broken chains is not one.
    """
    tables = {
        table.name: sa.select(sa.func.count()).select_from(table) for table in Base.metadata.sorted_tables
    }
    with programme.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        found: dict[str, Any] = {
            name: work.connection.execute(counted).scalar_one() for name, counted in tables.items()
        }
        entries = history.history
        found["entries"] = [
            (row.kind, row.actor_id)
            for row in work.connection.execute(
                sa.select(entries).where(entries.c.chain_id == programme.case_id).order_by(entries.c.number)
            )
        ]
        found["tasks"] = sorted(
            (row.process, row.step, row.position or 0, str(row.outcome), str(row.assignee_id), str(row.closed_by),
             str(row.due_on), row.suspended)
            for row in work.connection.execute(sa.select(Task.__table__))
        )  # fmt: skip
        found["instances"] = sorted(
            (
                row.process,
                str(row.end_event),
                row.awaited,
                str(row.due_at),
                str(row.wake_at),
                tokens_of(row.marking),
            )
            for row in work.connection.execute(sa.select(Instance.__table__))
        )
        found["held"] = sorted(
            (row.role, str(row.person_id), str(row.valid_to))
            for row in work.connection.execute(sa.select(Assignment.__table__))
            if row.case_id is not None
        )
    found["mails"] = sorted((mail.kind, str(mail.recipient_id), str(mail.data)) for mail in programme.mails())
    return found


def tokens_of(marking: str) -> str:
    """Where an instance's tokens stand and what it remembers, without the identifiers of open steps."""
    content = json.loads(marking)

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items() if name != "id"}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(plain(content), sort_keys=True)
