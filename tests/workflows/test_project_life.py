"""A project's life told through the engine, on both databases: from the intake to the label."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.agreements import drafting, signatories
from engine.agreements.models import Agreement, Signature
from engine.committee import decisions
from engine.committee.models import Decision
from engine.people import accounts, assignments, persons
from engine.people.models import Account, Role
from engine.projects import appraisal, dossiers, mandates
from engine.runtime import locking, tasks
from forms import catalogue
from tests.stories import DIAGNOSTIC, FIRM, OBJECTIVE, QUALIFICATION, unchanged

MONDAY = date(2026, 11, 16)


# Items 1 and 2: the intake, the prescriber.


def test_a_firm_that_comes_back_is_shown_and_refused_nothing(world):
    first = world.opened()
    second = world.opened(siret="", not_registered=True, name="MECANIQUE DU GRAND PRE (démo)")

    with world.acting("officer") as work:
        alike = dossiers.duplicates(work, basin_id=world.id, name=FIRM["name"], siret=FIRM["siret"])

    assert {each.project_id for each in alike} == {first.case_id, second.case_id}
    assert [first.project().reference, second.project().reference] == ["TDL-2026-001", "TDL-2026-002"]


def test_a_prescriber_who_declines_sends_the_request_back_to_its_qualification(world):
    dossier = world.opened()
    dossier.qualify(**QUALIFICATION)
    dossier.complete("accept_prescription", {"accepted": False, "reason": "En congé tout l’hiver."})
    assert dossier.steps() == ["qualify"]

    dossier.prescriber = "deputy"
    dossier.qualify(**QUALIFICATION)
    world.post()

    assert dossier.task("accept_prescription").assignee_id == world.people["deputy"]
    assert world.mails("deputy", dossier=dossier) == [("task_opened", MONDAY)]


def test_a_diagnostic_is_drafted_sent_sent_back_with_a_reason_and_completed(world):
    dossier = world.prescribed()
    world.post()
    # The first was moot by then.
    assert world.mails("prescriber", dossier=dossier) == [("task_opened", MONDAY)]
    task = dossier.task("preliminary_diagnostic")
    assert task.due_on == MONDAY + timedelta(days=21)
    with world.acting("prescriber") as work:
        tasks.save_draft(work, task_id=task.id, answers={"summary": "Un début"})
    world.wait(days=3)
    with world.acting("prescriber") as work:
        assert tasks.read_draft(work, task_id=task.id).answers == {"summary": "Un début"}

    dossier.diagnose(DIAGNOSTIC)
    dossier.check("incomplete", missing="Le plan de financement.")

    again = dossier.task("preliminary_diagnostic")
    assert again.id != task.id
    with world.acting("prescriber") as work:
        assert tasks.read_draft(work, task_id=task.id) is None
        known = work.domain.context(work, tasks.find(work, task_id=again.id).task, channel="json")
    assert known.prefill["summary"] == DIAGNOSTIC["summary"]
    dossier.diagnose({**DIAGNOSTIC, "jobs_to_create": 5})
    dossier.check()
    with world.acting("officer") as work:
        versions = appraisal.diagnostics(work, dossier.case_id)
        missing = [check.missing for check in appraisal.checks(work, dossier.case_id)]
    assert [(each.version, each.jobs_to_create) for each in versions] == [(2, 5), (1, 4)]
    assert missing == [None, "Le plan de financement."]
    assert dossier.steps() == ["committee_decision"]


def test_a_late_expert_is_reminded_answers_and_another_opinion_is_ordered_in_session(world):
    dossier = world.prescribed()
    dossier.diagnose(DIAGNOSTIC)
    asked = {"expert_id": str(world.people["expert"]), "question": "La charpente tient-elle ?"}
    dossier.check("complementary", **asked, complementary_due_on="2026-11-28")  # A Saturday.
    assert dossier.project().status == "complementary_diagnostic"

    world.play_until(date(2026, 12, 3))
    assert world.mails("expert") == [("task_opened", MONDAY), ("reminder_expert", date(2026, 11, 30))]
    opinion = {"findings": "Elle tient.", "recommendation": "favourable", "days_spent": "1.5"}
    dossier.complete("complementary_diagnostic", opinion)
    assert dossier.steps() == ["committee_decision"]

    world.session()
    dossier.decide("complementary_diagnostic", **asked, complementary_due_on="2027-01-15")
    assert dossier.steps() == ["complementary_diagnostic"]
    dossier.complete("complementary_diagnostic", opinion)
    assert dossier.steps() == ["committee_decision"]
    with world.acting("officer") as work:
        ordered = [each.ordered_in for each in appraisal.opinions(work, dossier.case_id)]
    assert ordered == ["written_consultation", "decision"]


# Item 4: the decision.


OUTCOMES = {
    "approved": ({}, "approved", ["accept_mandate"]),
    "approved_with_conditions": (
        {"conditions": [{"text": "Accord de la banque.", "due_on": "2026-12-15"}]},
        "approved_with_conditions",
        ["lift_conditions"],
    ),
    "adjourned": ({"explanation": "Les comptes manquent."}, "adjourned", ["complete_file"]),
    "complementary_diagnostic": (
        {"question": "Est-ce sûr ?", "complementary_due_on": "2026-12-15"},
        "complementary_diagnostic",
        ["complementary_diagnostic"],
    ),
    "rejected": ({"reason": "quality"}, "rejected", []),
    "reoriented": ({"explanation": "Un prêt d’honneur suffit."}, "reoriented", []),
    "withdrawn": ({"explanation": "Le dirigeant renonce."}, "withdrawn", []),
}


def test_each_of_the_seven_outcomes_goes_where_it_must(world):
    seen = {}
    for outcome, (answers, _status, _steps) in OUTCOMES.items():
        dossier = world.appraised()
        more = {"human_means": world.means()} if outcome.startswith("approved") else {}
        expert = {"expert_id": str(world.people["expert"])} if "question" in answers else {}
        dossier.decide(outcome, **answers, **more, **expert)
        seen[outcome] = (dossier.project().status, dossier.steps())
        ended = dossier.project().ended_on
        assert (ended is not None) == (not dossier.steps()), outcome

    assert seen == {outcome: (status, steps) for outcome, (_, status, steps) in OUTCOMES.items()}


def test_an_adjourned_file_is_asked_for_again_and_comes_back_to_the_next_session(world):
    dossier = world.appraised()
    dossier.decide("adjourned", explanation="Les comptes manquent.")
    world.play_until(date(2027, 1, 20))
    assert world.mails("prescriber", "reminder_prescriber") == [("reminder_prescriber", date(2027, 1, 15))]

    dossier.complete("complete_file", {"completion": "Voici les comptes."})

    assert dossier.steps() == ["committee_decision"]
    assert dossier.project().status == "ready_for_committee"


def test_the_chair_sends_a_decision_back_and_signs_the_one_that_supersedes_it(world):
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means(days="60"))
    dossier.sign_off(decision="send_back", reason="Six jours, pas soixante.")
    assert dossier.steps() == ["committee_decision"]
    assert dossier.project().decision_id is None

    dossier.decide("approved", human_means=world.means())

    with world.acting("officer") as work:
        latest, first = decisions.of_project(work, dossier.case_id)
        days = [each.quarter_days for each in drafting.means_in_force(work, dossier.case_id)]
    assert (first.number, first.sent_back_reason) == (None, "Six jours, pas soixante.")
    assert (latest.number, latest.supersedes_id, days) == ("TDL-2026-D001", first.id, [24])


def test_nobody_signs_off_in_the_chairs_stead(world):
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())

    with unchanged(world, dossier):
        for by, represented, refusal in (
            ("officer", None, locking.PersonalTask),
            ("officer", "chair", locking.PersonalTask),
            ("deputy", None, locking.NotYours),
            ("steering", None, locking.NotYours),
        ):
            with pytest.raises(refusal):
                dossier.complete("sign_off_decision", {"decision": "sign"}, by=by, on_behalf_of=represented)


def test_a_chair_whose_mandate_ended_cannot_sign_and_an_acting_one_is_asked_for(world):
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())
    world.end_role("chair", Role.CHAIR)
    with unchanged(world, dossier), pytest.raises(locking.NotYours):
        dossier.sign_off()

    world.wait(hours=2)
    assert dossier.steps() == ["designate_acting_chair", "sign_off_decision"]
    dossier.complete(
        "designate_acting_chair",
        {"acting_chair_id": str(world.people["deputy"]), "starts_on": "2026-11-16", "ends_on": "2027-01-31"},
    )
    dossier.complete("sign_off_decision", {"decision": "sign"}, by="deputy")

    [decision] = world.rows(Decision, dossier)
    assert (decision.signed_as, decision.signed_by) == ("acting_chair", world.people["deputy"])
    assert dossier.steps() == ["notify_decision"]


def test_a_chair_whose_company_left_cannot_sign_nor_be_the_acting_one(world):
    dossier = world.appraised()
    dossier.record_decision("approved", human_means=world.means())
    world.company_leaves("chair")
    with unchanged(world, dossier), pytest.raises(mandates.NotTheChair):
        dossier.sign_off()

    world.wait(hours=2)
    named = {"starts_on": "2026-11-16", "ends_on": "2027-01-31"}
    with pytest.raises(catalogue.InvalidAnswers):
        dossier.complete("designate_acting_chair", {**named, "acting_chair_id": str(world.people["chair"])})


# Item 5: the mandate and the agreement.


def test_a_mandate_declined_goes_to_the_chair_who_names_another(world):
    dossier = world.approved()
    dossier.complete("accept_mandate", {"accepted": False, "reason": "Trop de dossiers."})
    assert dossier.steps() == ["reassign_mandate"]
    dossier.complete("reassign_mandate", {"mandatary_id": str(world.people["successor"])})

    assert dossier.task("accept_mandate").assignee_id == world.people["successor"]
    dossier.accept_mandate()
    assert dossier.project().mandatary_id == world.people["successor"]


def test_signatories_are_one_line_per_capacity_and_one_person_may_hold_two(world):
    means = [*world.means("chair"), *world.means("lender2"), *world.means("chair", days="2")]
    dossier = world.to_sign(human_means=means)

    with world.acting("officer") as work:
        agreement = drafting.latest(work, dossier.case_id)
        lines = [(each.capacity, each.person_id) for each in signatories.lines_of(work, agreement.id)]
    head = dossier.project().sme_head_id
    assert lines == [
        ("beneficiary", head),
        ("chair", world.people["chair"]),
        ("partner_company", world.people["chair"]),
        ("partner_company", world.people["expert2"]),
        ("mandatary", world.people["mandatary"]),
    ]


def test_the_last_signature_labels_the_firm_and_two_branches_begin(world):
    dossier = world.to_sign()
    head = dossier.project().sme_head_id
    world.post()
    with world.database.start_reading() as work:
        assert work.database.get(Account, head) is None
        assert accounts.find_by_email(work, FIRM["contact_email"]) is None
    dossier.sign("beneficiary")
    dossier.sign("chair")
    dossier.sign("partner_company")
    world.play_until(date(2026, 11, 20))
    assert dossier.steps() == ["sign_agreement"]
    assert dossier.project().effective_on is None

    dossier.sign("mandatary")

    project = dossier.project()
    assert (project.status, project.effective_on) == ("labelled", date(2026, 11, 20))
    assert project.follow_up_ends_on == date(2028, 5, 20)
    assert dossier.steps() == ["plan_interventions"]
    world.play_until(date(2027, 2, 8))
    assert dossier.steps() == ["follow_up_report", "plan_interventions"]
    assert dossier.task("follow_up_report").due_on == date(2027, 2, 20)


def test_a_refusal_brings_the_project_back_and_voids_what_was_signed(world):
    dossier = world.to_sign()
    dossier.sign("beneficiary")
    refusal = {"answer": "refuse", "reason": "Les jours promis ont été réduits."}
    dossier.complete("sign_agreement", refusal, capacity="partner_company")
    dossier.sign_everything()

    assert dossier.steps() == ["committee_decision"]
    [agreement] = world.rows(Agreement, dossier)
    assert agreement.voided_at is not None
    with world.acting("officer") as work:
        assert all(each.voided_at for each in work.database.query(Signature))

    dossier.decide("approved", human_means=world.means())
    dossier.accept_mandate()
    dossier.prepare(OBJECTIVE)
    dossier.sign_everything()
    assert dossier.project().status == "labelled"
    assert [each.version for each in world.rows(Agreement, dossier)] == [1, 2]


def test_conditions_and_signatures_out_of_time_bring_the_project_back(world):
    late = world.approved()
    late.accept_mandate()
    late.prepare(OBJECTIVE)
    conditional = world.appraised()
    conditional.decide(
        "approved_with_conditions", human_means=world.means(),
        conditions=[{"text": "Accord de la banque.", "due_on": "2026-12-15"}],
    )  # fmt: skip

    world.play_until(date(2026, 12, 15), hour=23)
    assert conditional.steps() == ["lift_conditions"]
    world.play_until(date(2026, 12, 16))
    assert conditional.steps() == ["committee_decision"]

    assert late.steps() == ["sign_agreement"] * 4
    world.play_until(date(2027, 2, 15))
    assert late.steps() == ["committee_decision"]


def test_a_chair_who_leaves_during_the_signature_hands_the_line_over(world):
    dossier = world.to_sign()
    dossier.sign("beneficiary")
    world.end_role("chair", Role.CHAIR)
    with unchanged(world, dossier), pytest.raises(mandates.NotTheChair):
        dossier.sign("chair")
    world.wait(hours=2)

    dossier.complete(
        "designate_acting_chair",
        {"acting_chair_id": str(world.people["deputy"]), "starts_on": "2026-11-16", "ends_on": "2027-01-31"},
    )

    assert dossier.task("sign_agreement", capacity="chair").assignee_id == world.people["deputy"]
    dossier.sign_everything()
    assert dossier.project().status == "labelled"


def test_a_person_without_a_role_on_the_project_does_nothing_there(world):
    dossier = world.prescribed()
    with world.database.start_work() as work:
        stranger = persons.add(work, full_name="Passant (démo)", email="passant@exemple.test").id
        world.people["stranger"] = stranger
        assert not assignments.of_person(work, stranger)

    with unchanged(world, dossier), pytest.raises(locking.TaskNotFound):
        dossier.complete("preliminary_diagnostic", DIAGNOSTIC, by="stranger")
