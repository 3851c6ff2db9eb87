"""One day decides who may act: the local day of the basin, for tasks as for permissions (D5, D17)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.clock import FrozenClock, local_date
from engine.people import permissions
from engine.people.models import Assignment, Basin, Role
from engine.persistence.unit_of_work import Actor
from engine.runtime import locking
from engine.runtime.models import Instance
from tests.conftest import START, sqlite_database
from tests.integration.visits import Bench

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea")
# Midnights around which roles begin and end, those of both changes of the hour among them.
DAYS = (date(2026, 11, 16), date(2027, 3, 28), date(2027, 3, 29), date(2027, 10, 31), date(2027, 11, 1))
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A dossier whose first task is the officers'; each example moves it to another zone."""
    clock = FrozenClock(START)
    made = Bench(sqlite_database(tmp_path_factory.mktemp("days"), clock))
    made.install()
    made.case_id = made.start()
    made.clock = clock
    yield made
    made.database.dispose()


def place(bench, zone, begins, ends):
    """Put the dossier and its basin in a zone, the officer's role between two days of it."""
    bench.clock.set(START)
    with bench.database.start_work() as work:
        work.connection.execute(sa.update(Basin).values(zone=zone))
        work.connection.execute(sa.update(Instance).values(zone=zone))
        work.connection.execute(
            sa.update(Assignment)
            .where(Assignment.person_id == bench.officer)
            .values(valid_from=begins, valid_to=ends)
        )


def standing(bench, lock):
    """What the officer is to the task now, and to the basin: by the task, then by permission."""
    [task] = bench.open_tasks(bench.case_id)
    with bench.database.start_work(Actor(bench.officer)) as work:
        rights = permissions.permissions_of(work, bench.officer)
        by_permission = Role.OPERATOR in rights.roles(1)
        try:
            found = locking.lock(work, task.id)[0] if lock else locking.read(work, task.id)
        except locking.TaskNotFound:
            return False, False, by_permission
        return found.holds, found.is_officer, by_permission


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    minutes=st.integers(-14 * 60, 14 * 60),
    is_first=st.booleans(),
    lock=st.booleans(),
)
@example(zone="Indian/Reunion", day=date(2026, 11, 16), minutes=-3 * 60, is_first=True, lock=True)
@example(zone="Indian/Reunion", day=date(2026, 11, 16), minutes=-3 * 60, is_first=False, lock=False)
@example(zone="Indian/Reunion", day=date(2027, 3, 28), minutes=-3 * 60 - 1, is_first=False, lock=True)
@example(zone="Europe/Paris", day=date(2027, 10, 31), minutes=-60, is_first=True, lock=True)
@example(zone="America/Martinique", day=date(2026, 11, 16), minutes=60, is_first=False, lock=True)
def test_tasks_and_permissions_judge_a_role_on_the_basins_own_day(bench, zone, day, minutes, is_first, lock):
    begins, ends = (day, day + 30 * DAY) if is_first else (day - 30 * DAY, day)
    place(bench, zone, begins, ends)
    bench.clock.set(datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=minutes))

    is_in_force = begins <= local_date(bench.clock.instant, ZoneInfo(zone)) < ends

    assert standing(bench, lock) == (is_in_force, is_in_force, is_in_force)


@settings(max_examples=30, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(DAYS),
    minutes=st.integers(-14 * 60, 14 * 60),
)
@example(zone="Indian/Reunion", day=date(2026, 11, 16), minutes=-3 * 60)
def test_a_task_is_handed_to_whoever_holds_the_role_on_the_basins_own_day(bench, zone, day, minutes):
    place(bench, zone, day, day + 30 * DAY)
    bench.clock.set(datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=minutes))
    [task] = bench.open_tasks(bench.case_id)

    with bench.database.start_work(Actor(bench.other_officer)) as work:
        view = locking.lock(work, task.id)[0].task
        is_holder = locking.is_holder(work, view, bench.officer)

    assert is_holder == (local_date(bench.clock.instant, ZoneInfo(zone)) >= day)
