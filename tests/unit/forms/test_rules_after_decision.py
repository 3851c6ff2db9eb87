"""What must hold between answers once the committee has decided."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from forms import catalogue
from forms.choices import SignatureAnswer, Weather
from forms.context import Context
from tests.unit.forms.samples import (
    DIGEST,
    FIRST,
    SAMPLES,
    SIGNATORY,
    TODAY,
    context,
    load,
    refused,
)

LAST = {"weather": "orange", "jobs_created": 2, "jobs_sustained": 12}


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

    def test_a_signatory_chosen_in_the_list_has_neither_name_nor_address(self) -> None:
        chosen = [
            SIGNATORY | {"capacity": capacity, "full_name": "Une autre", "email": "autre@exemple.test"}
            for capacity in ("beneficiary", "chair")
        ]

        kept = load("agreement_preparation", {"signatories": chosen})["signatories"]

        assert [(row["full_name"], row["email"]) for row in kept] == [(None, None), (None, None)]

    def test_a_signatory_without_a_record_has_a_name_and_an_address(self) -> None:
        nobody = {"capacity": "beneficiary", "organisation_id": str(FIRST), "mode": "online"}
        chair = SIGNATORY | {"capacity": "chair"}

        found = refused("agreement_preparation", {"signatories": [chair, nobody]})
        assert found == {"signatories-1-full_name": ["Choisissez une personne, ou écrivez son nom."]}
        found = refused("agreement_preparation", {"signatories": [chair, nobody | {"full_name": "A"}]})
        assert set(found) == {"signatories-1-email"}
        elsewhere = nobody | {"full_name": "A", "mode": "provider"}
        assert set(refused("agreement_preparation", {"signatories": [chair, elsewhere]})) == {
            "signatories-1-email"
        }
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

    def test_nobody_says_of_their_own_signature_that_it_is_of_another_day_or_on_paper(self) -> None:
        paper = {"mode": "paper", "signed_on": "2026-10-30", "scan": [str(FIRST)]}
        assert set(load("agreement_signature", paper)) == {
            "answer", "consent", "reason", "document_digest", "annex_digest",
        }  # fmt: skip
        typed_before = catalogue.upcast("agreement_signature", 1, {"answer": "accept", **paper})
        assert typed_before == {"answer": "accept"}

    def test_a_signature_binds_the_annex_that_was_shown_with_it(self) -> None:
        known = Context(channel="json", limits={"document_digest": "ab" * 32, "annex_digest": "cd" * 32})
        shown = {"answer": "accept", "consent": True, "document_digest": "ab" * 32}
        assert catalogue.load("agreement_signature", {**shown, "annex_digest": "cd" * 32}, known)
        with pytest.raises(catalogue.InvalidAnswers):
            catalogue.load("agreement_signature", shown, known)

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
    def test_nothing_new_is_one_click(self) -> None:
        clean = catalogue.load(
            "follow_up_report", {"nothing_new": "on"},
            context(prefill=LAST, limits={"nothing_new_allowed": True}),
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


class TestAdministration:
    def test_a_role_is_held_by_whoever_can_hold_it(self) -> None:
        assert set(refused("assignment", {"organisation_id": ""})) == {"organisation_id"}
        assert set(refused("assignment", {"person_id": ""})) == {"person_id"}
        clean = load("assignment", {"role": "funder"})
        assert clean["person_id"] is None
        assert load("assignment", {"role": "auditor", "organisation_id": ""})["organisation_id"] is None

    def test_a_role_has_dates_in_order(self) -> None:
        assert set(refused("assignment", {"valid_to": "2026-11-02"})) == {"valid_to"}
