"""After the last signature: reports, requests, closures, early ends, and everyday acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.escalation.replacement import replace_mandatary
from engine.people.holders import SameHolder
from engine.persistence.unit_of_work import Actor
from engine.projects import closing, corrections, everyday, mandates, reports, timeline
from engine.projects.closing import InterventionStillAsked, NotSigned, TooEarlyToClose
from engine.projects.follow_up_models import (
    InterventionRequest,
    MandataryReplacement,
    Report,
    ReportPeriod,
)
from engine.projects.mandates import NotTheChair
from engine.projects.models import Correction
from engine.runtime import cases, messages, tasks
from forms import catalogue
from tests.integration import amending
from tests.integration.programme import REVIEW, Programme

DUE = date(2027, 2, 16)  # Three months after the tests' Monday, on which the agreement is signed.


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


@pytest.fixture
def labelled(programme):
    programme.label()
    return programme


def test_a_report_opens_on_an_open_day_at_least_two_weeks_before_it_is_due(labelled):
    labelled.play_until(date(2027, 2, 1))
    assert "follow_up_report" not in labelled.steps()

    labelled.play_until(date(2027, 2, 2))

    task = labelled.task("follow_up_report")
    assert (task.opened_on, task.due_on) == (date(2027, 2, 2), DUE)
    [mail] = labelled.mails("report_opened")
    assert (mail.recipient_id, mail.counts_for) == (labelled.people["mandatary"], 1)


def test_a_report_given_by_phone_is_recorded_by_the_officer_on_its_own_day(labelled):
    labelled.play_until(DUE + timedelta(days=9))
    task = labelled.task("follow_up_report")

    officer = Actor(labelled.people["officer"])
    with labelled.database.start_work(officer, on_behalf_of=labelled.people["mandatary"]) as work:
        answers = {
            "weather": "green", "progress": "Bien.", "jobs_created": 1, "jobs_sustained": 8,
            "contact_on": DUE.isoformat(), "new_intervention": False,
        }  # fmt: skip
        tasks.complete(work, task_id=task.id, answers=answers, occurred_on=DUE, channel="json")

    [report] = labelled.rows(Report)
    assert (report.occurred_on, report.days_late, report.on_behalf_of) == (
        DUE,
        0,
        labelled.people["mandatary"],
    )
    assert report.recorded_by == labelled.people["officer"]


def test_one_report_covers_the_periods_missed_each_with_its_lateness(labelled):
    labelled.play_until(date(2027, 8, 20))

    labelled.report()

    [report] = labelled.rows(Report)
    assert (report.number, report.last_number, report.due_on) == (1, 3, DUE)
    assert report.days_late == (date(2027, 8, 20) - DUE).days
    periods = labelled.rows(ReportPeriod)
    assert sorted((each.number, each.days_late) for each in periods) == [(2, 96), (3, 4)]


def test_nothing_new_takes_one_click_but_not_twice_in_a_row(labelled):
    labelled.play_until(DUE)
    with pytest.raises((errors.InvalidAnswers, catalogue.InvalidAnswers)):
        labelled.report(nothing_new=True)
    labelled.report()
    labelled.play_until(date(2027, 5, 16))
    task = labelled.task("follow_up_report")
    with labelled.database.start_reading() as work:
        shown = work.domain.context(work, task)
    assert shown.limits["nothing_new_allowed"] is True
    assert shown.prefill == {"weather": "green", "jobs_created": 2, "jobs_sustained": 8}
    labelled.report(nothing_new=True)
    labelled.play_until(date(2027, 8, 16))

    with pytest.raises((errors.InvalidAnswers, catalogue.InvalidAnswers)) as refusal:
        labelled.report(nothing_new=True)

    assert "nothing_new" in refusal.value.messages


def test_a_new_intervention_asked_for_comes_back_as_a_decision_and_blocks_the_closure(labelled):
    labelled.play_until(DUE)
    labelled.report(new_intervention=True, intervention_domain="quality", intervention_days="2")
    assert "review_request" in labelled.steps()
    [request] = labelled.rows(InterventionRequest)
    assert (request.domain, request.quarter_days) == ("quality", 8)
    with labelled.work_as("chair") as work, pytest.raises(InterventionStillAsked):
        closing.require_may_close(work, labelled.project(), today=date(2028, 5, 16))

    labelled.complete(
        "review_request", "officer", {"forward": True, "expert_id": str(labelled.people["expert"])}
    )
    labelled.decide()
    amending.prepare(labelled)
    amending.sign_all(labelled)
    labelled.complete("carry_out_intervention", "expert", labelled.work_done("1"))

    [request] = labelled.rows(InterventionRequest)
    assert request.closed_at is not None
    assert labelled.project().status == "labelled"
    with labelled.work_as("chair") as work:
        assert messages.open_satellites(work, case_id=labelled.case_id, process="intervention_request") == []


def test_a_request_declined_by_the_officer_is_closed_with_its_reason(labelled):
    labelled.play_until(DUE)
    labelled.report(new_intervention=True, intervention_domain="quality", intervention_days="2")

    labelled.complete("review_request", "officer", {"forward": False, "reason": "Déjà prévu."})

    [request] = labelled.rows(InterventionRequest)
    assert (request.forwarded, request.review_reason) == (False, "Déjà prévu.")


def test_a_project_is_never_closed_before_eighteen_months_whatever_is_tried(labelled):
    project = labelled.project()
    last_day = date(2028, 5, 15)

    for day in (labelled.today, date(2027, 11, 16), last_day):
        with labelled.work_as("chair") as work, pytest.raises(TooEarlyToClose) as refusal:
            closing.require_may_close(work, project, today=day)
        assert refusal.value.details["possible_on"] == date(2028, 5, 16)
    with labelled.work_as("chair") as work, pytest.raises(messages.NobodyWaits):
        messages.send(work, case_id=labelled.case_id, name="closure_requested")
    with labelled.work_as("chair") as work:
        closing.require_may_close(work, project, today=date(2028, 5, 16))


def test_a_closure_by_another_way_is_refused_at_the_end_itself(labelled):
    with labelled.work_as("chair") as work, pytest.raises(closing.EndNotSigned):
        closing.ended(work, cases.lock(work, labelled.case_id).case, "closed")
    with labelled.work_as("chair") as work, pytest.raises(TooEarlyToClose):
        case = cases.lock(work, labelled.case_id).case
        closing.find(work, labelled.case_id).end_kind = "closed"
        closing.ended(work, case, "closed")


def test_a_closure_sent_back_asks_for_another_review(labelled):
    plan_and_report(labelled)
    labelled.complete("final_review", "mandatary", REVIEW)
    labelled.complete("sign_closure", "chair", {"decision": "send_back", "reason": "Chiffres à revoir."})

    assert labelled.steps() == ["final_review"]
    assert labelled.project().ended_on is None


def plan_and_report(programme: Programme) -> None:
    """Go on to the term, the accompaniment done and every report given on its day."""
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True})
    for month in (2, 5, 8, 11, 14, 17):
        programme.play_until(date(2027 + (month - 1) // 12, (month - 1) % 12 + 1, 16))
        programme.report()


def test_an_early_end_is_asked_for_refused_then_signed_with_its_cause(labelled):
    ask = {"project_id": labelled.case_id, "requested_by": "firm", "cause": "ceased", "reason": "Cessation."}
    with labelled.work_as("officer") as work:
        closing.request_termination(work, **ask)
    assert "plan_interventions" in labelled.steps()
    labelled.complete("sign_termination", "chair", {"decision": "send_back", "reason": "Attendons."})
    assert labelled.project().ended_on is None

    with labelled.work_as("officer") as work:
        closing.request_termination(work, **ask)
    labelled.complete("sign_termination", "chair", {"decision": "sign"})

    project = labelled.project()
    assert (project.status, project.end_kind, project.end_cause) == ("terminated", "terminated", "ceased")
    assert labelled.steps() == []


def test_a_project_without_signature_is_not_terminated(programme):
    programme.appraise()

    with programme.work_as("officer") as work, pytest.raises(NotSigned):
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )


def test_only_the_chair_replaces_a_mandatary_and_open_tasks_move_at_once(labelled):
    labelled.play_until(DUE + timedelta(days=25))
    late = labelled.task("follow_up_report")
    change = {"case_id": labelled.case_id, "to_person": labelled.people["successor"], "reason": "Inaction."}
    with labelled.work_as("officer") as work, pytest.raises(NotTheChair):
        replace_mandatary(work, **change)

    with labelled.work_as("chair") as work:
        done = replace_mandatary(work, **change)

    task = labelled.task("follow_up_report")
    assert (task.id, task.assignee_id) == (late.id, labelled.people["successor"])
    # Saturday 13 March and twenty-one days: a Saturday again, so the Monday after.
    assert task.due_on == date(2027, 4, 5) == done.report_due_on
    [kept] = labelled.rows(MandataryReplacement)
    assert (kept.report_due_on, kept.provisional, kept.ratified_on) == (DUE, True, None)
    assert "call_mandatary" not in labelled.steps()
    with labelled.work_as("chair") as work:
        assert len(messages.open_satellites(work, case_id=labelled.case_id, process="late_report")) == 1
        assert [each.id for each in mandates.to_ratify(work, labelled.basin_id)] == [kept.id]
    assert [each.recipient_id for each in labelled.mails("handed_over")] == [labelled.people["mandatary"]]

    labelled.report()

    [report] = labelled.rows(Report)
    assert (report.mandatary_id, report.due_on) == (labelled.people["successor"], DUE)
    assert report.asked_for == task.due_on


def test_the_same_mandatary_or_the_firm_itself_is_refused(labelled):
    with labelled.work_as("chair") as work, pytest.raises(SameHolder):
        mandates.replace_mandatary(
            work, case_id=labelled.case_id, to_person=labelled.people["mandatary"], reason="x"
        )


def test_a_wrong_figure_is_struck_out_replaced_and_what_followed_is_listed(labelled, clock):
    labelled.play_until(DUE)
    labelled.report(jobs_created=20)
    clock.advance(days=2)
    [wrong] = labelled.rows(Report)
    with labelled.work_as("officer") as work:
        found = corrections.find(work, wrong.id, project_id=labelled.case_id)
        followed = corrections.what_followed(work, found.record)
        right = corrections.correct(
            work, project_id=labelled.case_id, record_id=wrong.id, changes={"jobs_created": 2},
            reason="Un zéro de trop.",
        )  # fmt: skip

    # What the report itself set off, in its own act; nothing was recorded after it.
    assert [(each.kind, each.recorded_at) for each in followed] == [
        ("runtime.instance.ended", wrong.recorded_at)
    ]
    kept = {each.id: each for each in labelled.rows(Report)}
    assert kept[wrong.id].struck_at is not None
    assert kept[wrong.id].jobs_created == 20
    assert (kept[right.id].jobs_created, kept[right.id].replaces_id) == (2, wrong.id)
    assert kept[right.id].occurred_on == wrong.occurred_on
    [correction] = labelled.rows(Correction)
    assert correction.reason == "Un zéro de trop."
    with labelled.database.start_reading() as work:
        assert reports.latest(work, labelled.case_id).jobs_created == 2
    with (
        labelled.work_as("officer") as work,
        pytest.raises(corrections.AlreadyCorrected, match=r"par Officer \(démo\)"),
    ):
        corrections.correct(
            work,
            project_id=labelled.case_id,
            record_id=wrong.id,
            changes={"jobs_created": 3},
            reason="Encore.",
        )


def test_a_correction_of_nothing_or_of_a_date_is_refused(labelled):
    labelled.play_until(DUE)
    labelled.report()
    [report] = labelled.rows(Report)

    for changes in ({"jobs_created": 2}, {"occurred_on": date(2027, 1, 1)}):
        with labelled.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
            corrections.correct(
                work, project_id=labelled.case_id, record_id=report.id, changes=changes, reason="Erreur."
            )


def test_notes_are_read_by_their_audience_only(labelled):
    with labelled.work_as("officer") as work:
        everyday.write_note(work, project_id=labelled.case_id, text="À surveiller.", audience="operator")
        everyday.write_note(work, project_id=labelled.case_id, text="Bienvenue.", audience="project")
        everyday.note_call(
            work, project_id=labelled.case_id, correspondent="Camille Dupré", summary="Tout va bien.",
            called_on=labelled.today,
        )  # fmt: skip

    with labelled.database.start_reading() as work:
        seen = everyday.notes(work, labelled.case_id, audiences={"project"})
        calls = everyday.calls(work, labelled.case_id, audiences={"operator"})

    assert [each.text for each in seen] == ["Bienvenue."]
    assert [each.correspondent for each in calls] == ["Camille Dupré"]


def test_a_call_of_tomorrow_is_refused(labelled):
    with labelled.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        everyday.note_call(
            work, project_id=labelled.case_id, correspondent="x", summary="y",
            called_on=labelled.today + timedelta(days=1),
        )  # fmt: skip


def test_a_labelled_project_is_suspended_by_the_chair_and_resumed_later(labelled):
    until = labelled.today + timedelta(days=60)
    pause = {
        "project_id": labelled.case_id, "requested_by": "firm", "reason": "Sinistre.", "until": until,
    }  # fmt: skip
    with labelled.work_as("officer") as work, pytest.raises(NotTheChair):
        everyday.suspend(work, **pause)
    with labelled.work_as("chair") as work:
        everyday.suspend(work, **pause)
    before = labelled.task("plan_interventions")
    assert before.suspended

    labelled.play_until(labelled.today + timedelta(days=14))
    with labelled.work_as("officer") as work:
        everyday.resume(work, project_id=labelled.case_id)

    after = labelled.task("plan_interventions")
    assert not after.suspended
    assert after.due_on > before.due_on
    assert labelled.project().follow_up_ends_on == date(2028, 5, 16)


def test_the_page_says_what_is_next_and_which_dates_are_to_come(labelled):
    with labelled.database.start_reading() as work:
        following = timeline.what_is_next(work, labelled.case_id)
        dates = timeline.dates_to_come(work, labelled.case_id)
        events = timeline.timeline(work, labelled.case_id)
        badge = timeline.badges(work, [labelled.project()])

    assert [each.step for each in following] == ["plan_interventions"]
    assert [each.on for each in dates if each.what == "Compte rendu de suivi"][:2] == [DUE, date(2027, 5, 16)]
    assert dates[-1].on == date(2028, 5, 16)
    assert events[0].recorded_at >= events[-1].recorded_at
    assert {"agreements.firm.labelled", "projects.project.opened"} <= {each.kind for each in events}
    assert badge == {labelled.case_id: "up_to_date"}
