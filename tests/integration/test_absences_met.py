"""Absences that meet what others do at once, on both databases, and the days of basins far from Paris."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import absences, assignments, basins, persons, substitutions
from engine.people.models import Role, Substitution
from engine.persistence import history
from engine.projects import substitutes
from engine.runtime import standing_in
from tests.integration import hiring
from tests.integration.meeting import meet
from tests.integration.programme import LONG_AGO, Programme


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    hiring.open_accounts(made)
    return made


def away(programme, who="prescriber", *, days=10):
    with programme.work_as(who) as work:
        return absences.declare(
            work, person_id=programme.people[who], first_day=programme.today,
            last_day=programme.today + timedelta(days=days - 1),
        ).id  # fmt: skip


def told(programme, kind):
    table = history.history
    with programme.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).where(table.c.kind == kind))


def test_an_absence_withdrawn_twice_at_once_is_withdrawn_once(programme):
    absence_id = away(programme)

    done = meet(
        lambda: programme.work_as("prescriber"),
        *[lambda work: absences.withdraw(work, absence_id=absence_id)] * 2,
    )

    assert sorted(map(str, done)) == sorted(map(str, [None, absences.UnknownAbsence]))
    assert told(programme, "people.absence.withdrawn") == 1


def test_nobody_is_named_for_an_absence_that_is_withdrawn_at_the_same_instant(programme):
    absence_id = away(programme)

    def name(work):
        substitutes.name(
            work, absence=work.database.get_one(absences.Absence, absence_id), basin_id=programme.basin_id,
            substitute_id=programme.people["successor"],
        )  # fmt: skip

    def withdraw(work):
        substitutes.withdraw_absence(work, work.database.get_one(absences.Absence, absence_id))

    meet(lambda: programme.work_as("prescriber"), name, withdraw)

    with programme.database.start_reading() as work:
        left = work.database.scalars(sa.select(Substitution).where(Substitution.ended_at.is_(None))).all()
        gone = work.database.get_one(absences.Absence, absence_id).withdrawn_at
    assert not (left and gone), "somebody stands in for an absence that is not"


def test_an_absence_is_withdrawn_though_who_stood_in_has_just_stopped(programme):
    absence_id = away(programme)
    with programme.work_as("prescriber") as work:
        made = substitutes.name(
            work, absence=absences.lock(work, absence_id), basin_id=programme.basin_id,
            substitute_id=programme.people["successor"],
        ).id  # fmt: skip
    with programme.work_as("prescriber") as work:
        absence = absences.lock(work, absence_id)
        standing_in.end(work, made, reason=substitutions.EndReason.WITHDRAWN)
        substitutes.withdraw_absence(work, absence)

    assert told(programme, "people.absence.withdrawn") == 1


def test_a_day_is_over_only_where_one_lives(programme, clock):
    """Midnight has struck in Paris and Toul, and it is still the evening in Martinique."""
    with programme.database.start_work() as work:
        far = basins.add(
            work, slug="martinique", code="MTQ", name="Martinique (démo)", zone="America/Martinique"
        )
        there = persons.add(work, full_name="Loin", email="loin@exemple.test").id
        assignments.assign(work, role=Role.OPERATOR, basin_id=far.id, person_id=there, from_date=LONG_AGO)
    clock.set(datetime(2026, 11, 17, 0, 30, tzinfo=UTC))
    yesterday = datetime(2026, 11, 16, tzinfo=UTC).date()

    with programme.database.start_work() as work:
        absences.declare(work, person_id=there, first_day=yesterday, last_day=yesterday)
        assert absences.day_of(work, there) == yesterday
        with pytest.raises(errors.InvalidAnswers):
            absences.declare(
                work, person_id=programme.people["prescriber"], first_day=yesterday, last_day=yesterday
            )
