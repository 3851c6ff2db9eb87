"""The agreement and its signatures: what may be signed, by whom, and what voids it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import errors, operations
from engine.agreements import evidence, presenting, signatures
from engine.agreements.models import Agreement, Signature
from engine.committee import acting
from engine.people import chairs
from engine.people.models import Role
from engine.runtime import locking, messages, tasks
from forms import catalogue
from tests.integration.programme import Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def test_a_declined_mandate_goes_to_another_member_named_by_the_chair(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": False, "reason": "Mutation."})

    programme.complete("reassign_mandate", "chair", {"mandatary_id": str(programme.people["successor"])})

    assert programme.task("accept_mandate").assignee_id == programme.people["successor"]
    assert programme.project().mandatary_id == programme.people["successor"]


def test_the_lines_proposed_are_those_the_decision_asks_for(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    task = programme.task("prepare_agreement")

    with programme.database.start_reading() as work:
        proposed = work.domain.context(work, task).prefill["signatories"]

    assert [each["capacity"] for each in proposed] == ["beneficiary", "chair", "partner_company", "mandatary"]


def test_an_agreement_without_a_company_that_lends_days_cannot_be_drafted(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    answers = {
        "means_changed": False,
        "objective": "Une ligne de plus.",
        "signatories": [each for each in programme.signatories() if each["capacity"] != "partner_company"],
    }

    with pytest.raises(errors.InvalidAnswers) as refusal:
        programme.complete("prepare_agreement", "officer", answers)

    assert "signatories" in refusal.value.messages


def test_other_means_go_back_to_the_committee(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})

    programme.complete(
        "prepare_agreement", "officer", {"means_changed": True, "change": "Deux jours de plus."}
    )

    assert programme.steps() == ["committee_decision"]
    assert programme.rows(Agreement) == []


@pytest.mark.parametrize("is_prepared", [False, True])
def test_an_approval_that_the_committee_cancels_goes_back_to_it(programme, is_prepared):
    programme.appraise()
    programme.decide()
    if is_prepared:
        programme.prepare()

    with programme.work_as("officer") as work:
        assert messages.send(work, case_id=programme.case_id, name="decision_cancelled")

    assert programme.steps() == ["committee_decision"]
    assert programme.project().status == "ready_for_committee"
    assert [each.state for each in programme.rows(Agreement)] == (["voided"] if is_prepared else [])


def test_a_refusal_voids_what_others_signed(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)

    programme.sign(2, answer="refuse", reason="Les jours ne sont plus disponibles.")

    assert programme.steps() == ["committee_decision"]
    [agreement] = programme.rows(Agreement)
    assert agreement.state == "voided"
    assert all(each.voided_at is not None for each in programme.rows(Signature) if each.signed_on)


def test_a_text_that_is_not_the_one_shown_cannot_be_signed(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()

    with pytest.raises(catalogue.InvalidAnswers):
        programme.sign(0, document_digest="0" * 64)

    assert programme.rows(Signature) == []


def test_a_second_version_has_the_same_number_and_starts_with_no_signature(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)
    programme.sign(1, answer="refuse", reason="Relire.")
    programme.decide()

    programme.prepare()

    first, second = sorted(programme.rows(Agreement), key=lambda each: each.version)
    assert (first.number, second.version, second.state) == (second.number, 2, "to_sign")
    assert first.text_hash != second.text_hash
    assert len([each for each in programme.open_tasks() if each.step == "sign_agreement"]) == 4


def test_the_officer_records_a_paper_signature_with_its_scan_and_its_own_day(programme, clock, tmp_path):
    programme.appraise()
    programme.decide()
    programme.prepare()
    clock.advance(days=5)
    for position in range(3):
        programme.sign(position)
    signed_on = programme.today - timedelta(days=3)
    task = programme.task("sign_agreement", position=3)
    scan = programme.scan(tmp_path)

    with programme.work_as("prescriber") as work, pytest.raises(locking.NotYours):
        signatures.sign_on_paper(work, task_id=task.id, signed_on=signed_on, document_id=scan)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=signed_on, document_id=scan)

    paper = next(each for each in programme.rows(Signature) if each.mode == "paper")
    assert (paper.person_id, paper.recorded_by, paper.signed_on) == (
        programme.people["mandatary"],
        programme.people["officer"],
        signed_on,
    )
    assert programme.project().effective_on == programme.today
    assert "agreements.signature.recorded" in programme.kinds()


def test_the_acting_chair_signs_the_chairs_line_of_the_agreement(programme):
    programme.appraise()
    programme.decide()
    programme.end_role(Role.CHAIR, "chair")
    programme.prepare()
    assert "designate_acting_chair" in programme.steps()

    programme.complete(
        "designate_acting_chair",
        "officer",
        {
            "acting_chair_id": str(programme.people["successor"]),
            "starts_on": programme.today.isoformat(),
            "ends_on": (programme.today + timedelta(days=20)).isoformat(),
        },
    )

    task = programme.task("sign_agreement", position=1)
    assert task.assignee_id == programme.people["successor"]
    programme.print_papers()
    with programme.work_as("successor") as work:
        shown = presenting.of_task(work, tasks.find(work, task_id=task.id).task)
        assert shown is not None
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"
    signed = {each.capacity: each for each in programme.rows(Signature)}
    assert set(signed) == {"beneficiary", "acting_chair", "partner_company", "mandatary"}
    consent = signed["acting_chair"].consent
    assert consent is not None
    assert consent.endswith("en qualité de présidence par intérim du comité d’agrément.")
    assert [each.consent for each in shown.texts] == [consent]
    with programme.work_as("officer") as work:
        [text] = work.database.scalars(sa.select(Agreement))
        proved = [each.capacity for each in evidence.of(work, text)]
    assert proved == ["beneficiary", "acting_chair", "partner_company", "mandatary"]


def test_a_new_chair_signs_the_line_of_the_one_before(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])

    assert operations.fill_vacancies(programme.database) == 1

    assert programme.task("sign_agreement", position=1).assignee_id == programme.people["successor"]
    for position in (1, 2, 3):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_who_stands_in_for_a_chair_on_leave_signs_and_the_chair_once_back(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)
    answers = {
        "acting_chair_id": programme.people["successor"],
        "starts_on": programme.today, "ends_on": programme.today + timedelta(days=20), "reason": "Congé.",
    }  # fmt: skip
    with programme.work_as("officer") as work:
        acting.designate_in_basin(work, basin_id=programme.basin_id, answers=answers)

    assert operations.fill_vacancies(programme.database) == 1
    assert operations.fill_vacancies(programme.database) == 0
    assert programme.task("sign_agreement", position=1).assignee_id == programme.people["successor"]

    programme.play_until(programme.today + timedelta(days=22))
    operations.fill_vacancies(programme.database)
    assert programme.task("sign_agreement", position=1).assignee_id == programme.people["chair"]
    for position in (1, 2, 3):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_an_approval_whose_signatures_never_came_lapses_when_the_committee_says_so(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.play_until(programme.today + timedelta(days=92))
    assert (programme.steps(), programme.project().status) == (["committee_decision"], "ready_for_committee")

    programme.decide("lapsed", explanation="Les signatures ne sont pas venues.")

    project = programme.project()
    assert (project.status, project.end_kind, project.ended_on) == ("lapsed", "lapsed", programme.today)
    assert programme.steps() == []
    [told, *_] = programme.mails("project_ended")
    assert told.data["outcome"] == "lapsed"


def test_conditions_out_of_time_may_lapse_and_a_first_decision_may_not(programme):
    programme.appraise()
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.decide("lapsed", explanation="Rien n’était approuvé.")
    assert set(refusal.value.messages) == {"outcome"}
    due_on = programme.today + timedelta(days=30)
    programme.decide(
        "approved_with_conditions", conditions=[{"text": "Bail signé", "due_on": due_on.isoformat()}]
    )
    programme.play_until(due_on + timedelta(days=2))

    programme.decide("lapsed", explanation="Le bail n’a pas été signé.")

    assert programme.project().status == "lapsed"
