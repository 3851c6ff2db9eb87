"""How ready the next session is: what may be decided, what is missing from whom, what was never noted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.committee import readiness, sessions
from engine.people.basins import NATIONAL_ZONE
from tests.integration.programme import DIAGNOSTIC, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def readiness_of(programme):
    with programme.database.start_reading() as work:
        return readiness.of_basins(work, [programme.basin_id])[0]


def plan(programme, days):
    with programme.database.start_work() as work:
        day = work.today(NATIONAL_ZONE) + timedelta(days=days)
        return sessions.plan(
            work, basin_id=programme.basin_id, answers={"held_on": day, "kind": "meeting"}
        ).id


def test_without_session_nor_dossier_there_is_nothing(programme):
    with programme.database.start_work() as work:
        [planned] = sessions.of_basin(work, programme.basin_id)
        sessions.cancel(work, planned.id, reason="Salle fermée")
    found = readiness_of(programme)
    assert (found.session, found.unnoted, found.ready, found.missing) == (None, [], [], [])


def test_a_dossier_lacks_a_step_until_only_the_decision_is_awaited(programme):
    programme.open()
    [missing] = readiness_of(programme).missing
    assert (missing.step, missing.role, missing.person) == ("qualify", "operator", None)

    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    [missing] = readiness_of(programme).missing
    assert missing.step == "preliminary_diagnostic"
    assert missing.person is not None

    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    found = readiness_of(programme)
    assert ([each.step for each in found.ready], found.missing) == (["committee_decision"], [])


def test_the_next_session_is_the_first_to_come_and_past_ones_ask_to_be_noted(programme, clock):
    first = readiness_of(programme).session.id  # The programme's own, today: not past yet.
    second, third = plan(programme, 20), plan(programme, 50)
    assert readiness_of(programme).unnoted == []

    clock.advance(days=2)

    found = readiness_of(programme)
    assert [each.id for each in found.unnoted] == [first]
    assert found.session.id == second != third
