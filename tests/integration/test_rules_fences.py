"""The last fence of each rule, behind the form and the diagram that keep it already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors
from engine.agreements import signatures
from engine.committee import recording, sessions
from engine.committee.models import Decision
from engine.escalation import operations as escalation
from engine.outbox import delivery
from engine.outbox.captured import MailboxTransport
from engine.people.models import Role
from engine.persistence import installation
from engine.projects import closing, everyday
from engine.projects.models import Project
from engine.runtime import cases
from engine.runtime.acts import Act
from engine.settings import Settings
from tests.integration.programme import PARIS, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def act(programme, work, **answers):
    """An act on the dossier, as an operation receives it, whatever the form would have said."""
    locked = cases.lock(work, programme.case_id)
    return Act(
        work=work, case=locked.case, instance_id=programme.case_id, process="", step="", task=None,
        answers=answers, routing={"report_number": 1}, occurred_on=work.today(PARIS),
    )  # fmt: skip


def test_a_firm_is_not_labelled_on_a_missing_signature_whatever_the_diagram(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in range(3):
        programme.sign(position)

    with programme.work_as("officer") as work, pytest.raises(signatures.NotAllSigned):
        signatures.label_firm(act(programme, work))


def test_another_text_is_not_signed_whatever_the_form(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()

    with programme.work_as("chair") as work:
        [line] = signatures.signatories.at(work, programme.case_id, 1)
        agreement = signatures.drafting.latest(work, programme.case_id)
        assert line.agreement_id == agreement.id
        with pytest.raises(signatures.StaleVersion):
            signatures.require_current(act(programme, work, document_digest="0" * 64), [agreement])
        signatures.drafting.void(work, agreement, reason="essai")
        with pytest.raises(signatures.StaleVersion):
            signatures.require_current(act(programme, work), [agreement])


def test_nothing_is_decided_in_a_session_to_come(programme):
    programme.appraise()
    with programme.work_as("officer") as work:
        later = sessions.plan(
            work, basin_id=programme.basin_id,
            answers={"held_on": programme.today + timedelta(days=9), "kind": "meeting"},
        )  # fmt: skip
        with pytest.raises(errors.InvalidAnswers):
            recording.session_of(act(programme, work), later.id)


def test_a_company_that_left_commits_no_days(programme):
    programme.appraise()
    programme.end_role(Role.PARTNER_COMPANY, "lender")
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refusal:
        recording.add_means(
            act(programme, work), Decision(),
            [{"company_id": programme.firms["lender"], "domain": "production", "days": 2}],
        )  # fmt: skip
    assert "human_means-0-company_id" in refusal.value.messages


def test_the_firm_itself_lends_no_days_to_its_own_project(programme):
    programme.appraise()
    with (
        programme.work_as("officer") as work,
        pytest.raises((errors.InvalidAnswers, recording.CompanyOfTheProject)),
    ):
        recording.add_means(
            act(programme, work), Decision(),
            [{"company_id": programme.project().organisation_id, "domain": "production", "days": 2}],
        )  # fmt: skip


def test_a_project_is_suspended_six_months_at_most_and_once(programme):
    programme.appraise()
    pause = {"project_id": programme.case_id, "requested_by": "firm", "reason": "Travaux."}
    for days in (0, 184):
        with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
            everyday.suspend(work, until=programme.today + timedelta(days=days), **pause)

    with programme.work_as("officer") as work:
        everyday.suspend(work, until=programme.today + timedelta(days=181), **pause)

    assert programme.project().suspended_until == programme.today + timedelta(days=181)


def test_a_ladder_is_not_begun_twice(programme):
    programme.label()
    programme.play_until(programme.today + timedelta(days=100))
    with programme.work_as("officer") as work:
        again = act(programme, work)
        escalation.start(again)

    assert again.starts == []
    assert programme.kinds().count("escalation.ladder.started") == 1


def test_nothing_leaves_a_held_database(programme):
    programme.open()
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")
    with programme.database.start_work() as work:
        installation.stamp(work, environment="test")
        work.flush()
        installation.hold(work)
    settings, transport = Settings(environment="test"), MailboxTransport(programme.database)

    assert delivery.deliver_due(programme.database, settings, transport) == 0

    with programme.database.start_work() as work:
        installation.release(work)
    assert delivery.deliver_due(programme.database, settings, transport) >= 1


ENDS = ["closed", "terminated", "withdrawn", "finished", "dropped"]


def end(programme, event):
    """Reach an end event, as a diagram of that basin may call it."""
    with programme.work_as("officer") as work:
        closing.ended(work, cases.lock(work, programme.case_id).case, event)


@pytest.mark.parametrize("event", ENDS)
def test_a_labelled_project_ends_by_nothing_that_the_chair_has_not_signed(programme, event):
    programme.label()
    programme.play_until(programme.today + timedelta(days=600))

    with pytest.raises(closing.EndNotSigned):
        end(programme, event)

    assert (programme.project().status, programme.project().ended_on) == ("labelled", None)


@pytest.mark.parametrize("event", ENDS)
def test_a_closure_signed_is_a_closure_whatever_the_end_event_is_called(programme, event):
    programme.label()
    closed_by = {"project_id": programme.case_id, "decision": "sign"}
    with programme.work_as("chair") as work, pytest.raises(closing.TooEarlyToClose):
        closing.sign_closure(act(programme, work, **closed_by))
    programme.play_until(programme.today + timedelta(days=600))
    with programme.work_as("chair") as work:
        closing.sign_closure(act(programme, work, **closed_by))

    end(programme, event)

    assert (programme.project().status, programme.project().end_kind) == ("closed", "closed")


def test_a_closure_does_not_end_a_project_before_its_day_whoever_wrote_that_it_was_signed(programme):
    programme.label()
    with programme.database.start_work() as work:
        work.database.get_one(Project, programme.case_id).end_kind = "closed"

    with pytest.raises(closing.TooEarlyToClose):
        end(programme, "closed")

    assert programme.project().ended_on is None


@pytest.mark.parametrize("event", ENDS)
def test_a_termination_ends_a_project_once_its_request_is_signed(programme, event):
    programme.label()
    with programme.work_as("chair") as work:
        closing.sign_termination(act(programme, work, decision="sign"))
    with pytest.raises(closing.EndNotSigned):
        end(programme, event)  # Nobody has asked for it.

    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Vente."
        )
    with pytest.raises(closing.EndNotSigned):
        end(programme, event)
    with programme.work_as("chair") as work:
        closing.sign_termination(act(programme, work, decision="sign"))
    end(programme, event)

    assert programme.project().status == "terminated"


def test_a_rejection_that_the_chair_signed_is_not_turned_into_a_withdrawal(programme):
    programme.appraise()
    programme.complete(
        "committee_decision",
        "officer",
        programme.decision("rejected", reason="quality", explanation="Trop tôt."),
    )
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})

    with programme.work_as("officer") as work, pytest.raises(closing.EndDecided):
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")
    programme.complete(
        "notify_decision", "officer", {"channel": "email", "sent_on": programme.today.isoformat()}
    )

    project = programme.project()
    assert (project.status, project.end_kind) == ("rejected", "rejected")
