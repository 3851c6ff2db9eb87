"""Projects prepared once for the whole tier, on each kind of database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.clock import FrozenClock
from engine.people import assignments, persons
from engine.people.models import Role
from engine.persistence.base import Base
from engine.persistence.database import Database
from engine.projects import closing
from tests.conftest import START
from tests.faults.trials import Copies
from tests.integration.programme import LONG_AGO, Programme


def installed(copies_folder: Path, server: str | None) -> Programme:
    """A basin on a database of its own, to be copied; a second officer may want the same task."""
    clock = FrozenClock(START)
    name = f"original_{uuid4().hex}"
    url = f"sqlite:///{copies_folder}/{name}.db"
    if server is not None:
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.dispose()
        url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url, clock=clock)
    Base.metadata.create_all(database.engine)
    programme = Programme(database, clock).install()
    with database.start_work() as work:
        colleague = persons.add(work, full_name="Collègue (démo)", email="collegue@exemple.test", phone=None)
        programme.people["colleague"] = colleague.id
        assignments.assign(
            work, role=Role.OPERATOR, person_id=colleague.id, basin_id=programme.basin_id, from_date=LONG_AGO
        )
    return programme


def prepared(copies_folder: Path, server: str | None) -> Copies:
    """A labelled project on the day its first report is due: a report, a plan, and a ladder to begin.

    An early end was asked for: the chair may sign it, and everything else would disappear.
    """
    programme = installed(copies_folder, server)
    programme.label()
    programme.play_until(date(2027, 2, 15))
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )
    # Midnight of the due day has come and no tick has run yet: the ladder's timer is due.
    programme.clock.set(programme.clock.instant.replace(day=16, hour=9))
    programme.database.dispose()
    return Copies(programme, copies_folder, server)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """The prepared project on each kind of database."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    return prepared(tmp_path_factory.mktemp("copies"), server)
