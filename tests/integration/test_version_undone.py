"""A project that changed version goes back to the letter, until somebody acts on it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.projects import everyday
from engine.runtime import version_change
from engine.runtime.version_change import reporting
from tests.integration.migrating import labelled, migrate, published, report, rows, undo, unreported
from tests.integration.programme import Programme
from tests.integration.test_version_change import only


@pytest.fixture
def programme(database, clock):
    """A labelled project whose first report is open."""
    return labelled(Programme(database, clock))


@pytest.fixture
def late(programme):
    """The same a month later: the ladder of its report stands beside it."""
    return unreported(programme)


def test_undone_everything_is_back_to_the_letter(late):
    before = rows(late)
    migrate(late, published(late))

    undo(late)

    after = rows(late)
    counted = {"version", "history_length", "history_hash"}
    for was, now in zip(before["instances"], after["instances"], strict=True):
        assert {name for name in was if was[name] != now[name]} <= counted
    assert after["tasks"] == before["tasks"]
    assert after["drafts"] == before["drafts"]
    assert late.kinds()[-2:] == ["runtime.version.changed", "runtime.version.undone"]


def test_what_was_undone_is_said_and_may_be_done_again(programme):
    target = published(programme)
    batch_id = migrate(programme, target)
    assert only(report(programme, batch_id)).may_undo

    undo(programme)

    line = only(report(programme, batch_id))
    assert (line.outcome, line.may_undo) == (reporting.UNDONE, False)
    assert line.undone_by == programme.people["officer"]
    with pytest.raises(version_change.NothingToUndo):
        undo(programme)
    assert only(report(programme, migrate(programme, target))).outcome == version_change.Outcome.MOVED


def test_after_the_first_act_it_is_too_late_and_one_is_told_whose(programme):
    batch_id = migrate(programme, published(programme))
    programme.complete("plan_interventions", "officer", {"interventions": [programme.intervention()]})

    with pytest.raises(version_change.TooLate) as refusal:
        undo(programme)

    assert refusal.value.details["who"] == programme.people["officer"]
    assert refusal.value.details["when"] == programme.clock.instant
    assert not only(report(programme, batch_id)).may_undo


def test_a_timer_that_fired_since_is_an_act_too(programme):
    migrate(programme, published(programme))
    programme.play_until(date(2027, 3, 5))

    with pytest.raises(version_change.TooLate):
        undo(programme)


def test_the_report_tells_who_acted_first_whatever_was_noted_before(programme):
    batch_id = migrate(programme, published(programme))
    with programme.work_as("chair") as work:
        everyday.write_note(work, project_id=programme.case_id, text="Vu.", audience="committee")
    assert only(report(programme, batch_id)).act is None
    noted = only(report(programme, batch_id)).may_undo
    programme.complete("plan_interventions", "officer", {"interventions": [programme.intervention()]})

    act = only(report(programme, batch_id)).act

    assert noted
    assert act == version_change.Act(programme.people["officer"], programme.clock.instant)


def test_what_one_batch_did_is_not_undone_from_another(programme):
    target = published(programme)
    first = migrate(programme, target)
    undo(programme)
    migrate(programme, target)

    with programme.work_as("officer") as work, pytest.raises(version_change.NothingToUndo):
        version_change.undo(work, case_id=programme.case_id, batch_id=first)
    with programme.database.start_reading() as work:
        counted = version_change.outcomes(work, [first])
    assert counted == {first: {reporting.UNDONE: 1}}


def test_projects_on_another_version_are_counted(programme):
    target = published(programme)
    with programme.database.start_reading() as work:
        before = version_change.count_elsewhere(work, basin_id=programme.basin_id, version_id=target)
    migrate(programme, target)
    with programme.database.start_reading() as work:
        after = version_change.count_elsewhere(work, basin_id=programme.basin_id, version_id=target)

    assert (before, after) == (1, 0)
