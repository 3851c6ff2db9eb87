"""What hourly ticks ask of a database when there is nothing to do: as much for thirty basins as for one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.agreements.losses import LOST_ONES
from engine.agreements.passed_on import PASSED_ON
from engine.escalation import digest
from engine.operations.lost_seats import TO_ASK, TO_WITHDRAW
from engine.people import assignments, basins, chairs, committee_seats, organisations, persons
from engine.people.models import Role
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched

LONG_AGO = date(2000, 1, 1)
MONDAY = date(2026, 11, 16)


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def presided(work, *, number, zone="Europe/Paris", partner=True):
    """A basin that somebody presides over, for a company that is a partner or was one."""
    basin = basins.add(
        work, slug=f"bassin-{number}", code=f"B{number}", name=f"Bassin {number} (démo)", zone=zone
    )
    work.flush()
    firm = organisations.add(work, name=f"Présidence {number} (démo)", from_date=LONG_AGO)
    person = persons.add(work, full_name=f"Présidente {number} (démo)", email=None, phone=None)
    common = {"basin_id": basin.id, "organisation_id": firm.id, "from_date": LONG_AGO}
    held = assignments.assign(work, role=Role.PARTNER_COMPANY, **common)
    committee_seats.give_seat(work, person_id=person.id, **common)
    work.flush()
    chairs.appoint_chair(work, person_id=person.id, **common)
    if not partner:
        assignments.end(work, held.id, reason="left", on=MONDAY)
    return basin.id, person.id


def test_who_presides_over_several_basins_is_read_at_once_and_as_for_each(programme):
    with programme.database.start_work() as work:
        made = [presided(work, number=number, partner=number != 2) for number in range(4)]

    with programme.database.start_reading() as work:
        asked = [basin_id for basin_id, _ in made] + [programme.basin_id]
        with watched(programme.database) as seen:
            found = chairs.presiding_over(work, asked, MONDAY)
        one_by_one = {
            basin_id: [each.person_id for each in chairs.chairs_in_force(work, basin_id, MONDAY)]
            for basin_id in asked
        }

    assert found == one_by_one
    assert found[made[2][0]] == [], "their company is no partner any more"
    assert found[made[0][0]] == [made[0][1]]
    assert seen.count == 1


def test_looking_for_digests_to_write_costs_the_same_for_any_number_of_basins(programme, clock):
    clock.set(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    counts = []
    for first in (0, 3):
        with programme.database.start_work() as work:
            for number in range(first, first + 3):
                presided(work, number=number)
        digest.send_late_digests(programme.database)  # Every basin’s month is marked, late reports or none.
        with watched(programme.database) as seen:
            assert digest.send_late_digests(programme.database) == 0
        counts.append(seen.count)

    assert counts == [2, 2]


@pytest.mark.parametrize("found", [TO_ASK, TO_WITHDRAW, LOST_ONES, PASSED_ON])
def test_what_a_tick_asks_each_hour_is_built_once_for_any_day(programme, found):
    with programme.database.start_reading() as work:
        for day in (LONG_AGO, MONDAY):
            assert work.connection.execute(found, {"on": day}).all() == []
