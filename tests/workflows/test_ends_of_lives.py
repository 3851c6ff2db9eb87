"""How lives end, told through the engine: the term, an early end, a withdrawal; and what happens any day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import errors
from engine.clock import add_months
from engine.persistence import stored_clock
from engine.projects import closing, corrections, everyday, mandates, reports
from engine.projects.follow_up_models import EndRequest, Report
from engine.projects.models import PhoneCall
from engine.runtime import instances, locking, messages, tasks
from forms import catalogue
from tests.stories import DIAGNOSTIC, QUALIFICATION, unchanged

MONDAY = date(2026, 11, 16)


# Item 8: the term.


def test_nothing_closes_a_project_before_its_day(world):
    dossier = world.accompanied()
    for number in range(1, 6):
        world.play_until(add_months(MONDAY, 3 * number))
        dossier.report()
    world.play_until(date(2028, 5, 15), hour=22)
    dossier.report(occurred_on=world.today)
    project = dossier.project()

    with unchanged(world, dossier):
        for step in ("final_review", "sign_closure"):
            with pytest.raises(LookupError):
                dossier.task(step)
        for name in ("closed", "report_closed", "execution_done"):
            with pytest.raises(messages.NobodyWaits), world.acting("chair") as work:
                messages.send(work, case_id=dossier.case_id, name=name)
        with pytest.raises(closing.TooEarlyToClose) as early, world.acting("chair") as work:
            closing.require_may_close(work, project, today=world.today)
        assert early.value.details["possible_on"] == date(2028, 5, 16)
        with pytest.raises(closing.AlreadySigned), world.acting("officer") as work:
            closing.withdraw(work, project_id=dossier.case_id, requested_by="firm", reason="essai")
        closed = [task for task in world.tasks(dossier, "follow_up_report") if task.closed_at]
        with pytest.raises(locking.AlreadyClosed), world.acting("mandatary") as work:
            tasks.complete(work, task_id=closed[-1].id, answers={}, occurred_on=date(2028, 6, 1))
    assert dossier.steps() == []

    world.play_until(date(2028, 5, 16), hour=0)
    assert dossier.steps() == ["final_review"]


def test_a_clock_never_goes_back(world):
    with world.database.engine.begin() as connection:
        stored_clock.set_instant(connection, datetime(2028, 5, 16, tzinfo=UTC))
        with pytest.raises(ValueError, match="only goes forward"):
            stored_clock.set_instant(connection, datetime(2028, 5, 15, tzinfo=UTC))


def test_a_date_in_the_future_brings_nothing_closer(world):
    dossier = world.to_sign()
    for capacity in ("beneficiary", "chair", "partner_company"):
        dossier.sign(capacity)
    ahead = pytest.raises((catalogue.InvalidAnswers, errors.InvalidAnswers))
    with unchanged(world, dossier), ahead:
        dossier.complete("sign_agreement", {"answer": "refuse", "reason": "x"}, occurred_on=date(2030, 1, 1))
    dossier.sign("mandatary")
    world.play_until(date(2027, 2, 10))
    with unchanged(world, dossier), ahead as refusal:
        dossier.report(occurred_on=date(2028, 6, 1), contact_on="2027-02-10")
    assert "occurred_on" in refusal.value.messages


def test_at_eighteen_months_the_review_is_written_and_the_chair_closes(world):
    dossier = world.at_term()
    assert (world.today, dossier.steps()) == (date(2028, 5, 16), ["final_review"])
    dossier.final_review()
    dossier.sign_closure(decision="send_back", reason="Il manque la source des chiffres.")
    assert dossier.steps() == ["final_review"]
    dossier.final_review(jobs_created=4)
    with unchanged(world, dossier), pytest.raises(locking.NotYours):
        dossier.complete("sign_closure", {"decision": "sign"}, by="deputy")
    dossier.sign_closure()

    project = dossier.project()
    assert (project.status, project.end_kind, project.ended_on) == ("closed", "closed", date(2028, 5, 16))
    assert dossier.steps() == []
    assert len(world.rows(Report, dossier)) == 6
    world.post()
    assert world.mails("mandatary")[-1] == ("project_ended", date(2028, 5, 16))


def test_eighteen_months_after_the_31st_of_august_are_the_29th_of_february(world):
    world.play_until(date(2027, 8, 31))
    dossier = world.labelled()

    assert dossier.project().follow_up_ends_on == date(2029, 2, 28)
    assert reports.earliest_closing(date(2026, 8, 31), 18) == date(2028, 2, 29)


def test_an_early_end_is_signed_by_the_chair_and_is_no_follow_up_carried_through(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 3, 10))
    asked = {"project_id": dossier.case_id, "requested_by": "mandatary", "reason": "Plus de commandes."}
    with world.acting("officer") as work:
        closing.request_termination(work, cause="agreed", **asked)
    with pytest.raises(messages.NobodyWaits), world.acting("officer") as work:
        closing.request_termination(work, cause="agreed", **asked)
    dossier.complete("sign_termination", {"decision": "send_back", "reason": "Attendons le jugement."})
    assert "sign_termination" not in dossier.steps()
    assert dossier.project().status == "labelled"

    with world.acting("officer") as work:
        closing.request_termination(work, cause="insolvency", **asked)
    dossier.complete("sign_termination", {"decision": "sign"})

    project = dossier.project()
    assert (project.status, project.end_kind, project.end_cause) == ("terminated", "terminated", "insolvency")
    assert dossier.steps() == []
    assert [each.accepted for each in world.rows(EndRequest, dossier)] == [False, True]
    before = world.mails("mandatary")
    world.wait(days=120)
    assert len(world.mails("mandatary")) == len(before) + 1  # That it has ended; nothing else, ever.


# Items 7, 8 and 11: everyday.


def test_a_suspension_shows_stops_and_moves_dates_but_not_the_term(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 2, 8))
    with pytest.raises(mandates.NotTheChair), world.acting("officer") as work:
        everyday.suspend(
            work, project_id=dossier.case_id, requested_by="firm", reason="Inondé", until=date(2027, 3, 8)
        )
    with world.acting("chair") as work:
        everyday.suspend(
            work, project_id=dossier.case_id, requested_by="firm", reason="Inondé", until=date(2027, 3, 8)
        )
    with unchanged(world, dossier), pytest.raises(locking.Suspended):
        dossier.report()
    before = world.mails("mandatary")
    world.play_until(date(2027, 3, 7))
    assert world.mails("mandatary") == before

    world.play_until(date(2027, 3, 9))

    task = dossier.task("follow_up_report")
    assert (task.suspended, task.due_on) == (False, date(2027, 3, 16))  # Twenty working days later.
    assert dossier.project().follow_up_ends_on == date(2028, 5, 16)
    with pytest.raises(instances.NotSuspended), world.acting("chair") as work:
        everyday.resume(work, project_id=dossier.case_id)
    world.play_until(date(2027, 3, 17))
    assert ("report_due_day", date(2027, 3, 16)) in world.mails("mandatary")


def test_a_report_given_by_phone_on_the_third_is_typed_on_the_twelfth_then_corrected(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 2, 12))
    dossier.report(
        by="officer", on_behalf_of="mandatary", occurred_on=date(2027, 2, 3), jobs_created=12,
        contact_on="2027-02-03",
    )  # fmt: skip

    [task] = world.tasks(dossier, "follow_up_report")
    assert (task.occurred_on, task.closed_by) == (date(2027, 2, 3), world.people["officer"])
    assert task.on_behalf_of == world.people["mandatary"]
    [report] = world.rows(Report, dossier)
    assert (report.occurred_on, report.recorded_by, report.days_late) == (
        date(2027, 2, 3), world.people["officer"], 0,
    )  # fmt: skip
    with world.acting("officer") as work:
        corrections.correct(
            work, project_id=dossier.case_id, record_id=report.id, changes={"jobs_created": 2},
            reason="Douze était le nombre de clients.",
        )  # fmt: skip
        everyday.note_call(
            work, project_id=dossier.case_id, correspondent="Le dirigeant", summary="Deux embauches.",
            called_on=date(2027, 2, 3),
        )  # fmt: skip
    wrong, right = sorted(world.rows(Report, dossier), key=lambda each: each.struck_at is None)
    assert (wrong.id, wrong.jobs_created) == (report.id, 12)
    assert (right.jobs_created, right.occurred_on, right.replaces_id) == (2, date(2027, 2, 3), report.id)
    assert [call.summary for call in world.rows(PhoneCall, dossier)] == ["Deux embauches."]
    assert "projects.report.corrected" in world.history(dossier)


def test_a_task_put_on_hold_leaves_the_mandatary_in_peace_for_that_time(world):
    dossier = world.accompanied()
    world.play_until(date(2027, 2, 12))
    task = dossier.task("follow_up_report")
    with world.acting("mandatary") as work:
        tasks.await_third_party(
            work, task_id=task.id, cause="firm", until=date(2027, 2, 26), reason="Comptes attendus."
        )
    world.play_until(date(2027, 3, 2))
    assert [kind for kind, _ in world.mails("mandatary", dossier=dossier)][-1] == "report_opened"
    dossier.report()
    [closed] = world.tasks(dossier, "follow_up_report")
    assert closed.awaited_seconds >= 14 * 86_400


# Item 9.


def test_a_withdrawal_before_the_signature_ends_a_project_wherever_it_stands(world):
    stood = {}
    for dossier in every_step(world):
        steps = dossier.steps()
        with world.acting("officer") as work:
            closing.withdraw(
                work, project_id=dossier.case_id, requested_by="firm", reason="Le dirigeant renonce.",
                occurred_on=MONDAY,
            )  # fmt: skip
        project = dossier.project()
        assert (project.status, project.end_cause, dossier.steps()) == ("withdrawn", "firm", [])
        assert "projects.withdrawal.requested" in world.history(dossier)
        with pytest.raises(instances.CaseEnded), world.acting("officer") as work:
            closing.withdraw(work, project_id=dossier.case_id, requested_by="firm", reason="Encore.")
        stood[steps[0]] = True

    assert set(stood) == {
        "qualify", "accept_prescription", "preliminary_diagnostic", "check_completeness",
        "complementary_diagnostic", "committee_decision", "sign_off_decision", "notify_decision",
        "complete_file", "lift_conditions", "accept_mandate", "reassign_mandate", "prepare_agreement",
        "sign_agreement",
    }  # fmt: skip
    world.post()
    assert world.mails("prescriber", "project_withdrawn")
    world.wait(days=120)
    assert world.mails("mandatary", "reminder_signatories") == []


def every_step(world):
    """A project at each step before the signature."""
    expert = {"expert_id": str(world.people["expert"]), "question": "Est-ce sûr ?"}
    later = {"complementary_due_on": "2026-12-15"}
    yield world.opened()
    dossier = world.opened()
    dossier.qualify(**QUALIFICATION)
    yield dossier
    yield world.prescribed()
    dossier = world.prescribed()
    dossier.diagnose(DIAGNOSTIC)
    yield dossier
    dossier = world.prescribed()
    dossier.diagnose(DIAGNOSTIC)
    dossier.check("complementary", **expert, **later)
    yield dossier
    yield world.appraised()
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())
    yield dossier
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())
    dossier.sign_off()
    yield dossier
    dossier = world.appraised()
    dossier.decide("adjourned", explanation="Les comptes manquent.")
    yield dossier
    dossier = world.appraised()
    conditions = [{"text": "Accord de la banque.", "due_on": "2026-12-15"}]
    dossier.decide("approved_with_conditions", human_means=world.means(), conditions=conditions)
    yield dossier
    yield world.approved()
    dossier = world.approved()
    dossier.complete("accept_mandate", {"accepted": False, "reason": "Trop de dossiers."})
    yield dossier
    dossier = world.approved()
    dossier.accept_mandate()
    yield dossier
    dossier = world.to_sign()
    dossier.sign("beneficiary")
    yield dossier
