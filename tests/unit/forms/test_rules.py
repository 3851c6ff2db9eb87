"""What must hold between the answers of one form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forms import catalogue
from forms.choices import SignatureAnswer, Weather
from tests.unit.forms.samples import DIGEST, FIRST, SAMPLES, SECOND, SIGNATORY, THIRD, TODAY, context

MEANS = {"company_id": str(THIRD), "domain": "sales", "days": "4"}


def load(key: str, changes: dict[str, object] | None = None, **surroundings: Any) -> dict[str, Any]:
    """Read the sample answers of a form, with some changed."""
    return catalogue.load(key, SAMPLES[key] | (changes or {}), context(**surroundings))


def refused(key: str, changes: dict[str, object] | None = None, **surroundings: Any) -> dict[str, list[str]]:
    """The messages with which they are refused."""
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        load(key, changes, **surroundings)
    return refusal.value.messages


class TestIntake:
    def test_a_firm_not_yet_registered_needs_no_siret(self) -> None:
        clean = load("intake", {"not_registered": "on", "siret": "garbage"})

        assert clean["siret"] is None
        assert clean["not_registered"] is True

    def test_a_registered_firm_needs_its_siret(self) -> None:
        assert "SIRET" in refused("intake", {"siret": ""})["siret"][0]

    def test_one_way_to_reach_the_firm_is_enough_but_needed(self) -> None:
        assert set(refused("intake", {"contact_phone": ""})) == {"contact_email"}
        assert (
            load("intake", {"contact_phone": "", "contact_email": "a@exemple.test"})["contact_phone"] is None
        )

    def test_the_need_is_one_sentence(self) -> None:
        assert "280" in refused("intake", {"need": "x" * 281})["need"][0]

    def test_the_firm_must_have_been_informed(self) -> None:
        assert set(refused("intake", {"information_read": ""})) == {"information_read"}


class TestQualification:
    def test_reorienting_needs_where_and_why_and_nothing_else(self) -> None:
        assert set(refused("qualification", {"outcome": "reorient"})) == {"reoriented_to", "reason"}

        clean = catalogue.load("qualification", {"outcome": "drop", "reason": "Sans objet."}, context())

        assert clean["prescriber_id"] is None

    def test_a_commune_outside_the_perimeter_needs_a_reason_and_is_no_bar(self) -> None:
        limits = {"perimeter": ["54323"]}

        assert set(refused("qualification", limits=limits)) == {"out_of_perimeter_reason"}
        clean = load("qualification", {"out_of_perimeter_reason": "Même bassin."}, limits=limits)
        assert clean["headcount_on"] == TODAY

    def test_any_headcount_may_enter(self) -> None:
        for headcount in ("0", "1", "99999"):
            assert load("qualification", {"headcount": headcount})["headcount"] == int(headcount)


class TestPreliminaryDiagnostic:
    PLAN = (
        {"side": "use", "label": "Machine", "amount": "40 000"},
        {"side": "resource", "label": "Banque", "amount": "25 000"},
        {"side": "resource", "label": "Avance Alizé", "amount": "15 000"},
    )

    def test_needs_in_skills_may_be_none_when_an_advance_is_asked(self) -> None:
        changes = {"needs": [], "advance_requested": "15 000", "financing_plan": list(self.PLAN)}

        assert load("preliminary_diagnostic", changes)["needs"] == []
        assert set(refused("preliminary_diagnostic", {"needs": []})) == {"needs"}

    def test_the_financing_plan_is_asked_only_with_an_advance_and_balances(self) -> None:
        assert load("preliminary_diagnostic", {"financing_plan": list(self.PLAN)})["financing_plan"] == []
        assert set(refused("preliminary_diagnostic", {"advance_requested": "15 000"})) == {"financing_plan"}
        lame = {"advance_requested": "15 000", "financing_plan": list(self.PLAN[:2])}
        assert refused("preliminary_diagnostic", lame)["financing_plan"] == [
            "Le plan n’est pas équilibré\u202f: 40\u202f000,00\u00a0€ de besoins, "
            "25\u202f000,00\u00a0€ de ressources."
        ]

    def test_the_resources_hold_the_advance(self) -> None:
        plan = [self.PLAN[0] | {"amount": "10"}, self.PLAN[1] | {"amount": "10"}]
        changes = {"advance_requested": "15 000", "financing_plan": plan}

        assert "comprendre" in refused("preliminary_diagnostic", changes)["financing_plan"][0]

    def test_the_advance_keeps_the_ceiling_of_the_basin(self) -> None:
        changes = {"advance_requested": "15 000,01", "financing_plan": list(self.PLAN)}

        found = refused("preliminary_diagnostic", changes, limits={"advance_ceiling": 1_500_000})

        assert "15\u202f000,00" in found["advance_requested"][0]

    def test_errors_in_rows_say_which_row(self) -> None:
        needs = [{"domain": "quality", "days": "2"}, {}, {"domain": "magic", "days": "0,25"}]

        assert set(refused("preliminary_diagnostic", {"needs": needs})) == {"needs-2-domain", "needs-2-days"}

    def test_an_interest_is_explained(self) -> None:
        assert set(refused("preliminary_diagnostic", {"has_interest": "yes"})) == {"interest"}

    def test_a_basin_may_ask_for_jobs_and_for_skills_with_an_advance(self) -> None:
        changes = {"jobs_to_create": "0", "needs": [], "advance_requested": "15 000"}
        changes |= {"financing_plan": list(self.PLAN)}

        found = refused(
            "preliminary_diagnostic", changes, limits={"jobs_required": True, "advance_requires_skills": True}
        )

        assert set(found) == {"jobs_to_create", "needs"}


class TestInterests:
    @pytest.mark.parametrize(
        ("situation", "recused"), [("none", False), ("expected_contributor", False), ("competitor", True)]
    )
    def test_a_link_recuses_unless_said_otherwise(self, situation: str, recused: bool) -> None:
        assert load("interests_declaration", {"situation": situation})["recusal"] is recused

    def test_a_member_may_say_otherwise(self) -> None:
        assert load("interests_declaration", {"situation": "competitor", "recusal": "no"})["recusal"] is False


class TestCommitteeDecision:
    def test_an_approval_needs_a_mandatary_and_at_least_one_means(self) -> None:
        assert set(refused("committee_decision", {"mandatary_id": "", "human_means": []})) == {
            "mandatary_id", "human_means",
        }  # fmt: skip

    def test_an_advance_alone_is_a_means(self) -> None:
        clean = load(
            "committee_decision", {"human_means": [], "advance_amount": "15 000", "advance_months": "24"}
        )

        assert (clean["advance_amount"], clean["advance_months"], clean["deferral_months"]) == (
            1_500_000,
            24,
            0,
        )

    def test_an_advance_keeps_its_ceiling_and_its_months(self) -> None:
        limits = {"advance_ceiling": 1_500_000, "advance_months_max": 24}
        changes = {"advance_amount": "15 001", "advance_months": "25"}

        assert set(refused("committee_decision", changes, limits=limits)) == {
            "advance_amount",
            "advance_months",
        }
        assert set(refused("committee_decision", {"advance_amount": "15 000"})) == {"advance_months"}

    def test_a_deferral_is_shorter_than_the_repayment(self) -> None:
        changes = {"advance_amount": "15 000", "advance_months": "12", "deferral_months": "12"}

        assert set(refused("committee_decision", changes)) == {"deferral_months"}

    def test_a_rejection_needs_a_reason_and_another_reason_is_explained(self) -> None:
        assert set(refused("committee_decision", {"outcome": "rejected"})) == {"reason"}
        assert set(refused("committee_decision", {"outcome": "rejected", "reason": "other"})) == {
            "explanation"
        }
        clean = load("committee_decision", {"outcome": "rejected", "reason": "quality"})
        assert clean["mandatary_id"] is None
        assert clean["human_means"] == []

    @pytest.mark.parametrize("outcome", ["adjourned", "reoriented", "withdrawn"])
    def test_what_is_neither_approved_nor_rejected_is_explained(self, outcome: str) -> None:
        assert set(refused("committee_decision", {"outcome": outcome})) == {"explanation"}

    def test_a_complementary_diagnostic_has_a_question_an_expert_and_a_date(self) -> None:
        found = refused("committee_decision", {"outcome": "complementary_diagnostic"})

        assert set(found) == {"question", "expert_id", "complementary_due_on"}

    def test_conditions_are_dated(self) -> None:
        changes: dict[str, object] = {"outcome": "approved_with_conditions"}
        assert set(refused("committee_decision", changes)) == {"conditions"}

        changes["conditions"] = [{"text": "Bail signé", "due_on": "01/11/2026"}]
        assert "passée" in refused("committee_decision", changes)["conditions-0-due_on"][0]

        changes["conditions"] = [{"text": "Bail signé", "due_on": "31/12/2026"}]
        assert load("committee_decision", changes)["conditions"] == [
            {"text": "Bail signé", "due_on": date(2026, 12, 31)}
        ]

    def test_the_follow_up_lasts_eighteen_months_or_what_the_basin_asks_above(self) -> None:
        assert load("committee_decision")["follow_up_months"] == 18
        assert load("committee_decision", limits={"follow_up_months": 24})["follow_up_months"] == 24
        assert "18" in refused("committee_decision", {"follow_up_months": "17"})["follow_up_months"][0]
        shorter = refused("committee_decision", {"follow_up_months": "17"}, limits={"follow_up_months": 12})
        assert "18" in shorter["follow_up_months"][0]
        longer = refused("committee_decision", {"follow_up_months": "18"}, limits={"follow_up_months": 24})
        assert "24" in longer["follow_up_months"][0]

    def test_reports_come_every_one_to_six_months(self) -> None:
        assert load("committee_decision", limits={"cadence_months": 2})["cadence_months"] == 2
        assert set(refused("committee_decision", {"cadence_months": "7"})) == {"cadence_months"}

    def test_the_mandatary_is_chosen_among_those_not_in_conflict(self) -> None:
        reason = "Son organisation est la bénéficiaire."
        excluded = {"mandatary_id": {str(SECOND): reason}}

        assert refused("committee_decision", excluded=excluded)["mandatary_id"] == [reason]

    def test_the_beneficiary_lends_nothing_to_itself(self) -> None:
        found = refused("committee_decision", limits={"beneficiary_id": THIRD})

        assert set(found) == {"human_means"}

    def test_votes_are_counted_only_when_there_was_a_vote(self) -> None:
        votes = {"votes_for": "7", "votes_against": "1", "abstentions": "0"}

        assert load("committee_decision", votes)["votes_for"] is None
        assert load("committee_decision", votes | {"mode": "vote"})["votes_for"] == 7
        assert set(refused("committee_decision", {"mode": "vote"})) == set(votes)
        assert set(refused("committee_decision", dict.fromkeys(votes, "0") | {"mode": "vote"})) == {
            "votes_for"
        }

    def test_a_valued_day_is_money(self) -> None:
        clean = load("committee_decision", {"human_means": [MEANS | {"day_rate": "650"}]})

        assert clean["human_means"][0]["day_rate"] == 65_000
        assert clean["human_means"][0]["days"] == Decimal("4.00")


@pytest.mark.parametrize("key", ["decision_sign_off", "closure_sign_off", "termination_sign_off"])
def test_the_chair_says_why_an_act_is_sent_back(key: str) -> None:
    assert set(refused(key, {"decision": "send_back"})) == {"reason"}
    assert load(key, {"decision": "send_back", "reason": "Montant."})["reason"] == "Montant."


def test_conditions_are_lifted_all_and_each_once() -> None:
    rows = SAMPLES["conditions_lift"]["conditions"]
    assert isinstance(rows, list)

    assert set(refused("conditions_lift", {"conditions": rows[:2]})) == {"conditions"}
    assert set(refused("conditions_lift", {"conditions": [*rows[:2], rows[0]]})) == {"conditions"}
    assert set(refused("conditions_lift", {"conditions": [*rows[:2], rows[2] | {"evidence": ""}]})) == {
        "conditions-2-evidence"
    }
    assert load("conditions_lift")["conditions"][0]["lifted_on"] == TODAY


def test_an_acting_chair_has_dates_in_order() -> None:
    found = refused("acting_chair_designation", {"starts_on": "2026-12-31", "ends_on": "2026-12-01"})

    assert set(found) == {"ends_on"}


class TestAgreement:
    def test_changed_means_go_back_to_the_committee_and_ask_for_nothing_more(self) -> None:
        changes = {"means_changed": "yes", "change": "Deux jours de plus."}

        assert load("agreement_preparation", changes)["signatories"] == []
        assert set(refused("agreement_preparation", {"means_changed": "yes"})) == {"change"}

    def test_the_head_of_the_firm_and_the_chair_always_sign(self) -> None:
        only = {"signatories": [SIGNATORY | {"capacity": "partner_company"}]}

        assert set(refused("agreement_preparation", only)) == {"signatories"}

    def test_one_organisation_signs_once_per_capacity(self) -> None:
        rows = [SIGNATORY | {"capacity": capacity} for capacity in ("beneficiary", "chair", "chair")]

        assert "deux fois" in refused("agreement_preparation", {"signatories": rows})["signatories"][0]

    def test_a_signatory_without_a_record_has_a_name_and_an_address(self) -> None:
        nobody = {"capacity": "beneficiary", "organisation_id": str(FIRST), "mode": "online"}
        chair = SIGNATORY | {"capacity": "chair"}

        found = refused("agreement_preparation", {"signatories": [chair, nobody]})
        assert set(found) == {"signatories-1-person_id"}
        found = refused("agreement_preparation", {"signatories": [chair, nobody | {"full_name": "A"}]})
        assert set(found) == {"signatories-1-email"}
        on_paper = nobody | {"full_name": "A", "mode": "paper"}
        assert (
            load("agreement_preparation", {"signatories": [chair, on_paper]})["signatories"][1]["email"]
            is None
        )

    def test_signing_needs_consent_and_refusing_a_reason(self) -> None:
        assert set(refused("agreement_signature", {"consent": ""})) == {"consent"}
        assert set(refused("agreement_signature", {"answer": "refuse"})) == {"reason"}
        clean = load("agreement_signature", {"answer": "refuse", "reason": "Montant."})
        assert clean["answer"] is SignatureAnswer.REFUSE
        assert clean["signed_on"] is None

    def test_an_online_signature_is_of_today_a_paper_one_has_its_date_and_its_scan(self) -> None:
        assert load("agreement_signature", {"signed_on": "2026-01-01"})["signed_on"] == TODAY
        paper = {"mode": "paper", "signed_on": "2026-10-30"}
        assert set(refused("agreement_signature", paper)) == {"scan"}
        clean = load("agreement_signature", paper | {"scan": [str(FIRST)]})
        assert (clean["signed_on"], clean["scan"]) == (date(2026, 10, 30), [FIRST])
        assert set(
            refused("agreement_signature", paper | {"signed_on": "2026-11-03", "scan": [str(FIRST)]})
        ) == {"signed_on"}

    def test_a_signature_binds_the_document_that_was_shown(self) -> None:
        assert "changé" in refused("agreement_signature", {"document_digest": "cd" * 32})["answer"][0]
        assert load("agreement_signature")["document_digest"] == DIGEST


class TestInterventions:
    def test_an_intervention_that_did_not_take_place_says_why(self) -> None:
        assert set(refused("intervention", {"outcome": "not_done"})) == {"not_done_reason"}
        clean = load("intervention", {"outcome": "not_done", "not_done_reason": "Indisponible."})
        assert clean["worked_days"] == []

    def test_days_worked_are_past_quarters_of_a_day(self) -> None:
        rows = [{"worked_on": "2026-11-03", "days": "1,25"}]

        assert set(refused("intervention", {"worked_days": rows})) == {
            "worked_days-0-worked_on", "worked_days-0-days",
        }  # fmt: skip

    def test_no_intervention_is_planned_only_where_none_was_decided(self) -> None:
        nothing = {"nothing_to_plan": "on", "interventions": []}

        assert "nothing_to_plan" in refused("intervention_plan", nothing)
        allowed = load("intervention_plan", nothing, limits={"interventions_optional": True})
        assert allowed["interventions"] == []

    def test_what_remains_is_said(self) -> None:
        assert set(refused("accompaniment_review", {"complete": "no"})) == {"remaining"}


class TestFollowUpReport:
    LAST = {"weather": "orange", "jobs_created": 2, "jobs_sustained": 12}

    def test_nothing_new_is_one_click(self) -> None:
        clean = catalogue.load(
            "follow_up_report", {"nothing_new": "on"},
            context(prefill=self.LAST, limits={"nothing_new_allowed": True}),
        )  # fmt: skip

        assert clean["weather"] is Weather.ORANGE
        assert (clean["jobs_created"], clean["jobs_sustained"]) == (2, 12)
        assert (clean["progress"], clean["contact_on"], clean["new_intervention"]) == (None, None, False)

    def test_nothing_new_is_refused_where_a_full_report_is_due(self) -> None:
        found = refused("follow_up_report", {"nothing_new": "on"})

        assert found == {"nothing_new": ["Cette fois, un point complet est demandé."]}

    def test_a_contact_is_not_to_come(self) -> None:
        assert set(refused("follow_up_report", {"contact_on": "2026-11-03"})) == {"contact_on"}

    def test_progress_is_short(self) -> None:
        assert load("follow_up_report", {"progress": "x" * 600})
        assert set(refused("follow_up_report", {"progress": "x" * 601})) == {"progress"}

    def test_a_new_intervention_has_a_field_and_days(self) -> None:
        assert set(refused("follow_up_report", {"new_intervention": "yes"})) == {
            "intervention_domain", "intervention_days",
        }  # fmt: skip
        asked = {"new_intervention": "yes", "intervention_domain": "export", "intervention_days": "2"}
        assert load("follow_up_report", asked)["intervention_days"] == Decimal("2.00")


class TestEverydayActs:
    def test_a_suspension_lasts_six_months_at_most(self) -> None:
        assert load("suspension", {"until": "2027-05-02"})["until"] == date(2027, 5, 2)
        assert "2 mai 2027" in refused("suspension", {"until": "2027-05-03"})["until"][0]

    def test_six_months_after_the_end_of_august_is_the_end_of_february(self) -> None:
        limits = {"today": date(2026, 8, 31)}

        assert load("suspension", {"until": "2027-02-28"}, limits=limits)
        assert set(refused("suspension", {"until": "2027-03-01"}, limits=limits)) == {"until"}

    def test_only_some_may_withdraw_a_project(self) -> None:
        assert set(refused("withdrawal", {"requested_by": "committee"})) == {"requested_by"}

    def test_consequences_are_read_when_there_are_some(self) -> None:
        assert load("correction")["consequences_read"] is False
        assert set(refused("correction", limits={"has_consequences": True})) == {"consequences_read"}

    def test_a_replaced_mandatary_is_named(self) -> None:
        assert set(refused("mandatary_choice", {"choice": "replace"})) == {"mandatary_id"}
        assert load("mandatary_choice", {"mandatary_id": str(FIRST)})["mandatary_id"] is None

    def test_a_corrected_address_is_given(self) -> None:
        assert set(refused("address_correction", {"outcome": "corrected"})) == {"email"}

    def test_a_call_that_reached_somebody_is_told(self) -> None:
        assert set(refused("reminder_call", {"reached": "yes"})) == {"summary"}

    def test_a_judgment_is_not_later_than_the_incident(self) -> None:
        changes = {"kind": "insolvency", "happened_on": "2026-10-01", "judgment_on": "2026-10-02"}

        assert set(refused("incident", changes)) == {"judgment_on"}


class TestAdministration:
    def test_a_role_is_held_by_whoever_can_hold_it(self) -> None:
        assert set(refused("assignment", {"organisation_id": ""})) == {"organisation_id"}
        assert set(refused("assignment", {"person_id": ""})) == {"person_id"}
        clean = load("assignment", {"role": "funder"})
        assert clean["person_id"] is None
        assert load("assignment", {"role": "auditor", "organisation_id": ""})["organisation_id"] is None

    def test_a_role_has_dates_in_order(self) -> None:
        assert set(refused("assignment", {"valid_to": "2026-11-02"})) == {"valid_to"}
