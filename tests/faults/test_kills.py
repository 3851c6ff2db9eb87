"""Promise 1: an act is one commit. Its process is killed at every boundary: all of it is there, or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.persistence import idempotency
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.runtime import locking, tasks, timers
from engine.runtime.models import Task
from tests.faults import killing
from tests.faults.trials import Copies, footprint
from tests.integration.programme import REPORT, Programme

# It asks for a new intervention: a report, a satellite, an officer's task, mails and a key in one commit.
ANSWERS = REPORT | {
    "contact_on": "2027-02-10", "new_intervention": True, "intervention_domain": "quality",
    "intervention_days": "2",
}  # fmt: skip
Act = Callable[[Programme], None]


def report(programme: Programme) -> None:
    """The mandatary reports, under an idempotency key, as a browser or a program does."""
    with programme.database.start_reading() as work:
        task_id = work.connection.execute(
            sa.select(Task.id).where(Task.step == "follow_up_report")
        ).scalar_one()
    with programme.database.start_work(Actor(programme.people["mandatary"])) as work:
        tasks.complete(work, task_id=task_id, answers=ANSWERS, channel="json")
        idempotency.remember(
            work,
            route="tasks.complete",
            key="k1",
            request_hash="h",
            status=303,
            location=f"/taches/{task_id}",
        )


def begin_ladder(programme: Programme) -> None:
    """A tick fires the timer that is due."""
    assert timers.fire_due(programme.database) == 1


def in_a_child(programme: Programme, act: Act, boundary: int) -> bool:
    """Do the act in a process that is killed at a boundary; True when it was killed."""
    programme.database.dispose()

    def play(database: Database) -> None:
        programme.database = database
        act(programme)

    return killing.in_a_child(programme.database.url, programme.clock.instant, play, boundary)


@pytest.mark.parametrize("act", [report, begin_ladder])
def test_a_process_killed_at_any_boundary_leaves_all_or_nothing(copies: Copies, act: Act):
    with copies.copy() as undisturbed:
        act(undisturbed)
        whole = footprint(undisturbed)
    with copies.copy() as programme:
        nothing = footprint(programme)
        assert nothing != whole

        boundary = 0
        while in_a_child(programme, act, boundary) and footprint(programme) == nothing:
            boundary += 1

        # The last one fell after the commit: everything is there, and cannot be done again.
        assert footprint(programme) == whole
        assert boundary >= 14, "an act has at least seven statements, each with two sides"
        if act is report:
            with pytest.raises(locking.AlreadyClosed):
                report(programme)
        else:
            assert timers.fire_due(programme.database) == 0


def test_an_act_killed_before_its_commit_can_be_done_again_with_the_same_end(copies: Copies):
    with copies.copy() as undisturbed:
        report(undisturbed)
        whole = footprint(undisturbed)
    with copies.copy() as programme:
        assert in_a_child(programme, report, 11)

        report(programme)

        assert footprint(programme) == whole
