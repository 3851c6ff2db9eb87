"""A firm that two basins meet at the same instant, on both databases: one row, and both go on."""

from __future__ import annotations

import sqlalchemy as sa

from engine.people import organisations
from engine.people.models import Organisation
from tests.integration.meeting import meet

SIRET = "00000001800002"


def test_a_firm_that_two_basins_meet_at_once_is_one_row(database):
    done = meet(
        database.start_work,
        *[lambda work: organisations.find_or_add(work, name="Poudres & Cie (démo)", siret=SIRET)] * 2,
    )

    assert done == [None, None]
    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 1


def test_a_firm_that_is_registered_twice_at_once_is_told_as_known_to_the_second(database):
    done = meet(
        database.start_work,
        *[lambda work: organisations.add(work, name="Poudres & Cie (démo)", siret=SIRET)] * 2,
    )

    assert sorted(map(str, done)) == sorted(map(str, [None, organisations.AlreadyKnown]))
