"""Appraisal, decisions and their sign-off: what may and what may not be."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors, operations
from engine.committee import sessions
from engine.committee.models import Decision
from engine.people import assignments
from engine.people.models import Role
from engine.projects.closing import AlreadySigned, withdraw
from engine.projects.mandates import NotTheChair
from engine.projects.models import CommittedMeans, ComplementaryDiagnostic
from forms import catalogue
from tests.integration.programme import DIAGNOSTIC, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def test_an_incomplete_file_goes_back_to_its_prescriber_with_a_reason(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    programme.complete("check_completeness", "officer", {"outcome": "incomplete", "missing": "Le bilan."})

    task = programme.task("preliminary_diagnostic")
    assert task.assignee_id == programme.people["prescriber"]
    with programme.database.start_reading() as work:
        context = work.domain.context(work, task)
    assert ("Motif du renvoi", "Le bilan.") in context.facts
    assert context.prefill["summary"] == DIAGNOSTIC["summary"]
    assert programme.project().status == "diagnosing"


def test_a_declined_prescription_goes_to_another_prescriber(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": False, "reason": "Pas le temps."})

    programme.complete(
        "qualify",
        "officer",
        {**programme.qualification(), "prescriber_id": str(programme.people["successor"])},
    )

    assert programme.task("accept_prescription").assignee_id == programme.people["successor"]


def test_an_opinion_is_ordered_by_written_consultation_then_by_the_committee(programme):
    asked = {
        "question": "La ligne tiendra-t-elle la cadence ?",
        "expert_id": str(programme.people["expert"]),
        "complementary_due_on": (programme.today + timedelta(days=10)).isoformat(),
    }
    given = {"findings": "Oui.", "recommendation": "favourable", "days_spent": "0.5"}
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    programme.complete("check_completeness", "officer", {"outcome": "complementary", **asked})
    task = programme.task("complementary_diagnostic")
    assert (task.assignee_id, task.due_on) == (
        programme.people["expert"],
        programme.today + timedelta(days=10),
    )
    programme.complete("complementary_diagnostic", "expert", given)
    if "check_completeness" in programme.steps():
        programme.complete("check_completeness", "officer", {"outcome": "complete"})

    programme.decide("complementary_diagnostic", **asked)
    assert programme.project().status == "complementary_diagnostic"
    programme.complete("complementary_diagnostic", "expert", given)

    assert programme.steps() == ["committee_decision"]
    assert [each.ordered_in for each in programme.rows(ComplementaryDiagnostic)] == [
        "written_consultation",
        "decision",
    ]


@pytest.mark.parametrize(
    ("outcome", "more", "status"),
    [
        ("rejected", {"reason": "quality"}, "rejected"),
        ("reoriented", {"explanation": "Une plateforme d’initiative convient mieux."}, "reoriented"),
        ("withdrawn", {"explanation": "L’entreprise renonce."}, "withdrawn"),
    ],
)
def test_a_negative_decision_ends_the_project_once_notified(programme, outcome, more, status):
    programme.appraise()

    programme.decide(outcome, **more)

    project = programme.project()
    assert (project.status, project.end_kind, project.ended_on) == (status, status, programme.today)
    assert programme.steps() == []


def test_an_adjourned_project_comes_back_once_completed(programme):
    programme.appraise()
    programme.decide("adjourned", explanation="Préciser le marché.")
    assert programme.project().status == "adjourned"

    programme.complete("complete_file", "prescriber", {"completion": "Deux clients nouveaux."})

    assert programme.steps() == ["committee_decision"]


def test_conditions_are_lifted_one_by_one_before_the_agreement(programme):
    programme.appraise()
    due_on = programme.today + timedelta(days=30)
    programme.decide(
        "approved_with_conditions", conditions=[{"text": "Bail signé", "due_on": due_on.isoformat()}]
    )
    task = programme.task("lift_conditions")
    assert task.due_on == due_on
    with programme.database.start_reading() as work:
        [condition] = work.domain.context(work, task).choices["conditions-condition_id"]

    programme.complete(
        "lift_conditions",
        "officer",
        {
            "conditions": [
                {
                    "condition_id": condition.value,
                    "evidence": "Bail.",
                    "lifted_on": programme.today.isoformat(),
                }
            ]
        },
    )

    assert programme.steps() == ["accept_mandate"]


def test_conditions_out_of_time_bring_the_project_back_to_the_committee(programme):
    programme.appraise()
    due_on = programme.today + timedelta(days=30)
    programme.decide(
        "approved_with_conditions", conditions=[{"text": "Bail signé", "due_on": due_on.isoformat()}]
    )

    programme.play_until(due_on)
    assert programme.steps() == ["lift_conditions"]
    programme.play_until(due_on + timedelta(days=1))

    assert programme.steps() == ["committee_decision"]
    assert programme.project().status == "ready_for_committee"


def test_a_decision_sent_back_commits_nothing_and_is_superseded(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    programme.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "Dix jours."})
    assert programme.rows(CommittedMeans) == []
    task = programme.task("committee_decision")
    with programme.database.start_reading() as work:
        assert work.domain.context(work, task).prefill["outcome"] == "approved"
    assert task.waits_for == "operator"
    assert timedelta(days=5) <= task.due_on - task.opened_on <= timedelta(days=8)

    programme.decide()

    first, second = sorted(programme.rows(Decision), key=lambda each: each.turn)
    assert (first.number, second.number) == (None, "TDL-2026-D001")
    assert second.supersedes_id == first.id
    assert [each.quarter_days for each in programme.rows(CommittedMeans)] == [24]


def test_a_chair_whose_company_is_no_longer_a_partner_cannot_sign_off(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    programme.end_role(Role.PARTNER_COMPANY, "chair")

    with pytest.raises(NotTheChair):
        programme.complete("sign_off_decision", "chair", {"decision": "sign"})

    assert programme.steps() == ["sign_off_decision"]


def test_with_no_chair_in_force_the_officer_designates_an_acting_one_who_signs(programme):
    programme.appraise()
    programme.end_role(Role.CHAIR, "chair")
    programme.complete("committee_decision", "officer", programme.decision())
    assert programme.steps() == ["designate_acting_chair", "sign_off_decision"]

    programme.complete(
        "designate_acting_chair",
        "officer",
        {
            "acting_chair_id": str(programme.people["successor"]),
            "starts_on": programme.today.isoformat(),
            "ends_on": (programme.today + timedelta(days=20)).isoformat(),
        },
    )
    programme.complete("sign_off_decision", "successor", {"decision": "sign"})

    [decision] = programme.rows(Decision)
    assert (decision.signed_by, decision.signed_as) == (programme.people["successor"], "acting_chair")


def test_a_chair_who_leaves_while_a_sign_off_waits_is_replaced_at_the_officers_word(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    assert operations.fill_vacancies(programme.database) == 0
    programme.end_role(Role.CHAIR, "chair")

    assert operations.fill_vacancies(programme.database) == 1
    assert operations.fill_vacancies(programme.database) == 0

    assert programme.steps() == ["designate_acting_chair", "sign_off_decision"]


def test_nobody_signs_off_in_the_chairs_place(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    task = programme.task("sign_off_decision")

    for name in ("officer", "mandatary"):
        with pytest.raises(errors.NotAllowed):
            programme.complete("sign_off_decision", name, {"decision": "sign"})

    assert programme.task("sign_off_decision").id == task.id


def test_the_firm_itself_neither_follows_nor_lends(programme):
    programme.appraise()
    with programme.work_as("officer") as work:
        firm = programme.project().organisation_id
        assignments.assign(work, role=Role.PARTNER_COMPANY, basin_id=programme.basin_id, organisation_id=firm)
    means = [{"company_id": str(firm), "domain": "production", "days": "2"}]

    with pytest.raises((errors.InvalidAnswers, catalogue.InvalidAnswers)) as refusal:
        programme.complete("committee_decision", "officer", programme.decision(human_means=means))

    assert any("human_means" in name for name in refusal.value.messages)


def test_a_withdrawal_before_signature_ends_the_project_and_tells_those_concerned(programme):
    programme.appraise()
    programme.clock.advance(days=2)

    with programme.work_as("officer") as work:
        withdraw(
            work, project_id=programme.case_id, requested_by="firm", reason="Le projet est abandonné.",
            occurred_on=programme.today - timedelta(days=1),
        )  # fmt: skip

    project = programme.project()
    assert (project.end_kind, project.end_cause, project.ended_on) == (
        "withdrawn",
        "firm",
        programme.today - timedelta(days=1),
    )
    assert programme.steps() == []
    told = {each.recipient_id for each in programme.mails("project_withdrawn")}
    assert told == {programme.people["prescriber"], project.sme_head_id}


def test_a_labelled_project_is_no_longer_withdrawn(programme):
    programme.label()

    with programme.work_as("officer") as work, pytest.raises(AlreadySigned):
        withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Trop tard.")


def test_the_decision_waits_for_the_next_planned_session(programme):
    with programme.work_as("officer") as work:
        sessions.plan(
            work, basin_id=programme.basin_id,
            answers={"held_on": programme.today + timedelta(days=24), "kind": "meeting"},
        )  # fmt: skip
        today = sessions.next_session(work, programme.basin_id, programme.today)
        sessions.hold(work, today.id, answers={"held_on": programme.today, "chaired_by_id": None})
    programme.appraise()

    task = programme.task("committee_decision")

    assert (task.due_on, task.waits_for) == (programme.today + timedelta(days=24), "session")


def test_two_sessions_on_one_day_are_refused(programme):
    with programme.work_as("officer") as work, pytest.raises(sessions.AlreadyPlanned):
        sessions.plan(
            work, basin_id=programme.basin_id, answers={"held_on": date(2026, 11, 16), "kind": "meeting"}
        )
