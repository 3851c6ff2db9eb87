"""An officer asks for something again: one mail a week, three in all about a report, each on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.escalation import elsewhere, reminding
from engine.escalation.elsewhere import Obstacle
from engine.people import absences, accounts, permissions, persons
from engine.persistence.unit_of_work import Actor
from engine.projects import timeline
from engine.runtime import locking, tasks
from tests.integration.late_reports import DUE_ON, PARIS, LateReports


@pytest.fixture
def late(database) -> LateReports:
    """A project whose second report is due on Monday 30 November 2026."""
    made = LateReports(database)
    made.install()
    made.start()
    return made


def the_report(late: LateReports):
    return next(task for task in late.open_tasks() if task.step == "follow_up_report")


def remind(late: LateReports, by: str = "officer"):
    with late.database.start_work(Actor(late.people[by])) as work:
        return reminding.remind(work, the_report(late).id)


def blocked(late: LateReports):
    with late.database.start_reading(Actor(late.people["officer"])) as work:
        return elsewhere.at_others(work, {late.basin_id}, late.people["officer"])


def test_nothing_is_blocked_before_its_day(late, clock):
    late.play_until(clock, DUE_ON)
    assert blocked(late) == []


def test_what_is_late_says_at_whom_since_when_and_what_comes_next(late, clock):
    late.play_until(clock, DUE_ON + timedelta(days=3))

    [found] = blocked(late)

    assert (found.firm, found.person, found.phone, found.due_on) == (
        "Scierie du Val (démo)", "Mandatary (démo)", "01 99 00 12 34", DUE_ON,
    )  # fmt: skip
    coming = found.next_rung
    assert (coming.step, coming.until.astimezone(PARIS).date()) == ("reminder_day", date(2026, 12, 9))
    assert found.obstacle(date(2026, 12, 3), PARIS) is Obstacle.TOO_SOON
    assert found.may_be_written_again_on(PARIS) == date(2026, 12, 7)


def test_a_reminder_leaves_is_recorded_and_counts_among_the_three(late, clock):
    late.play_until(clock, date(2026, 12, 7))

    done = remind(late)

    assert (done.person, done.leaves_on) == ("Mandatary (démo)", date(2026, 12, 7))
    late.play_until(clock, date(2027, 1, 31))
    assert late.mails() == [
        ("report_opened", date(2026, 11, 16)),
        ("report_due_day", date(2026, 11, 30)),
        ("task_reminded", date(2026, 12, 7)),
    ]
    assert ("reminder", "enough", date(2026, 12, 9)) in late.rungs()
    with late.database.start_reading() as work:
        [entry] = [
            each for each in timeline.timeline(work, late.case_id) if each.kind == "escalation.task.reminded"
        ]
    assert (entry.actor, entry.details["leaves_on"], entry.details["report_number"]) == (
        "Officer (démo)", "2026-12-07", 2,
    )  # fmt: skip


def test_two_reminders_are_a_week_apart(late, clock):
    late.play_until(clock, date(2026, 11, 24))
    remind(late)
    late.play_until(clock, date(2026, 11, 25))
    with pytest.raises(reminding.ReminderTooSoon):
        remind(late)


def test_a_fourth_mail_about_a_report_never_leaves(late, clock):
    late.play_until(clock, date(2026, 12, 18))

    with pytest.raises(reminding.EnoughMails):
        remind(late)

    [found] = blocked(late)
    assert found.obstacle(date(2026, 12, 18), PARIS) is Obstacle.ENOUGH
    assert len(late.mails()) == 3


def test_a_mail_still_to_leave_counts_among_the_three(late, clock):
    late.play_until(clock, date(2026, 12, 8), hour=22)
    assert remind(late).leaves_on == date(2026, 12, 9)

    # The ladder’s own reminder is written at midnight, before that mail leaves.
    late.play_until(clock, date(2027, 1, 31))

    assert ("reminder", "enough", date(2026, 12, 9)) in late.rungs()
    assert [kind for kind, _day in late.mails()] == ["report_opened", "report_due_day", "task_reminded"]


def test_a_reminder_asked_for_at_night_leaves_in_the_morning(late, clock):
    late.play_until(clock, date(2026, 12, 7), hour=22)
    assert remind(late).leaves_on == date(2026, 12, 8)
    assert len(late.mails()) == 2
    late.play_until(clock, date(2026, 12, 8))
    assert late.mails()[-1] == ("task_reminded", date(2026, 12, 8))


def test_nobody_is_written_to_who_is_away_cannot_be_reached_or_said_whom_they_wait_for(late, clock):
    late.play_until(clock, date(2026, 12, 7))
    task, holder = the_report(late), late.people["mandatary"]
    with late.database.start_work(Actor(holder)) as work:
        absence = absences.declare(
            work, person_id=holder, first_day=date(2026, 12, 7), last_day=date(2026, 12, 11)
        ).id
    with pytest.raises(reminding.Away):
        remind(late)
    with late.database.start_work(Actor(holder)) as work:
        absences.withdraw(work, absence_id=absence)
        tasks.await_third_party(
            work, task_id=task.id, cause="firm", until=date(2026, 12, 10), reason="Les comptes arrivent."
        )
    with pytest.raises(reminding.OnHold):
        remind(late)
    assert blocked(late) == []
    with late.database.start_work(Actor(holder)) as work:
        tasks.resume(work, task_id=task.id)
        persons.find(work, holder).address_invalid_at = work.now
    with pytest.raises(reminding.AddressInvalid):
        remind(late)


def test_whoever_left_is_written_to_no_more_and_the_officer_is_told_what_to_do(late, clock):
    late.play_until(clock, DUE_ON)
    with late.database.start_work(Actor(late.people["officer"])) as work:
        accounts.create(work, person_id=late.people["mandatary"])
        accounts.disable(work, late.people["mandatary"])
    late.play_until(clock, date(2026, 12, 31))

    [found] = [each for each in blocked(late) if each.step == "follow_up_report"]

    assert found.obstacle(date(2026, 12, 31), PARIS) is Obstacle.GONE
    with pytest.raises(reminding.Gone, match="confiez sa part"):
        remind(late)
    assert late.mails() == [("report_opened", date(2026, 11, 16)), ("report_due_day", date(2026, 11, 30))]


def test_only_the_officer_reminds_and_only_of_what_is_open(late, clock):
    late.play_until(clock, date(2026, 12, 7))
    task = the_report(late)
    with pytest.raises(permissions.MissingPermission):
        remind(late, by="chair")
    late.report()
    with (
        pytest.raises(locking.AlreadyClosed),
        late.database.start_work(Actor(late.people["officer"])) as work,
    ):
        reminding.remind(work, task.id)
    assert blocked(late) == []


def test_a_chair_s_choice_holds_a_project_up_before_it_is_late(late, clock):
    late.play_until(clock, date(2027, 1, 25))

    found = {each.step: each for each in blocked(late)}

    assert found["keep_or_replace"].person == "Chair (démo)"
    assert "call_mandatary" not in found
