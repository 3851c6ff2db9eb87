"""Days, delays and clocks: D1, D2, D4, D5, D7, and the facts that figures read (D23)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.agreements import signatures
from engine.committee.models import Decision
from engine.operations import staging
from engine.people import basins, partnerships
from engine.people.models import PartnershipAgreement
from engine.projects import closing, dossiers, everyday, reports
from engine.projects.closing import TooEarlyToClose
from engine.projects.follow_up_models import Report, ReportPeriod
from engine.runtime import cases, locking, tasks, timers
from engine.runtime.models import Task
from tests.integration.programme import FIRM, PARIS, REVIEW, Programme

SIGNED = date(2026, 11, 16)
TERM = date(2028, 5, 16)


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


@pytest.fixture
def labelled(programme):
    programme.label()
    return programme


def closed_task(programme, step):
    """The last completed task of a step."""
    with programme.database.start_reading() as work:
        return work.database.scalars(
            sa.select(Task)
            .where(Task.case_id == programme.case_id, Task.step == step, Task.closed_at.is_not(None))
            .order_by(Task.closed_at.desc())
        ).first()


def accompany(programme):
    """The accompaniment from its plan to its end."""
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True, "summary": "Fait."})


def report_until(programme, day):
    """Play on to a day, the mandatary reporting as soon as asked."""
    while True:
        opened = [each for each in programme.open_tasks() if each.step == "follow_up_report"]
        if opened:
            programme.report()
        with programme.database.start_reading() as work:
            due = timers.next_due(work)
        if due is None or due.astimezone(PARIS).date() > day:
            break
        programme.play_until(due.astimezone(PARIS).date())
    programme.play_until(day)


# The eighteen months.


def test_eighteen_months_run_from_the_last_signature_as_signed_on_paper_and_recorded_later(
    programme, tmp_path
):
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in range(3):
        programme.sign(position)
    signed_on = SIGNED + timedelta(days=4)
    task = programme.task("sign_agreement", position=3)
    scan = programme.scan(tmp_path)
    programme.play_until(SIGNED + timedelta(days=40))

    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=signed_on, document_id=scan)

    project = programme.project()
    assert (project.effective_on, project.follow_up_ends_on) == (signed_on, date(2028, 5, 20))
    accompany(programme)
    report_until(programme, date(2028, 5, 19))
    assert programme.steps() == []
    programme.play_until(date(2028, 5, 20), hour=0)
    assert programme.steps() == ["final_review"]


@pytest.mark.parametrize(
    ("signed", "term"),
    [(date(2026, 8, 31), date(2028, 2, 29)), (date(2026, 8, 30), date(2028, 2, 29)), (SIGNED, TERM)],
)
def test_the_term_is_the_same_day_of_the_month_or_its_last(signed, term):
    assert reports.earliest_closing(signed, 18) == term
    assert reports.earliest_closing(signed, 0) == term


def test_a_closure_is_signed_from_midnight_on_its_day_and_not_as_of_a_day_before(labelled):
    accompany(labelled)
    report_until(labelled, TERM - timedelta(days=1))
    labelled.play_until(TERM, hour=0)
    labelled.complete("final_review", "mandatary", REVIEW)

    with pytest.raises(TooEarlyToClose):
        labelled.complete(
            "sign_closure", "chair", {"decision": "sign"},
            occurred_on=TERM - timedelta(days=1), late_reason="dit au téléphone",
        )  # fmt: skip
    labelled.complete("sign_closure", "chair", {"decision": "sign"})

    assert (labelled.project().status, labelled.project().ended_on) == ("closed", TERM)


def test_neither_reports_done_nor_accompaniment_over_open_the_closure_before_its_day(labelled):
    accompany(labelled)

    report_until(labelled, TERM - timedelta(days=1))

    assert labelled.steps() == []
    assert labelled.project().status == "labelled"


def test_a_suspension_moves_neither_the_term_nor_what_ends_with_it(labelled):
    accompany(labelled)
    report_until(labelled, TERM - timedelta(days=60))
    with labelled.work_as("chair") as work:
        everyday.suspend(
            work, project_id=labelled.case_id, requested_by="firm", reason="Travaux.",
            until=labelled.today + timedelta(days=30),
        )  # fmt: skip
    labelled.play_until(labelled.today + timedelta(days=31))

    report_until(labelled, TERM + timedelta(days=1))

    assert "final_review" in labelled.steps()


@pytest.mark.parametrize(("early", "opens_on"), [(-14, date(2028, 5, 2)), (-20, date(2028, 4, 26))])
def test_the_last_report_opens_as_long_before_the_term_as_the_basin_says(labelled, early, opens_on):
    with labelled.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=labelled.basin_id, key="ladder.early", value=early, reason="usage du bassin"
        )
    with labelled.database.start_work() as work:
        case = cases.lock(work, labelled.case_id).case
        for day in (opens_on - timedelta(days=40), opens_on):
            assert staging.hold_back(work, case, day, day + timedelta(days=45)) == opens_on


def test_a_longer_follow_up_is_anchored_on_the_same_day(programme):
    programme.appraise()
    programme.decide(follow_up_months=24)
    programme.prepare()
    for position in range(4):
        programme.sign(position)

    assert programme.project().follow_up_ends_on == date(2028, 11, 16)
    with programme.work_as("chair") as work, pytest.raises(TooEarlyToClose):
        closing.require_may_close(work, programme.project(), today=date(2028, 11, 15))


# Suspension.


def suspend(programme, days):
    """The chair suspends the project for some days."""
    with programme.work_as("chair") as work:
        everyday.suspend(
            work, project_id=programme.case_id, requested_by="firm", reason="Sinistre.",
            until=programme.today + timedelta(days=days),
        )  # fmt: skip


def test_a_report_due_after_a_suspension_is_asked_for_with_the_days_lost(labelled):
    labelled.play_until(date(2027, 1, 18))
    suspend(labelled, 60)
    labelled.play_until(date(2027, 3, 20))  # Resumed on 19 March: 44 working days lost.

    report_until_open(labelled)

    task = labelled.task("follow_up_report")
    assert task.opened_on > date(2027, 3, 19)
    assert task.due_on - task.opened_on >= timedelta(days=13)
    labelled.play_until(task.due_on - timedelta(days=1))
    assert labelled.mails("report_due_day") == []
    labelled.play_until(task.due_on + timedelta(days=3))
    labelled.report()
    [report] = labelled.rows(Report)
    assert report.days_late == 3


def report_until_open(programme):
    """Play on until a report is open."""
    while "follow_up_report" not in programme.steps():
        with programme.database.start_reading() as work:
            due = timers.next_due(work)
        assert due is not None
        programme.play_until(due.astimezone(PARIS).date())


def test_a_suspension_that_runs_out_shows_as_over_on_the_project(labelled):
    suspend(labelled, 10)
    assert labelled.project().suspended_until is not None

    labelled.play_until(labelled.today + timedelta(days=11))

    assert (labelled.project().suspended_on, labelled.project().suspended_until) == (None, None)
    assert not labelled.task("plan_interventions").suspended
    assert "projects.project.resumed" in labelled.kinds()


def test_a_suspension_keeps_what_remained_of_the_delay_to_sign(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.play_until(SIGNED + timedelta(days=60))
    with programme.work_as("officer") as work:
        everyday.suspend(
            work, project_id=programme.case_id, requested_by="firm", reason="Sinistre.",
            until=programme.today + timedelta(days=60),
        )  # fmt: skip

    programme.play_until(SIGNED + timedelta(days=140))

    assert programme.steps() == ["sign_agreement"] * 4
    programme.play_until(SIGNED + timedelta(days=160))
    assert programme.steps() == ["committee_decision"]


def test_a_suspended_project_refuses_its_tasks_and_may_still_be_withdrawn(programme):
    programme.appraise()
    with programme.work_as("officer") as work:
        everyday.suspend(
            work, project_id=programme.case_id, requested_by="firm", reason="Sinistre.",
            until=programme.today + timedelta(days=60),
        )  # fmt: skip
    with pytest.raises(locking.Suspended):
        programme.complete("committee_decision", "officer", programme.decision())

    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    assert programme.project().status == "withdrawn"


# The grid.


def test_a_report_missing_at_the_next_due_day_covers_both_on_one_task_and_its_ladder_goes_on(labelled):
    labelled.play_until(date(2027, 5, 20))

    asked = [each for each in labelled.open_tasks() if each.step == "follow_up_report"]
    assert len(asked) == 1
    assert asked[0].due_on == date(2027, 2, 16)
    assert "keep_or_replace" in labelled.steps()
    assert len(labelled.mails("report_opened")) == 1
    labelled.report()
    [report] = labelled.rows(Report)
    assert (report.number, report.last_number, report.days_late) == (1, 2, 93)
    [other] = labelled.rows(ReportPeriod)
    assert (other.number, other.due_on, other.days_late) == (2, date(2027, 5, 16), 4)
    report_until_open(labelled)
    assert labelled.task("follow_up_report").due_on == date(2027, 8, 16)


# Days told by people.


def test_a_report_given_before_its_task_opened_needs_a_reason(labelled):
    labelled.play_until(date(2027, 2, 3))
    task = labelled.task("follow_up_report")
    answers = {
        "weather": "green", "progress": "Bien.", "jobs_created": 1, "jobs_sustained": 8,
        "contact_on": "2027-02-01", "new_intervention": False,
    }  # fmt: skip
    given_on = date(2027, 2, 1)

    for no_reason in (None, "", "   "):
        with labelled.work_as("mandatary") as work, pytest.raises(errors.InvalidAnswers) as refusal:
            tasks.complete(
                work, task_id=task.id, answers=answers, channel="json", occurred_on=given_on,
                late_reason=no_reason,
            )  # fmt: skip
        assert "occurred_on" in refusal.value.messages
    with labelled.work_as("mandatary") as work:
        tasks.complete(
            work, task_id=task.id, answers=answers, channel="json", occurred_on=given_on,
            late_reason="donné au téléphone",
        )  # fmt: skip

    done = closed_task(labelled, "follow_up_report")
    assert (done.occurred_on, done.late_reason) == (given_on, "donné au téléphone")
    assert (done.waiting_seconds, done.working_seconds) == (0, 0)


def test_a_decision_is_of_the_day_of_its_session_whatever_day_is_typed(programme):
    programme.appraise()

    programme.complete(
        "committee_decision", "officer", programme.decision(),
        occurred_on=SIGNED - timedelta(days=3), late_reason="noté trop tôt",
    )  # fmt: skip

    assert [each.occurred_on for each in programme.rows(Decision)] == [SIGNED]


# The partnership agreement.


def test_projects_go_on_when_the_partnership_agreement_has_ended_and_none_is_opened(labelled):
    with labelled.database.start_work() as work:
        work.database.execute(sa.update(PartnershipAgreement).values(ends_on=SIGNED + timedelta(days=30)))
    kept = labelled.project().partnership_agreement_id
    labelled.play_until(SIGNED + timedelta(days=60))

    with labelled.work_as("officer") as work, pytest.raises(partnerships.NoAgreementInForce):
        dossiers.open_project(
            work, basin_id=labelled.basin_id, answers={**FIRM, "siret": None, "not_registered": True}
        )
    accompany(labelled)
    report_until(labelled, TERM)

    assert labelled.steps() == ["final_review"]
    assert labelled.project().partnership_agreement_id == kept


@pytest.mark.parametrize("day", [date(1900, 1, 1), SIGNED - timedelta(days=1), SIGNED + timedelta(days=1)])
def test_a_withdrawal_is_asked_for_between_the_opening_and_today(programme, day):
    programme.open()

    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refusal:
        closing.withdraw(
            work, project_id=programme.case_id, requested_by="firm", reason="Renonce.", occurred_on=day
        )

    assert set(refusal.value.messages) == {"requested_on"}
    assert programme.project().ended_on is None


def test_a_termination_is_not_asked_for_before_the_signature(labelled):
    labelled.clock.advance(days=30)
    asked = {"project_id": labelled.case_id, "requested_by": "firm", "cause": "ceased", "reason": "Vente."}
    with labelled.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refusal:
        closing.request_termination(work, occurred_on=SIGNED - timedelta(days=1), **asked)

    assert set(refusal.value.messages) == {"requested_on"}
    with labelled.work_as("officer") as work:
        closing.request_termination(work, occurred_on=SIGNED, **asked)


def test_a_call_is_noted_on_its_day_even_before_the_opening_but_not_in_another_century(programme):
    programme.open()
    call = {"project_id": programme.case_id, "correspondent": "Camille Dupré", "summary": "Premier contact."}
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        everyday.note_call(work, called_on=date(1926, 11, 16), **call)

    with programme.work_as("officer") as work:
        noted = everyday.note_call(work, called_on=SIGNED - timedelta(days=3), **call)

    assert noted.occurred_on == SIGNED - timedelta(days=3)
