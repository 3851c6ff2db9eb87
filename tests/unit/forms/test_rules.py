"""What must hold between the answers of one form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from forms import catalogue
from tests.unit.forms.samples import (
    SECOND,
    THIRD,
    TODAY,
    context,
    load,
    refused,
)

MEANS = {"company_id": str(THIRD), "domain": "sales", "days": "4"}


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

    PFIL = {"kind": "pfil", "name": "Prêt d’honneur", "status": "granted"}  # noqa: RUF012

    def test_no_advance_is_asked_for_a_firm_that_a_pfil_finances_and_skills_are(self) -> None:
        asked = {"advance_requested": "15 000", "financing_plan": list(self.PLAN)}

        refusal = refused("preliminary_diagnostic", {**asked, "schemes": [self.PFIL]})
        assert list(refusal) == ["advance_requested"]
        assert "PFIL" in refusal["advance_requested"][0]
        assert load("preliminary_diagnostic", {"schemes": [self.PFIL]})["schemes"][0]["kind"] == "pfil"
        for other in ({"status": "requested"}, {"status": "refused"}, {"kind": "network"}):
            load("preliminary_diagnostic", {**asked, "schemes": [{**self.PFIL, **other}]})

    def test_schemes_declared_before_are_not_left_out_in_silence(self) -> None:
        declared = {"schemes_declared": True}

        assert set(refused("preliminary_diagnostic", {}, limits=declared)) == {"schemes"}
        load("preliminary_diagnostic", {"schemes": [self.PFIL]}, limits=declared)

    def test_needs_in_skills_may_be_none_when_an_advance_is_asked(self) -> None:
        changes = {"needs": [], "advance_requested": "15 000", "financing_plan": list(self.PLAN)}

        assert load("preliminary_diagnostic", changes)["needs"] == []
        assert set(refused("preliminary_diagnostic", {"needs": []})) == {"needs"}

    def test_the_financing_plan_is_asked_only_with_an_advance_and_balances(self) -> None:
        assert load("preliminary_diagnostic", {"financing_plan": list(self.PLAN)})["financing_plan"] == []
        assert set(refused("preliminary_diagnostic", {"advance_requested": "15 000"})) == {"financing_plan"}
        lame = {"advance_requested": "15 000", "financing_plan": list(self.PLAN[:2])}
        assert refused("preliminary_diagnostic", lame)["financing_plan"] == [
            "Le plan n’est pas équilibré\u202f: 40\u202f000,00\u00a0€ de besoins, 25\u202f000,00\u00a0€ de ressources."
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

    def test_a_basin_may_ask_for_a_job_created_or_sustained(self) -> None:
        none, limits = {"jobs_to_create": "0", "jobs_to_sustain": "0"}, {"jobs_required": True}

        assert "à l’emploi" in refused("preliminary_diagnostic", none, limits=limits)["jobs_to_create"][0]
        assert load("preliminary_diagnostic", none)["jobs_to_create"] == 0
        assert load("preliminary_diagnostic", none | {"jobs_to_sustain": "1"}, limits=limits)


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

    def test_a_basin_may_give_no_advance_without_skills(self) -> None:
        alone = {"human_means": [], "advance_amount": "15 000", "advance_months": "24"}
        limits = {"advance_requires_skills": True}

        found = refused("committee_decision", alone, limits=limits)

        assert "d’avance sans compétences" in found["human_means"][0]
        assert load("committee_decision", {"human_means": alone["human_means"], "other_means": [
            {"kind": "in_kind", "description": "Un four (démo)"}]}, limits=limits)  # fmt: skip
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
