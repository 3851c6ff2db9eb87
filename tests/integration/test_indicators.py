"""Projects, jobs and reports add up, and an older question keeps its answer after a correction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.analytics import bottlenecks, indicators
from engine.analytics.questions import Question
from engine.committee import sessions
from engine.projects import closing, corrections, everyday
from engine.projects.follow_up_models import Report
from engine.projects.statuses import EndKind, Phase
from engine.runtime.models import Task
from tests.integration.programme import Programme

FAR = (date(2026, 1, 1), date(2028, 12, 31))


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin at work with the reference diagrams."""
    return Programme(database, clock).install()


def ask(programme, as_of=None, days=FAR):
    with programme.database.start_reading() as work:
        return indicators.read(work, Question(*days, (programme.basin_id,), as_of)).own


def phases(found):
    return {phase: number for phase, number in found.phases.items() if number}


def test_a_project_is_counted_in_its_phase_then_by_its_end(programme):
    programme.appraise()
    assert phases(ask(programme)) == {Phase.DECISION: 1}
    programme.decide()
    assert phases(ask(programme)) == {Phase.AGREEMENT: 1}
    programme.prepare()
    for position in range(4):
        programme.sign(position)
    found = ask(programme)

    assert (found.total, found.opened, found.labelled) == (1, 1, 1)
    assert phases(found) == {Phase.FOLLOW_UP: 1}
    assert (found.jobs.targeted, found.jobs.created, found.jobs.counted_projects) == (4, 0, 0)


@pytest.mark.parametrize("phase", [Phase.DECISION, Phase.FOLLOW_UP])
def test_a_process_that_a_variant_adds_leaves_a_project_in_its_phase(programme, phase):
    if phase is Phase.FOLLOW_UP:
        programme.label()
        programme.clock.advance(days=1)
        programme.plan()
    else:
        programme.appraise()
        programme.clock.advance(hours=1)
        programme.complete("committee_decision", "officer", programme.decision())
    waiting = [each.id for each in programme.open_tasks()]
    with programme.database.start_work() as work:
        work.database.execute(sa.update(Task).where(Task.id.in_(waiting)).values(process="mentoring"))

    assert phases(ask(programme)) == {phase: 1}


@pytest.mark.parametrize(
    ("step", "process", "phase"),
    [
        ("sign_agreement", "convention_signature", Phase.AGREEMENT),
        ("plan_interventions", "amendment", Phase.FOLLOW_UP),
    ],
)
def test_what_is_signed_in_a_process_of_its_own_keeps_its_phase(programme, step, process, phase):
    programme.appraise()
    programme.decide()
    programme.prepare()
    if step == "plan_interventions":
        for position in range(4):
            programme.sign(position)
    with programme.work_as("officer") as work:
        work.database.execute(sa.update(Task).where(Task.step == step).values(process=process))

    assert phases(ask(programme)) == {phase: 1}


def test_a_withdrawal_is_no_follow_up_carried_through(programme):
    programme.appraise()
    before = programme.clock.instant
    programme.clock.advance(days=1)
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Rachat.")

    now, then = ask(programme), ask(programme, as_of=before)

    assert (now.ended[EndKind.WITHDRAWN], now.carried_through, now.ended_early) == (1, 0, 0)
    assert phases(now) == {Phase.ENDED: 1}
    assert phases(then) == {Phase.DECISION: 1}
    assert not then.ends


def test_a_corrected_report_changes_the_figures_of_today_and_not_those_of_then(programme):
    programme.label()
    programme.play_until(date(2027, 2, 5))
    programme.report(jobs_created=2)
    then = programme.clock.instant
    before = ask(programme)
    programme.clock.advance(days=3)
    [wrong] = programme.rows(Report)
    with programme.work_as("officer") as work:
        corrections.correct(
            work, project_id=programme.case_id, record_id=wrong.id, changes={"jobs_created": 1},
            reason="Deux postes étaient le même.",
        )  # fmt: skip

    assert (before.jobs.created, before.jobs.sustained, before.reports.given) == (2, 8, 1)
    assert (ask(programme).jobs.created, ask(programme).reports.given) == (1, 1)
    assert ask(programme, as_of=then) == before


def test_a_suspension_ended_later_does_not_move_what_was_due_then(programme):
    with programme.work_as("officer") as work:  # Nor is the session of the bench late meanwhile.
        for each in sessions.of_basin(work, programme.basin_id):
            sessions.cancel(work, each.id, reason="Essai.")
    programme.appraise()

    def figures(as_of=None):
        with programme.database.start_reading() as work:
            return bottlenecks.read(work, Question(*FAR, (programme.basin_id,), as_of)).open

    task = programme.task("committee_decision")
    programme.clock.advance(days=(task.due_on - programme.today).days + 2)
    late = figures()
    then = programme.clock.instant
    programme.clock.advance(hours=1)
    with programme.work_as("officer") as work:
        everyday.suspend(
            work,
            project_id=programme.case_id,
            until=programme.today + timedelta(days=60),
            reason="Sinistre.",
            requested_by="firm",
        )
    suspended, while_suspended = figures(), programme.clock.instant
    programme.clock.advance(days=30)
    with programme.work_as("officer") as work:
        everyday.resume(work, project_id=programme.case_id, note=None)

    assert (late.late, suspended.late, suspended.suspended) == (1, 0, 1)
    assert figures(then) == late
    assert figures(while_suspended) == suspended
    assert figures().suspended == 0
