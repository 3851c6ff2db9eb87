"""Promises 1, 2 and 7: a change of version among other acts, and killed anywhere: each on one version, whole."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.persistence import history
from engine.persistence.database import Database
from engine.runtime import version_change
from engine.runtime.models import Instance, Task
from engine.runtime.version_change import carrying, moving
from engine.runtime.version_change.models import batch, line
from tests.effort import EXHAUSTIVE, dice, sample
from tests.faults import conftest, killing, test_two_at_once
from tests.faults.at_once import Act, Stage, as_if_in_turn, held_at
from tests.faults.trials import Copies, footprint
from tests.integration import migrating
from tests.integration.programme import Programme


def waiting_batch(programme: Programme) -> UUID:
    """The batch that was asked for when the copies were prepared."""
    with programme.database.start_reading() as work:
        return work.connection.execute(sa.select(batch.c.id)).scalar_one()


def migrate(programme: Programme, place: int = 0) -> None:
    """A scheduler carries out what was asked."""
    version_change.carry_out(programme.database, waiting_batch(programme))


def undo(programme: Programme, place: int) -> None:
    """An officer takes the project back."""
    migrating.undo(programme, by=test_two_at_once.OFFICERS[place])


def versions_of(programme: Programme) -> dict[str, Any]:
    """What the footprint does not tell: on which version everything is, and what the batch says of it."""
    names = migrating.numbers(programme)
    with programme.database.start_reading() as work:
        instances = work.connection.execute(
            sa.select(Instance.process, Instance.version_id, Instance.ended_at)
        ).all()
        tasks = work.connection.execute(
            sa.select(Task.step, Task.title, Task.version_id).where(Task.closed_at.is_(None))
        ).all()
        lines = work.connection.execute(sa.select(line.c.outcome, line.c.undone_by)).all()
    return {
        "on": sorted((each.process, names[each.version_id]) for each in instances),
        "tasks": sorted((each.step, each.title, names[each.version_id]) for each in tasks),
        "lines": sorted((str(each.outcome), str(each.undone_by)) for each in lines),
    }


def look(programme: Programme) -> dict[str, Any]:
    """All that an act left, and on which version."""
    return footprint(programme) | versions_of(programme)


def prepared_to_move(folder: Any, server: str | None, *, moved: bool = False) -> Copies:
    """The prepared project, and a batch that asks for it; carried out already where something is to be undone."""
    copies = conftest.prepared(folder, server)
    programme = copies.programme
    migrating.order(programme, migrating.published(programme))
    if moved:
        migrate(programme)
    programme.database.dispose()
    return copies


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def asked(request, tmp_path_factory) -> Copies:
    """A project that is to change version."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    return prepared_to_move(tmp_path_factory.mktemp("asked"), server)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def changed(request, tmp_path_factory) -> Copies:
    """A project that has changed version, and on which nobody has acted since."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    return prepared_to_move(tmp_path_factory.mktemp("changed"), server, moved=True)


OTHERS: tuple[Act, ...] = test_two_at_once.ACTS
BOTH_WAYS = [pair for other in OTHERS for pair in ((migrate, other), (other, migrate))]
# A page may still show the button: the first act that goes through forbids it to the other.
UNDOING = [(undo, other) for other in OTHERS] + [(other, undo) for other in OTHERS]


def few(copies: Copies, pairs: list[tuple[Act, Act]]) -> list[tuple[Act, Act]]:
    """Some pairs each day, fewer on PostgreSQL, whose databases take longer to copy."""
    return sample(pairs, 7 if copies.server is None else 4, "moving pairs", copies.server is None)


def test_a_change_of_version_and_another_act_end_as_if_one_had_come_after_the_other(asked):
    for pair in few(asked, BOTH_WAYS):
        for ended in as_if_in_turn(asked, pair, look):
            assert ended == ("done", "done"), (pair, ended)


def test_carried_out_by_two_at_once_each_project_moves_once(asked):
    for place in held_at(asked, (migrate, migrate)):
        with asked.copy() as programme:
            assert Stage(programme, migrate, migrate, held_at=place).play() == ("done", "done")
            assert programme.kinds().count(moving.CHANGED) == 1
            assert versions_of(programme)["lines"] == [("moved", "None")]


def test_undone_while_somebody_acts_one_of_them_is_told(changed):
    for pair in few(changed, UNDOING):
        for ended in as_if_in_turn(changed, pair, look):
            outcomes = dict(zip((each.__name__ for each in pair), ended, strict=True))
            assert outcomes["undo"] in {"done", "TooLate"}, (pair, ended)
            others = [outcome for name, outcome in outcomes.items() if name != "undo"]
            assert others == ["done"], (pair, ended)


def test_undone_by_two_at_once_it_is_undone_once(changed):
    for ended in as_if_in_turn(changed, (undo, undo), look):
        assert Counter(ended) == {"done": 1, "NothingToUndo": 1}


def is_whole(programme: Programme) -> None:
    """Every project is on one version, with its tasks, as its line says; its history verifies."""
    footprint(programme)
    names = migrating.numbers(programme)
    with programme.database.start_reading() as work:
        outcomes = dict(work.connection.execute(sa.select(line.c.case_id, line.c.outcome)).all())
        for case_id, outcome in outcomes.items():
            of_case = sa.select(Instance.version_id).where(
                Instance.case_id == case_id, Instance.ended_at.is_(None)
            )
            open_tasks = sa.select(Task.version_id).where(Task.case_id == case_id, Task.closed_at.is_(None))
            found = {names[each] for each in work.connection.scalars(of_case.union_all(open_tasks))}
            entries = history.history
            told = work.connection.execute(
                sa.select(sa.func.count()).where(
                    entries.c.chain_id == case_id, entries.c.kind == moving.CHANGED
                )
            ).scalar_one()
            assert (found, told) == (({2}, 1) if outcome == "moved" else ({1}, 0)), (outcome, found, told)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def late(request, tmp_path_factory) -> Copies:
    """A project whose ladder stands beside it, and another: both are to change version."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("late")
    programme = conftest.installed(folder, server)
    programme.label()
    first = programme.case_id
    programme.play_until(date(2027, 3, 5))
    programme.open(siret="00000001800010", name="Seconde (démo)")
    second, programme.case_id = programme.case_id, first
    migrating.order(programme, migrating.published(programme), first, second)
    programme.database.dispose()
    return Copies(programme, folder, server)


def in_a_child(programme: Programme, boundary: int) -> bool:
    """Carry the batch out in a process that is killed at a boundary; True when it was killed."""
    programme.database.dispose()

    def play(database: Database) -> None:
        programme.database = database
        migrate(programme)

    return killing.in_a_child(programme.database.url, programme.clock.instant, play, boundary)


def boundaries(late: Copies) -> list[int]:
    """Before and after each statement and commit of the whole batch: all, or some where copies are slow."""
    with late.copy() as programme:
        first = killing.Killer(10_000)
        first.watch(programme.database.engine)
        migrate(programme)
        passed = 10_000 - first.left
    assert passed > 50, "two projects, each with its lock, its lines and its commit"
    if late.server is None or EXHAUSTIVE:
        return list(range(passed))
    return sorted(dice("killed moves").sample(range(passed), 8))


def test_killed_at_any_boundary_each_project_is_wholly_on_one_version_and_the_batch_goes_on(late):
    with late.copy() as undisturbed:
        migrate(undisturbed)
        whole = look(undisturbed)
        is_whole(undisturbed)
    stopped = set()
    for boundary in boundaries(late):
        with late.copy() as programme:
            assert in_a_child(programme, boundary)
            is_whole(programme)
            stopped.add(len([each for each in versions_of(programme)["lines"] if each[0] == "moved"]))

            migrate(programme)

            assert look(programme) == whole, boundary
    if late.server is None:
        assert stopped == {0, 1, 2}


def test_what_a_dead_process_had_leased_waits_for_the_lease_then_goes_on(late):
    with late.copy() as programme:
        assert in_a_child(programme, 20)
        assert version_change.carry_out_due(programme.database) == 0

        programme.clock.advance(seconds=carrying.LEASE.total_seconds() + 1)
        assert version_change.carry_out_due(programme.database) in {1, 2}

        is_whole(programme)
        assert {outcome for outcome, _ in versions_of(programme)["lines"]} == {"moved"}
