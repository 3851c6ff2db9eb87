"""Two officers on one session at once: whoever comes first, what is left is what one after the other leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.committee import agenda, diffusion, sessions
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.committee.models import CommitteeSession
from engine.documents.models import Paper
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.faults.at_once import Act, Stage, held_at, in_turn, statements_of
from tests.faults.conftest import installed
from tests.faults.trials import Copies
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

LAST = sa.select(CommitteeSession).order_by(CommitteeSession.number.desc()).limit(1)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A session a month away, and a file that waits for it."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("sessions")
    programme = installed(folder, server)
    with programme.work_as("officer") as work:
        for each in sessions.of_basin(work, programme.basin_id, since=programme.today):
            sessions.cancel(work, each.id, reason="Reportée.")
    programme.appraise()
    planned(programme, programme.today + timedelta(days=30))
    programme.database.dispose()
    return Copies(programme, folder, server)


def sitting(programme: Programme) -> Sitting:
    """The session that is acted upon: the last one planned."""
    with programme.database.start_reading() as work:
        return Sitting(programme, work.database.scalars(LAST).one().id)


def diffuse(programme: Programme, place: int) -> None:
    """An officer sends the agenda, by the step that they have open on their screen."""
    asked = sa.select(Task.id).where(Task.case_id == sitting(programme).id, Task.step == "prepare_agenda")
    with programme.work_as("officer" if place == 0 else "colleague") as work:
        task_id = work.database.scalars(asked).one()
        tasks.complete(work, task_id=task_id, answers={}, channel="json")


def move(programme: Programme, place: int) -> None:
    """A colleague moves the session by a week."""
    on = programme.today + timedelta(days=37)
    with programme.work_as("colleague") as work:
        sessions.move(work, sitting(programme).id, answers={"held_on": on, "kind": "meeting"})


def cancel(programme: Programme, place: int) -> None:
    """A colleague cancels the session."""
    with programme.work_as("colleague") as work:
        sessions.cancel(work, sitting(programme).id, reason="Neige.")


def remove(programme: Programme, place: int) -> None:
    """A colleague takes the file off the agenda."""
    key = f"project_new:{programme.case_id.hex}"
    with programme.work_as("colleague") as work:
        agenda.remove(work, sitting(programme).id, key=key, reason="Absent.")


def add(programme: Programme, place: int) -> None:
    """A colleague adds an item of their own."""
    with programme.work_as("colleague") as work:
        agenda.add(work, sitting(programme).id, title="Calendrier")


def decide(programme: Programme, place: int) -> None:
    """The officer holds the session today after all, and records its decision."""
    with programme.work_as("officer") as work:
        sessions.move(work, sitting(programme).id, answers={"held_on": programme.today, "kind": "meeting"})
    answers = programme.decision(session_id=str(sitting(programme).id))
    programme.complete("committee_decision", "officer", answers)


def hold(programme: Programme, place: int) -> None:
    """Somebody notes that the session took place."""
    with programme.work_as("officer" if place == 0 else "colleague") as work:
        sessions.hold(work, sitting(programme).id, answers={"held_on": programme.today})


def footprint(programme: Programme) -> dict[str, Any]:
    """Where the session is, what its agenda holds, when its steps and the file are due."""
    with programme.database.start_reading() as work:
        row = work.database.scalars(LAST).one()
        items = work.connection.execute(
            sa.select(AgendaItem.kind, AgendaItem.removed_at.is_not(None), AgendaItem.is_late)
            .where(AgendaItem.session_id == row.id)
            .order_by(AgendaItem.kind)
        ).all()
        steps = work.connection.execute(
            sa.select(Task.step, Task.due_on).where(Task.closed_at.is_(None)).order_by(Task.step)
        ).all()
        return {
            "state": row.state,
            "held_on": row.held_on,
            "sequence": row.sequence,
            "items": [tuple(each) for each in items],
            "steps": [tuple(each) for each in steps],
            "sent": count(work, Diffusion),
            "papers": count(work, Paper),
        }


def count(work: Any, table: Any) -> int:
    """How many rows a table has."""
    return int(work.connection.scalar(sa.select(sa.func.count()).select_from(table)))


PAIRS = [
    (diffuse, move), (move, diffuse), (diffuse, cancel), (cancel, diffuse), (diffuse, remove),
    (remove, diffuse), (diffuse, diffuse), (diffuse, add), (add, move), (hold, hold), (hold, move), (remove, remove),
]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(act.__name__ for act in pair))
def test_whoever_comes_first_what_is_left_is_one_after_the_other(ready: Copies, pair: tuple[Act, Act]):
    orders = [in_turn(ready, pair, order, footprint) for order in ((0, 1), (1, 0))]
    for place in {*held_at(ready, pair), statements_of(ready, pair[0]) - 1}:
        with ready.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            left = footprint(programme)

        assert (*ended, left) in orders, place


def test_an_item_taken_off_and_decided_at_once_ends_decided_or_waits(ready: Copies):
    for first, second in ((remove, decide), (decide, remove)):
        orders = [in_turn(ready, (first, second), order, footprint) for order in ((0, 1), (1, 0))]
        for place in {*held_at(ready, (first, second)), statements_of(ready, first) - 1}:
            with ready.copy() as programme:
                ended = Stage(programme, first, second, held_at=place).play()
                left = footprint(programme)

            # The decision is two acts: what comes between them is a third order.
            assert set(ended) <= {"done", "NotOnTheAgenda", "AlreadyDecided", "NotPlanned"}, place
            assert left["state"] == orders[0][2]["state"]


def acknowledged(programme: Programme) -> list[UUID]:
    """Who said to have received the agenda, as it was last sent."""
    with programme.database.start_reading() as work:
        found = diffusion.receipts(work, sitting(programme).id)
        return [each.person_id for each in found if each.acknowledged_at is not None]


def test_an_agenda_received_while_it_is_sent_again_is_received_once_at_most(ready: Copies):
    def receive(programme: Programme, place: int) -> None:
        with programme.work_as("mandatary") as work:
            diffusion.acknowledge(work, sitting(programme).id)

    def again(programme: Programme, place: int) -> None:
        with programme.work_as("officer") as work:
            diffusion.diffuse_again(work, sitting(programme).id, reason="Un point.")

    for pair in ((receive, again), (again, receive)):
        with ready.copy() as programme:
            diffuse(programme, 0)
            ended = Stage(programme, *pair, held_at=3).play()
            assert ended == ("done", "done")
            assert len(acknowledged(programme)) <= 1
            assert footprint(programme)["sent"] == 8


def hold_by_its_step(programme: Programme, place: int) -> None:
    """The officer notes, by the step open on their screen, that it took place today rather than on its day."""
    asked = sa.select(Task.id).where(Task.case_id == sent(programme), Task.step == "hold_session")
    with programme.work_as("officer") as work:
        task_id = work.database.scalars(asked).one()
        answers = Sitting(programme, sent(programme)).attended()
        answers = {**answers, "held_on": programme.today.isoformat()}
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def plan_today(programme: Programme, place: int) -> None:
    """A colleague plans another session for today."""
    answers = {"held_on": programme.today, "kind": "meeting"}
    with programme.work_as("colleague") as work:
        sessions.plan(work, basin_id=programme.basin_id, answers=answers)


def move_other_today(programme: Programme, place: int) -> None:
    """A colleague brings the other session forward to today."""
    with programme.work_as("colleague") as work:
        [other] = [
            each
            for each in sessions.of_basin(work, programme.basin_id, since=programme.today)
            if each.diffused_at is None and each.state == "planned"
        ]
        sessions.move(work, other.id, answers={"held_on": programme.today, "kind": "meeting"})


def sent(programme: Programme) -> UUID:
    """The session whose agenda was sent."""
    with programme.database.start_reading() as work:
        found = sa.select(CommitteeSession.id).where(CommitteeSession.diffused_at.is_not(None))
        return work.connection.scalars(found).one()


@pytest.fixture(scope="module")
def two_planned(ready: Copies) -> Iterator[Copies]:
    """The same, its agenda sent, and another session later on."""
    with ready.copy() as programme:
        diffuse(programme, 0)
        planned(programme, programme.today + timedelta(days=60))
        programme.database.dispose()
        yield Copies(programme, ready.folder, ready.server)


@pytest.mark.parametrize("other", [plan_today, move_other_today], ids=lambda act: act.__name__)
@pytest.mark.parametrize("is_first", [True, False], ids=["held-first", "planned-first"])
def test_a_session_held_on_another_day_does_not_take_one_that_is_being_taken(
    two_planned: Copies, other: Act, is_first: bool
):
    pair = (hold_by_its_step, other) if is_first else (other, hold_by_its_step)
    for place in {*held_at(two_planned, pair), statements_of(two_planned, pair[0]) - 1}:
        with two_planned.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            with programme.database.start_reading() as work:
                on_the_day = sessions.of_basin(work, programme.basin_id, since=programme.today)
            days = [each.held_on for each in on_the_day if each.state != "cancelled"]

        assert sorted(ended) == ["AlreadyPlanned", "done"], (place, ended)
        assert days.count(programme.today) == 1, place


def test_a_moved_session_keeps_its_day_whatever_was_read_before(ready: Copies):
    with ready.copy() as programme:
        ended = Stage(programme, move, move, held_at=4).play()
        left = footprint(programme)

    assert ended == ("done", "done")
    held_on: date = left["held_on"]
    assert (held_on, left["sequence"]) == (programme.today + timedelta(days=37), 2)
