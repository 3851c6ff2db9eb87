"""A step of a session's own process is due on its day, or in time for its agenda to be read."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from engine.committee import sessions
from engine.operations import staging
from engine.people import basins
from engine.projects import references
from engine.runtime.acts import Case
from tests.integration.programme import PARIS, Programme

MONDAY = date(2026, 11, 16)


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin at work."""
    return Programme(database, clock).install()


def planned(programme: Programme, held_on: date) -> UUID:
    with programme.work_as("officer") as work:
        answers = {"held_on": held_on, "kind": "meeting"}
        return sessions.plan(work, basin_id=programme.basin_id, answers=answers).id


def due_on(programme: Programme, rule: str, case_id: UUID, opened_on: date = MONDAY) -> date:
    case = Case(case_id, programme.basin_id, uuid4(), "TDL-2026-S001", "Comité d’agrément", PARIS)
    with programme.database.start_reading() as work:
        return staging.due_on(work, case, rule, {}, opened_on)


def test_the_day_of_a_session_is_its_own_even_when_another_comes_before(programme):
    planned(programme, date(2026, 12, 1))
    session_id = planned(programme, date(2026, 12, 10))

    assert due_on(programme, "own_session", session_id) == date(2026, 12, 10)


@pytest.mark.parametrize(
    ("held_on", "due"),
    [
        (date(2026, 12, 10), date(2026, 12, 3)),  # Five working days before, a week-end apart.
        (date(2027, 1, 5), date(2026, 12, 28)),  # New Year's Day is not one of them.
        (date(2026, 11, 18), MONDAY),  # Planned too late for that: as soon as it opens.
    ],
)
def test_an_agenda_is_due_while_there_is_time_to_read_it(programme, held_on, due):
    assert due_on(programme, "own_notice", planned(programme, held_on)) == due


@pytest.mark.parametrize("rule", ["own_session", "own_notice"])
def test_a_case_that_is_no_session_has_thirty_days(programme, rule):
    assert due_on(programme, rule, uuid4()) == date(2026, 12, 16)


def test_sessions_are_numbered_in_a_series_of_their_own(programme):
    with programme.work_as("officer") as work:
        numbers = [
            references.next_reference(
                work, basin_id=programme.basin_id, series=references.SESSIONS, year=2026
            )
            for _ in range(2)
        ]
        other = references.next_reference(
            work, basin_id=programme.basin_id, series=references.DECISIONS, year=2026
        )

    assert numbers == ["TDL-2026-S002", "TDL-2026-S003"]  # The bench has planned one.
    assert other == "TDL-2026-D001"
    assert all(references.names_session(number) for number in numbers)


def test_the_notice_of_an_agenda_is_the_basins_own(programme):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="committee.notice_days", value=10, reason="Dossiers longs."
        )

    assert due_on(programme, "own_notice", planned(programme, date(2026, 12, 10))) == date(2026, 11, 26)
