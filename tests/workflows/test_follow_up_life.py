"""The follow-up told through the engine: reports, the ladder of a late one, another mandatary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.calendar import Calendar, QuietPeriod, Territory
from engine.escalation import replacement
from engine.escalation.climbing import rungs_of_case
from engine.outbox.models import Message
from engine.people import persons
from engine.projects import follow_up_models, mandates
from engine.projects.follow_up_models import Report
from engine.runtime import tasks
from forms import catalogue
from tests.stories import unchanged

MONDAY = date(2026, 11, 16)
OPEN_DAYS = Calendar(
    Territory.FRANCE, (QuietPeriod.parse("08-01", "08-20"), QuietPeriod.parse("12-24", "01-02"))
)
MAILS_OF_A_REPORT = {"report_opened", "report_due_day", "report_late"}


# Item 6.


def test_a_report_opens_at_each_cadence_with_last_times_figures(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 2, 5))
    first = dossier.task("follow_up_report")
    assert (first.opened_on, first.due_on) == (date(2027, 2, 2), date(2027, 2, 16))
    dossier.report(jobs_created=3, jobs_sustained=9, progress="La ligne tourne.")

    world.play_until(date(2027, 5, 3))
    task = dossier.task("follow_up_report")
    with world.acting("mandatary") as work:
        known = work.domain.context(work, tasks.find(work, task_id=task.id).task, channel="json")
    assert (known.prefill["jobs_created"], known.prefill["jobs_sustained"]) == (3, 9)
    dossier.complete(
        "follow_up_report",
        {"nothing_new": True, "weather": "green", "jobs_created": 3, "jobs_sustained": 9},
    )

    world.play_until(date(2027, 8, 3))
    refused = pytest.raises((catalogue.InvalidAnswers, errors.InvalidAnswers))
    with unchanged(world, dossier), refused as twice:
        dossier.report(nothing_new=True)
    assert "nothing_new" in twice.value.messages


def test_a_new_intervention_comes_back_as_a_decision_and_the_cadence_does_not_wait(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 2, 10))
    dossier.report(
        new_intervention=True, intervention_domain="quality", intervention_days="3",
        intervention_purpose="Préparer l’audit.",
    )  # fmt: skip
    assert dossier.steps() == ["review_request"]
    dossier.complete("review_request", {"forward": True, "expert_id": str(world.people["expert2"])})
    world.session(world.today)
    dossier.decide("approved", human_means=world.means("lender2", "3"))
    assert dossier.steps() == ["prepare_amendment"]
    dossier.amend()
    dossier.sign_everything()
    assert dossier.steps() == ["carry_out_intervention"]
    assert dossier.task("carry_out_intervention").assignee_id == world.people["expert2"]

    world.play_until(date(2027, 5, 5))
    assert dossier.steps() == ["carry_out_intervention", "follow_up_report"]
    dossier.intervene("Audit préparé.", (world.today, "1"))
    assert dossier.steps() == ["follow_up_report"]
    assert dossier.project().status == "labelled"


# Item 7: the ladder.


def test_the_ladder_of_a_late_report_day_by_day(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 4, 5))  # Due on Tuesday 16 February 2027.

    assert world.mails("mandatary", dossier=dossier)[-3:] == [
        ("report_opened", date(2027, 2, 2)),
        ("report_due_day", date(2027, 2, 16)),
        ("report_late", date(2027, 2, 25)),
    ]
    opened = {task.step: task.opened_on for task in dossier.open_tasks()}
    assert opened == {
        "follow_up_report": date(2027, 2, 2),
        "call_mandatary": date(2027, 3, 9),
        "keep_or_replace": date(2027, 4, 2),
    }
    assert world.mails("officer", "task_opened")[-1] == ("task_opened", date(2027, 3, 9))
    assert world.mails("chair", "task_opened")[-1] == ("task_opened", date(2027, 4, 2))
    with world.acting("officer") as work:
        rungs = [(each.rung, each.outcome, each.sent_on) for each in rungs_of_case(work, dossier.case_id)]
    assert rungs == [("due", "sent", date(2027, 2, 16)), ("reminder", "sent", date(2027, 2, 25))]

    before = world.mails("mandatary", dossier=dossier)
    dossier.complete("call_mandatary", {"reached": False, "called_on": "2027-04-05"})
    dossier.complete("keep_or_replace", {"choice": "keep"})
    assert dossier.steps() == ["follow_up_report"]
    world.play_until(date(2027, 5, 18))
    assert dossier.steps() == ["follow_up_report"]
    world.play_until(date(2027, 5, 20))
    assert dossier.steps() == ["follow_up_report", "keep_or_replace"]

    dossier.report()

    assert dossier.steps() == []
    world.play_until(date(2027, 7, 15))
    assert world.mails("mandatary", dossier=dossier) == before
    [report] = world.rows(Report, dossier)
    assert (report.due_on, report.days_late, report.last_number) == (date(2027, 2, 16), 93, 2)


def test_no_report_of_a_whole_follow_up_gets_more_than_three_mails_nor_one_on_a_closed_day(world):
    dossier = world.accompanied()
    while world.today < date(2028, 6, 1):
        world.play_until(world.today + timedelta(days=70))
        if "follow_up_report" in dossier.steps():
            dossier.report()

    mails = [each for each in world.rows(Message, dossier) if each.kind in MAILS_OF_A_REPORT]
    days = [(each.kind, each.sent_at.date()) for each in mails if each.sent_at is not None]
    assert len(days) >= 8
    assert [day for _, day in days if not OPEN_DAYS.is_open(day)] == []
    by_report: dict[int | None, int] = {}
    for each in mails:
        by_report[each.counts_for] = by_report.get(each.counts_for, 0) + (each.sent_at is not None)
    assert None not in by_report
    assert max(by_report.values()) == 3


def test_a_dead_address_becomes_a_call_for_the_officer_and_the_right_one_gets_the_mail(world):
    dossier = world.accompanied()
    world.mailbox.dead.add("mandatary@exemple.test")
    world.play_until(date(2027, 3, 1))

    assert dossier.steps() == ["call_person", "follow_up_report"]
    assert len(world.tasks(dossier, "call_person")) == 1
    with world.acting("officer") as work:
        outcomes = [(each.rung, each.outcome) for each in rungs_of_case(work, dossier.case_id)]
        assert persons.find(work, world.people["mandatary"]).phone == "01 99 00 12 34"
    assert outcomes == [("due", "invalid_address"), ("reminder", "invalid_address")]

    dossier.complete("call_person", {"outcome": "corrected", "email": "mahaut@exemple.test"})
    world.wait(hours=1)

    assert dossier.steps() == ["follow_up_report"]
    assert world.mails("mandatary", "report_opened") == [("report_opened", date(2027, 3, 1))]


def test_a_mandatary_is_replaced_in_one_action_and_the_grid_keeps_its_day(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 3, 15))
    assert dossier.steps() == ["call_mandatary", "follow_up_report"]
    with pytest.raises(mandates.NotTheChair), world.acting("officer") as work:
        replacement.replace_mandatary(
            work, case_id=dossier.case_id, to_person=world.people["successor"], reason="Muté"
        )

    with world.acting("chair") as work:
        replacement.replace_mandatary(
            work, case_id=dossier.case_id, to_person=world.people["successor"], reason="Muté"
        )

    assert dossier.steps() == ["follow_up_report", "prepare_amendment"]
    task = dossier.task("follow_up_report")
    assert task.assignee_id == world.people["successor"]
    assert task.due_on == date(2027, 4, 5)
    world.play_until(date(2027, 4, 30))
    assert world.mails("successor", dossier=dossier) == [
        ("task_reassigned", date(2027, 3, 15)),
        ("report_due_day", date(2027, 4, 5)),
        ("report_late", date(2027, 4, 14)),
    ]
    assert world.mails("mandatary", dossier=dossier)[-1] == ("handed_over", date(2027, 3, 15))
    dossier.mandatary = "successor"
    dossier.report()
    [report] = world.rows(Report, dossier)
    assert (report.due_on, report.asked_for) == (date(2027, 2, 16), date(2027, 4, 5))
    assert report.mandatary_id == world.people["successor"]
    [kept] = world.rows(follow_up_models.MandataryReplacement, dossier)
    assert (kept.provisional, kept.ratified_in) == (True, None)
    assert "projects.mandatary.replaced" in world.history(dossier)


def test_the_chair_replaces_from_the_ladder_too(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 4, 6))
    answers = {"choice": "replace", "mandatary_id": str(world.people["successor"]), "reason": "Muté"}
    dossier.complete("keep_or_replace", answers)

    task = dossier.task("follow_up_report")
    assert (task.assignee_id, task.due_on) == (world.people["successor"], date(2027, 4, 27))
    world.play_until(date(2027, 5, 7))
    assert [kind for kind, _ in world.mails("successor", dossier=dossier)] == [
        "task_reassigned", "report_due_day", "report_late",
    ]  # fmt: skip
