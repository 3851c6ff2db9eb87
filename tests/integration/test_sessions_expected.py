"""Files that wait for a session follow its day, whenever it is planned, moved or cancelled; on each database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.committee import agenda, candidates, expecting, items, sessions
from engine.committee.models import CommitteeSession
from engine.persistence.history import history
from engine.runtime import instances
from tests.integration import sittings
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched


@pytest.fixture
def programme(database, clock):
    """A file ready for the committee, in a basin where no session is planned any more."""
    found = Programme(database, clock).install()
    with found.work_as("officer") as work:
        for each in sessions.of_basin(work, found.basin_id):
            sessions.cancel(work, each.id, reason="Rien de prévu.")
    found.appraise()
    return found


def due_on(programme) -> date:
    """The day by which the committee decides."""
    return programme.task("committee_decision").due_on


def plan(programme, day: date, kind: str = "meeting") -> CommitteeSession:
    """The officer plans a session."""
    with programme.work_as("officer") as work:
        return sessions.plan(work, basin_id=programme.basin_id, answers={"held_on": day, "kind": kind})


def told(programme) -> list[str]:
    """What the project's history says of due days that changed."""
    with programme.database.start_reading() as work:
        rows = work.connection.execute(
            sa.select(history.c.data)
            .where(history.c.chain_id == programme.case_id, history.c.kind == "runtime.task.rescheduled")
            .order_by(history.c.number)
        )
        return [row.data for row in rows]


def test_a_file_opened_before_any_session_takes_the_day_of_the_first_one_planned(programme):
    assert due_on(programme) >= programme.today + timedelta(days=60)

    session = plan(programme, programme.today + timedelta(days=25))

    assert due_on(programme) == session.held_on
    assert [session.held_on.isoformat() in each for each in told(programme)] == [True]


def test_a_later_session_changes_nothing_and_an_earlier_one_does(programme):
    first = plan(programme, programme.today + timedelta(days=25))
    plan(programme, programme.today + timedelta(days=50))
    assert due_on(programme) == first.held_on
    assert len(told(programme)) == 1

    sooner = plan(programme, programme.today + timedelta(days=10))

    assert due_on(programme) == sooner.held_on


def test_a_file_waits_for_a_consultation_only_once_it_was_picked(programme):
    meeting = plan(programme, programme.today + timedelta(days=25))
    consultation = plan(programme, programme.today + timedelta(days=10), kind="written")
    assert due_on(programme) == meeting.held_on

    with programme.work_as("officer") as work:
        [key] = [each.key for each in candidates.of_basin(work, programme.basin_id)]
        agenda.add(work, consultation.id, key=key)
    assert due_on(programme) == consultation.held_on

    with programme.work_as("officer") as work:
        agenda.remove(work, consultation.id, key=key, reason="À voir ensemble.")
    assert due_on(programme) == meeting.held_on


def test_a_file_follows_a_session_moved_then_cancelled(programme):
    without = due_on(programme)
    session = plan(programme, programme.today + timedelta(days=25))
    moved = {"held_on": programme.today + timedelta(days=32), "kind": "meeting"}
    with programme.work_as("officer") as work:
        sessions.move(work, session.id, answers=moved)
    assert due_on(programme) == moved["held_on"]

    with programme.work_as("officer") as work:
        sessions.cancel(work, session.id, reason="Neige.")

    assert due_on(programme) == without
    assert len(told(programme)) == 3


def test_a_session_whose_day_is_over_is_waited_for_by_nobody(programme, clock):
    plan(programme, programme.today + timedelta(days=5))
    clock.advance(days=9)

    following = plan(programme, programme.today + timedelta(days=20))

    assert due_on(programme) == following.held_on


def test_what_a_session_held_may_have_examined_stays_late_until_it_is_recorded(programme, clock):
    session = plan(programme, programme.today + timedelta(days=5))
    clock.advance(days=6)
    with programme.work_as("officer") as work:
        sessions.hold(work, session.id, answers={"held_on": session.held_on})

    plan(programme, programme.today + timedelta(days=20))

    assert due_on(programme) == session.held_on


def test_a_decided_file_is_left_alone(programme):
    session = plan(programme, programme.today)
    programme.complete("committee_decision", "officer", {
        "session_id": str(session.id), "outcome": "rejected", "reason": "quality",
    })  # fmt: skip
    before = programme.task("sign_off_decision").due_on

    plan(programme, programme.today + timedelta(days=3))

    assert programme.task("sign_off_decision").due_on == before


def test_a_file_that_a_session_put_off_is_due_on_the_day_of_the_next(programme):
    first = sittings.planned(programme, programme.today + timedelta(days=10))
    later = plan(programme, programme.today + timedelta(days=40))
    first.diffuse()
    programme.play_until(first.row.held_on)
    first.hold()
    assert expecting.follow_put_off(programme.database) == 0
    with programme.work_as("officer") as work:
        items.outcome(work, first.items()[0].id, outcome="postponed", note=None)

    assert expecting.follow_put_off(programme.database) == 1
    assert due_on(programme) == later.held_on
    with watched(programme.database) as seen:
        assert expecting.follow_put_off(programme.database) == 0
    assert seen.count == 1, seen.statements


def test_a_file_put_off_for_no_session_yet_takes_the_day_of_the_one_planned_then(programme):
    first = sittings.planned(programme, programme.today + timedelta(days=10))
    first.diffuse()
    programme.play_until(first.row.held_on)
    first.hold()
    with programme.work_as("officer") as work:
        items.outcome(work, first.items()[0].id, outcome="postponed", note=None)
    expecting.follow_put_off(programme.database)
    assert due_on(programme) > programme.today

    later = plan(programme, programme.today + timedelta(days=20))
    assert due_on(programme) == later.held_on


def test_a_file_that_cannot_follow_keeps_no_other_waiting(programme, monkeypatch):
    first = sittings.planned(programme, programme.today + timedelta(days=10))
    programme.appraise()
    later = plan(programme, programme.today + timedelta(days=40))
    first.diffuse()
    programme.play_until(first.row.held_on)
    first.hold()
    with programme.work_as("officer") as work:
        for each in first.items():
            items.outcome(work, each.id, outcome="postponed", note=None)
    with programme.database.start_reading() as work:
        sick, other = [row.case_id for row in work.connection.execute(expecting.put_off())]
    reschedule = instances.reschedule_task

    def refuse_one(work, *, case_id, **how):
        if case_id == sick:
            raise RuntimeError("poisoned")
        reschedule(work, case_id=case_id, **how)

    with monkeypatch.context() as patched:
        patched.setattr(instances, "reschedule_task", refuse_one)
        with pytest.raises(RuntimeError):
            expecting.follow_put_off(programme.database)
    programme.case_id = other
    assert due_on(programme) == later.held_on

    assert expecting.follow_put_off(programme.database) == 1
    programme.case_id = sick
    assert due_on(programme) == later.held_on
