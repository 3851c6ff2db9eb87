"""The ladder of a late report, rule by rule: D8, D9, D19 and the pause of D21."""

from __future__ import annotations

from datetime import date

import pytest

from engine.escalation import replacement
from engine.people import basins
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from tests.integration.late_reports import DUE_ON, LateReports


@pytest.fixture
def late(sqlite):
    bench = LateReports(sqlite)
    bench.install()
    bench.start()
    return bench


def put_on_hold(late, until, by="mandatary"):
    """The mandatary waits for the firm until a day."""
    [report] = [each for each in late.open_tasks() if each.step == "follow_up_report"]
    with late.database.start_work(Actor(late.people[by])) as work:
        tasks.await_third_party(work, task_id=report.id, until=until, cause="firm", reason="Bilan (démo)")


def test_a_wait_of_months_pauses_the_ladder_for_21_days_only(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    put_on_hold(late, date(2027, 4, 30))

    late.play_until(clock, date(2027, 3, 1))

    # Paused from the due day for 21 days, then half of the nine days between the two rungs: 26 December
    # is a Saturday, the next open day is Monday 28.
    assert late.rungs()[:2] == [("due", "awaiting", DUE_ON), ("reminder", "sent", date(2026, 12, 28))]
    assert {"call_mandatary", "keep_or_replace"} <= set(late.steps())


def test_a_ladder_pauses_once_whatever_is_waited_for_afterwards(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    put_on_hold(late, date(2026, 12, 2))
    late.play_until(clock, date(2026, 12, 3))
    put_on_hold(late, date(2027, 2, 26))

    late.play_until(clock, date(2026, 12, 31))

    assert [rung[:2] for rung in late.rungs()] == [("due", "awaiting"), ("reminder", "sent")]
    assert [mail[0] for mail in late.mails()] == ["report_opened", "report_late"]


def test_a_new_mandatary_is_waited_for_once_though_the_one_before_was(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    put_on_hold(late, date(2026, 12, 2))
    late.play_until(clock, date(2026, 12, 22))
    with late.database.start_work(Actor(late.people["chair"])) as work:
        replacement.replace_mandatary(
            work, case_id=late.case_id, to_person=late.people["successor"], reason="Départ (démo)"
        )
    put_on_hold(late, date(2027, 1, 20), by="successor")

    late.play_until(clock, date(2027, 2, 12))

    assert [rung for rung in late.rungs() if rung[0] == "due"] == [
        ("due", "awaiting", DUE_ON),
        ("due", "awaiting", date(2027, 1, 12)),
    ]


def test_never_more_than_three_mails_and_none_on_a_closed_day(late, clock):
    with late.database.start_work(Actor(late.people["officer"])) as work:
        basins.change_parameter(
            work, basin_id=late.basin_id, key="calendar.quiet_periods",
            value=[["12-07", "12-11"]], reason="Fermeture",
        )  # fmt: skip
    late.play_until(clock, date(2027, 6, 1))

    sent = late.mails()

    assert [kind for kind, _day in sent] == ["report_opened", "report_due_day", "report_late"]
    assert all(day.weekday() < 5 for _kind, day in sent)
    assert sent[2][1] == date(2026, 12, 14)  # D + 9 falls in the quiet week.


def test_each_keep_asks_the_chair_again_45_days_later_on_an_open_day(late, clock):
    late.play_until(clock, date(2027, 1, 18))
    asked = [each for each in late.open_tasks() if each.step == "keep_or_replace"]
    assert [each.opened_on for each in asked] == [date(2027, 1, 14)]
    late.complete("keep_or_replace", "chair", {"choice": "keep", "reason": "Il répondra."})
    assert "keep_or_replace" not in late.steps()

    late.play_until(clock, date(2027, 3, 5))

    # 18 January + 45 days is Thursday 4 March.
    asked = [each for each in late.open_tasks() if each.step == "keep_or_replace"]
    assert [each.opened_on for each in asked] == [date(2027, 3, 4)]


def opened_on(late, step):
    """The day on which the step's open task was opened, or None."""
    return next((each.opened_on for each in late.open_tasks() if each.step == step), None)


def test_a_wait_asked_after_the_last_mail_holds_the_officers_call_back(late, clock):
    late.play_until(clock, date(2026, 12, 10))
    put_on_hold(late, date(2026, 12, 29))

    late.play_until(clock, date(2026, 12, 29))
    assert late.steps() == ["follow_up_report"]
    assert late.rungs()[2:] == [("call", "awaiting", date(2026, 12, 21))]
    late.play_until(clock, date(2027, 2, 1))

    # The day after the wait; the chair is asked on the forty-fifth day: twelve days later would be before.
    assert opened_on(late, "call_mandatary") == date(2026, 12, 30)
    assert opened_on(late, "keep_or_replace") == date(2027, 1, 14)


def test_a_long_wait_holds_the_call_back_21_days_and_the_choice_after_it(late, clock):
    late.play_until(clock, date(2026, 12, 10))
    put_on_hold(late, date(2027, 4, 30))

    late.play_until(clock, date(2027, 3, 1))

    # 21 December and 21 days is Monday 11 January; the chair keeps its distance, half of 24 days.
    assert opened_on(late, "call_mandatary") == date(2027, 1, 11)
    assert opened_on(late, "keep_or_replace") == date(2027, 1, 25)
    assert [rung[:2] for rung in late.rungs()] == [
        ("due", "sent"),
        ("reminder", "sent"),
        ("call", "awaiting"),
    ]


def test_a_wait_asked_after_the_call_holds_the_chairs_choice_back_once(late, clock):
    late.play_until(clock, date(2027, 1, 5))
    put_on_hold(late, date(2027, 1, 20))
    late.play_until(clock, date(2027, 1, 18))
    assert "keep_or_replace" not in late.steps()
    put_on_hold(late, date(2027, 5, 31))

    late.play_until(clock, date(2027, 2, 1))

    assert opened_on(late, "keep_or_replace") == date(2027, 1, 21)


def test_a_ladder_that_paused_for_a_mail_pauses_for_no_call(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    put_on_hold(late, date(2026, 12, 2))
    late.play_until(clock, date(2026, 12, 10))
    put_on_hold(late, date(2027, 2, 26))

    late.play_until(clock, date(2027, 1, 20))

    assert opened_on(late, "call_mandatary") == date(2026, 12, 21)
    assert opened_on(late, "keep_or_replace") == date(2027, 1, 14)


def test_a_wait_that_is_over_or_taken_back_holds_nothing_back(late, clock):
    late.play_until(clock, date(2026, 12, 10))
    put_on_hold(late, date(2026, 12, 30))
    [report] = late.open_tasks()
    with late.database.start_work(Actor(late.people["mandatary"])) as work:
        tasks.resume(work, task_id=report.id)

    late.play_until(clock, date(2026, 12, 22))

    assert opened_on(late, "call_mandatary") == date(2026, 12, 21)


def test_neither_call_nor_choice_is_asked_for_in_a_quiet_period_declared_meanwhile(late, clock):
    late.play_until(clock, date(2026, 12, 10))
    with late.database.start_work(Actor(late.people["officer"])) as work:
        basins.change_parameter(
            work, basin_id=late.basin_id, key="calendar.quiet_periods",
            value=[["12-18", "01-04"], ["01-12", "01-20"]], reason="Fermeture",
        )  # fmt: skip

    late.play_until(clock, date(2027, 2, 1))

    # The days were fixed before: 21 December, and 14 January.
    assert opened_on(late, "call_mandatary") == date(2027, 1, 5)
    assert opened_on(late, "keep_or_replace") == date(2027, 1, 21)
