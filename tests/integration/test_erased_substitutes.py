"""Whoever stood in for somebody, or had somebody stand in, is erased: nobody stands in any more, nor is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.people import absences, accounts, persons
from engine.people.models import Absence, Assignment, Role, Substitution
from engine.projects import substitutes
from engine.retention import erasing
from engine.runtime import standing_in
from engine.runtime.models import Task
from tests.integration.forgetting import problems


@pytest.fixture
def stood_in(programme):
    """A rejected project whose prescriber is away; the mandatary of others stands in."""
    with programme.database.start_work() as work:
        for name in ("prescriber", "mandatary"):
            accounts.create(work, person_id=programme.people[name])
    programme.appraise()
    with programme.work_as("prescriber") as work:
        absence = absences.declare(
            work, person_id=programme.people["prescriber"], first_day=programme.today,
            last_day=programme.today + timedelta(days=9),
        )  # fmt: skip
        substitutes.name(
            work, absence=absence, basin_id=programme.basin_id, substitute_id=programme.people["mandatary"]
        )
    standing_in.follow(programme.database)
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    return programme


def named(programme, table, who):
    with programme.database.start_reading() as work:
        found = sa.select(sa.func.count()).where(table.substitute_id == programme.people[who])
        return work.connection.execute(found).scalar_one()


@pytest.mark.parametrize("who", ["mandatary", "prescriber"])
def test_nobody_stands_in_for_or_by_whoever_was_erased(stood_in, who):
    assert named(stood_in, Assignment, "mandatary") == 1
    stood_in.end_role(Role.SEAT, who)
    erasing.erase(stood_in.database, stood_in.people[who])
    standing_in.follow(stood_in.database)
    standing_in.follow(stood_in.database)

    with stood_in.database.start_reading() as work:
        assert persons.find(work, stood_in.people[who]).full_name == "Personne effacée"
        going_on = sa.select(Substitution.id).where(Substitution.ended_at.is_(None))
        assert work.connection.execute(going_on).first() is None
        kept = sa.select(Absence.id).where(Absence.person_id == stood_in.people[who])
        assert work.connection.execute(kept).first() is None
    assert named(stood_in, Assignment, "mandatary") == named(stood_in, Task, "mandatary") == 0
    assert problems(stood_in) == []
