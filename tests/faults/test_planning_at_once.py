"""A file opens while a session is planned, moved or cancelled: whoever comes first, it is due on its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.committee import sessions
from tests.faults.at_once import Act, Stage, held_at, in_turn, statements_of
from tests.faults.conftest import installed
from tests.faults.trials import Copies
from tests.integration.programme import Programme


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A file that the officer has still to find complete, and one session, a month away."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("planning")
    programme = installed(folder, server)
    programme.diagnose()
    with programme.work_as("officer") as work:
        [*others, last] = sessions.of_basin(work, programme.basin_id, since=programme.today)
        for each in others:
            sessions.cancel(work, each.id, reason="Reportée.")
        sessions.move(work, last.id, answers=at(programme, 30))
    programme.database.dispose()
    return Copies(programme, folder, server)


def at(programme: Programme, days: int) -> dict[str, Any]:
    """A session some days from now."""
    return {"held_on": programme.today + timedelta(days=days), "kind": "meeting"}


def open_file(programme: Programme, place: int) -> None:
    """The officer finds the file complete: it waits for the committee."""
    programme.complete("check_completeness", "officer", {"outcome": "complete"})


def plan(programme: Programme, place: int) -> None:
    """Another officer plans an earlier session."""
    with programme.work_as("colleague") as work:
        sessions.plan(work, basin_id=programme.basin_id, answers=at(programme, 12))


def move(programme: Programme, place: int) -> None:
    """Another officer moves the session."""
    with programme.work_as("colleague") as work:
        sessions.move(work, planned(programme, work), answers=at(programme, 20))


def cancel(programme: Programme, place: int) -> None:
    """Another officer cancels the session."""
    with programme.work_as("colleague") as work:
        sessions.cancel(work, planned(programme, work), reason="Neige.")


def planned(programme: Programme, work: Any) -> Any:
    """The one session still to come."""
    session = sessions.next_session(work, programme.basin_id, programme.today)
    assert session is not None
    return session.id


def footprint(programme: Programme) -> dict[str, Any]:
    """The day by which the committee decides, and that of the next session."""
    due_on: date = programme.task("committee_decision").due_on
    with programme.database.start_reading() as work:
        session = sessions.next_session(work, programme.basin_id, programme.today)
    return {"due_on": due_on, "next": None if session is None else session.held_on}


@pytest.mark.parametrize("changes", [plan, move, cancel], ids=lambda act: act.__name__)
@pytest.mark.parametrize("is_first", [True, False], ids=["planning-first", "opening-first"])
def test_a_file_that_opens_meanwhile_is_due_on_the_day_of_the_next_session(
    ready: Copies, changes: Act, is_first: bool
):
    pair = (changes, open_file) if is_first else (open_file, changes)
    orders = [in_turn(ready, pair, order, footprint) for order in ((0, 1), (1, 0))]
    assert orders[0] == orders[1]
    for place in {*held_at(ready, pair), statements_of(ready, pair[0]) - 1}:
        with ready.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            left = footprint(programme)

        assert (*ended, left) == orders[0], place
