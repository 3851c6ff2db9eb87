"""The witness outside the database: an anchor each night, a mail a month to those who steer (D22)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.outbox.models import Message
from engine.people import assignments, persons
from engine.people.models import Role
from engine.persistence import anchors
from tests.integration.programme import LONG_AGO, Programme


@pytest.fixture
def programme(sqlite, clock):
    made = Programme(sqlite, clock).install()
    with made.work_as("officer") as work:
        steering = persons.add(work, full_name="Steering (démo)", email="pilotage@exemple.test")
        assignments.assign(
            work, role=Role.STEERING, basin_id=made.basin_id, person_id=steering.id, from_date=LONG_AGO
        )
    made.open()
    return made


def pass_night(programme, year, month, day):
    """Let the scheduler anchor the night of a day, as it does soon after midnight."""
    programme.clock.set(datetime(year, month, day, 1, 0, tzinfo=UTC))
    scheduler.anchor_histories(SimpleNamespace(database=programme.database))


def act(programme, name):
    """Something that the history of the basin remembers."""
    with programme.work_as("officer") as work:
        found = persons.add(work, full_name=name)
        assignments.assign(
            work, role=Role.EXPERT, basin_id=programme.basin_id, person_id=found.id, from_date=LONG_AGO
        )


def told(programme):
    """The anchors mailed: their day, number and root."""
    with programme.database.start_reading() as work:
        found = work.database.scalars(
            sa.select(Message).where(Message.kind == "history_anchored").order_by(Message.created_at)
        )
        return [(each.data["anchored_on"], each.data["number"], each.data["root"]) for each in found]


def last(programme):
    with programme.database.start_reading() as work:
        return anchors.latest(work, programme.basin_id)


def test_an_anchor_each_night_that_changed_something_and_one_mail_a_month(programme):
    for day in (17, 18, 19, 20):
        pass_night(programme, 2026, 11, day)
        act(programme, f"Expert {day} (démo)")

    assert last(programme).number == 4
    [(day, number, _root)] = told(programme)  # Installed after the month's first open day.
    assert (day, number) == ("2026-11-17", 1)

    for day in (1, 2, 3):
        pass_night(programme, 2026, 12, day)
        act(programme, f"Experte {day} (démo)")

    assert [each[:2] for each in told(programme)] == [("2026-11-17", 1), ("2026-12-01", 5)]


def test_a_night_has_one_anchor_though_several_schedulers_pass_and_people_work_late(programme):
    pass_night(programme, 2026, 11, 17)
    act(programme, "Expert de nuit (démo)")

    pass_night(programme, 2026, 11, 17)

    assert last(programme).number == 1
    pass_night(programme, 2026, 11, 18)
    assert last(programme).number == 2


def test_the_month_s_mail_waits_for_its_first_open_day(programme):
    pass_night(programme, 2027, 4, 30)
    act(programme, "Expert (démo)")
    pass_night(programme, 2027, 5, 1)  # A Saturday, and Labour Day.
    pass_night(programme, 2027, 5, 2)
    assert len(told(programme)) == 1

    pass_night(programme, 2027, 5, 3)

    assert told(programme)[-1] == ("2027-05-03", last(programme).number, last(programme).root)


def test_a_last_change_is_told_although_nothing_happened_since(programme):
    pass_night(programme, 2026, 11, 17)
    act(programme, "Expert (démo)")
    pass_night(programme, 2026, 11, 18)
    pass_night(programme, 2026, 12, 1)

    assert told(programme)[-1] == ("2026-12-01", 2, last(programme).root)


def test_nothing_is_sent_twice_nor_while_nothing_changed(programme):
    pass_night(programme, 2026, 11, 17)
    pass_night(programme, 2026, 12, 1)
    pass_night(programme, 2027, 1, 4)

    assert len(told(programme)) == 1
