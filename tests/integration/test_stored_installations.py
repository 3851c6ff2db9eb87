"""Promise 7 on a whole installation: the database that a release left is brought up to date, and goes on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import app, installing, operations
from engine.clock import FrozenClock
from engine.persistence import anchors, history, schema
from engine.persistence.base import table_of
from engine.persistence.database import Database
from engine.registry import promises
from engine.runtime import cases, incidents, rebuilding
from engine.runtime.models import Instance
from tests.effort import EXHAUSTIVE
from tests.faults.lives import Life
from tests.integration.programme import Programme
from tests.stored import keeping, on_postgres

RELEASES = keeping.releases()


def brought_back(release: str, folder, address: str = "") -> tuple[Programme, list[UUID]]:
    """The installation of a release, as it was left, and its running projects; on PostgreSQL at its address."""
    file = folder / "alize.db"
    about = keeping.put_database(release, file)
    if address.startswith("postgresql"):
        on_postgres.bring(file, address)
    else:
        address = f"sqlite:///{file}"
    database = Database(address, clock=FrozenClock(datetime.fromisoformat(about["now"])))
    database.sources.insert(0, cases.CaseHeads())
    database.domain = app.domain()
    programme = Programme(database, database.clock, basin_id=about["basin_id"])
    for name in ("people", "firms"):
        getattr(programme, name).update({key: UUID(value) for key, value in about[name].items()})
    with database.engine.connect() as connection:
        running = connection.execute(
            sa.text("SELECT id FROM instance WHERE id = case_id AND ended_at IS NULL AND process = 'project'")
        ).scalars().all()  # fmt: skip
    return programme, [UUID(str(each)) for each in running]


@pytest.mark.parametrize("release", RELEASES)
def test_every_project_that_a_release_left_running_goes_on_to_its_end(release, tmp_path, address):
    programme, running = brought_back(release, tmp_path, address)
    database = programme.database

    schema.upgrade(database)
    installing.stamp(database, environment="test")
    with database.start_reading() as work:
        promises.require_kept(work, operations=operations.OPERATIONS, routing=installing.ROUTING)
    ends = []
    for number, programme.case_id in enumerate(running):
        ends.append(Life(programme, random.Random(number)).go_on())

    assert len(ends) > 8
    require_sound(database, running)
    database.dispose()


@pytest.mark.parametrize("release", RELEASES)
def test_projects_whose_states_are_all_lost_go_on_to_their_end_from_their_markings(release, tmp_path):
    """The way across a library that no longer reads what it wrote (D13)."""
    programme, running = brought_back(release, tmp_path)
    database = programme.database
    schema.upgrade(database)
    installing.stamp(database, environment="test")
    chosen = running if EXHAUSTIVE else running[::3]
    table = table_of(Instance)
    with database.engine.begin() as connection:
        lost = sa.update(table).where(table.c.case_id.in_(chosen))
        connection.execute(lost.values(state="of another library"))
        named = sa.select(table.c.id, table.c.reference).where(table.c.id.in_(chosen))
        references = {row.id: row.reference for row in connection.execute(named)}

    for number, programme.case_id in enumerate(chosen):
        with database.start_work() as work:
            assert rebuilding.rebuild(work, reference=references[programme.case_id])
        Life(programme, random.Random(number)).go_on()

    require_sound(database, chosen)
    database.dispose()


def require_sound(database: Database, running: Sequence[UUID]) -> None:
    """Nothing of these projects is left open, nothing went wrong, and the history verifies."""
    with database.start_reading() as work:
        left = sa.select(sa.func.count()).where(Instance.id.in_(running), Instance.ended_at.is_(None))
        assert work.connection.scalar(left) == 0
        assert incidents.list_open(work) == []
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        assert list(anchors.heads_problems(work, history.chain_head, history.chain_head.c.chain_id)) == []
