"""A request granted after the signature is an amendment: decided, drafted, signed again, in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors
from engine.agreements import amendments
from engine.agreements.models import Agreement, Signature
from engine.committee.models import Decision
from engine.documents.models import Paper
from engine.projects.follow_up_models import InterventionRequest
from engine.skills.models import Intervention
from forms import catalogue
from tests.integration.amending import (
    amended,
    ask,
    in_force,
    prepare,
    proposed,
    rows,
    set_parameter,
    sign_all,
)
from tests.integration.programme import Programme


@pytest.fixture
def programme(sqlite, clock):
    """A labelled firm; the chair of its basin grants up to three days alone."""
    found = Programme(sqlite, clock).install()
    found.label()
    set_parameter(found, "committee.chair_alone_days", 3)
    return found


# The chair alone.


def test_a_small_request_goes_to_the_chair_who_grants_it_alone_and_the_next_session_is_to_be_told(programme):
    ask(programme)
    assert "approve_request" in programme.steps()
    assert "committee_decision" not in programme.steps()

    programme.complete("approve_request", "chair", {"decision": "sign", "note": "Utile."})

    decision = max(programme.rows(Decision), key=lambda each: each.turn)
    assert (decision.chair_alone, decision.session_id, decision.told_in) == (True, None, None)
    assert (decision.signed_by, decision.signed_as) == (programme.people["chair"], "chair")
    assert decision.number is not None
    [kept] = programme.rows(InterventionRequest)
    assert (kept.decision_id, kept.approved_alone_on) == (decision.id, programme.today)
    assert "prepare_amendment" in programme.steps()
    assert in_force(programme) == [("production", 24)]


def test_granted_days_count_from_the_last_signature_of_the_amendment_and_not_before(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    prepare(programme)
    [text] = amended(programme)
    agreement = next(each for each in programme.rows(Agreement) if each.kind == "agreement")
    assert (text.number, text.version, text.parent_id) == (f"{agreement.number}-A1", 1, agreement.id)
    assert text.changes == [
        {"name": "means", "before": None, "after": 8, "about": ["Entreprise lender (démo)", "quality"]}
    ]
    assert "La présidence du comité d’agrément a décidé" in text.body
    assert "carry_out_intervention" not in programme.steps()

    for position in (0, 1):
        programme.sign(position)
    assert in_force(programme) == [("production", 24)]
    programme.sign(2)

    assert in_force(programme) == [("production", 24), ("quality", 8)]
    [text] = amended(programme)
    assert (text.state, text.effective_on) == ("effective", programme.today)
    [kept] = programme.rows(InterventionRequest)
    assert kept.amendment_id == text.id
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"))
    granted = next(each for each in programme.rows(Intervention) if each.request_instance_id is not None)
    assert (granted.company_id, granted.quarter_days_planned) == (programme.firms["lender"], 8)


def test_those_concerned_sign_the_head_and_the_chair_always_others_where_their_days_change(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})

    capacities = [row["capacity"] for row in proposed(programme)["signatories"]]

    assert capacities == ["beneficiary", "chair", "partner_company"]


def test_a_basin_may_have_everybody_sign(programme):
    set_parameter(programme, "amendment.signed_by", "all")
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})

    capacities = [row["capacity"] for row in proposed(programme)["signatories"]]

    assert capacities == ["beneficiary", "chair", "partner_company", "mandatary"]


def test_an_amendment_is_signed_as_the_basin_signs_today(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    set_parameter(programme, "signature.agreement", "paper")

    assert {row["mode"] for row in proposed(programme)["signatories"]} == {"paper"}
    lines = [{**row, "mode": "online"} for row in rows(proposed(programme), programme)]
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        prepare(programme, signatories=lines)
    assert "signatories-0-mode" in refusal.value.messages
    prepare(programme)
    assert len(amended(programme)) == 1


@pytest.mark.parametrize("left_out", ["beneficiary", "chair", "partner_company"])
def test_an_amendment_leaves_out_nobody_whom_it_concerns(programme, left_out):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    lines = [row for row in rows(proposed(programme), programme) if row["capacity"] != left_out]

    with pytest.raises((errors.InvalidAnswers, catalogue.InvalidAnswers)) as refusal:
        prepare(programme, signatories=lines)

    assert "signatories" in refusal.value.messages
    assert amended(programme) == []


@pytest.mark.parametrize("days", ["3.25", "10"])
def test_beyond_the_threshold_the_committee_decides(programme, days):
    ask(programme, days=days)

    assert "committee_decision" in programme.steps()
    assert "approve_request" not in programme.steps()


def test_at_the_threshold_the_chair_still_decides(programme):
    ask(programme, days="3")

    assert "approve_request" in programme.steps()


def test_where_the_basin_says_nothing_the_chair_grants_nothing_alone(programme):
    set_parameter(programme, "committee.chair_alone_days", 0)
    ask(programme, days="0.25")

    assert "committee_decision" in programme.steps()


def test_the_chair_may_leave_a_small_request_to_the_committee(programme):
    ask(programme)

    programme.complete("approve_request", "chair", {"decision": "committee", "note": "À discuter."})

    assert "committee_decision" in programme.steps()
    assert not any(each.chair_alone for each in programme.rows(Decision))


def test_days_of_a_company_that_left_are_not_granted_alone(programme):
    from engine.committee.chair_alone import NotAnyMore
    from engine.people.models import Role

    ask(programme)
    programme.end_role(Role.PARTNER_COMPANY, "lender")

    with pytest.raises(NotAnyMore):
        programme.complete("approve_request", "chair", {"decision": "sign"})

    assert "approve_request" in programme.steps()


# The committee.


def test_what_the_committee_grants_becomes_an_amendment_too(programme):
    ask(programme, days="5")
    programme.decide(
        human_means=[{"company_id": str(programme.firms["lender"]), "domain": "quality", "days": "4"}]
    )
    assert in_force(programme) == [("production", 24)]
    prepare(programme)
    sign_all(programme)

    assert in_force(programme) == [("production", 24), ("quality", 16)]
    [text] = amended(programme)
    decision = max(programme.rows(Decision), key=lambda each: each.turn)
    assert (text.decision_id, text.adds, decision.chair_alone) == (decision.id, True, False)
    assert decision.number in text.body


def test_a_signed_amendment_is_sealed_as_an_agreement_is(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    prepare(programme)
    sign_all(programme)
    programme.print_papers()

    [text] = amended(programme)
    kinds = [each.kind for each in programme.rows(Paper) if each.subject_id == text.id]
    assert sorted(kinds) == ["amendment", "envelope"]
    assert text.envelope_id is not None


def causes(programme):
    """Why the amendment came to nothing, as every mail about it says."""
    mails = [*programme.mails("amendment_voided"), *programme.mails("amendment_dropped")]
    return {(each.data["cause"], each.data.get("signed_as")) for each in mails}


def test_somebody_refuses_and_all_stays_as_it_was_signed(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    prepare(programme)
    programme.sign(1)
    task = programme.task("sign_agreement", position=0)
    programme.people["head"] = task.assignee_id
    programme.complete("sign_agreement", "head", {"answer": "refuse", "reason": "Non."}, position=0)

    [text] = amended(programme)
    assert (text.state, text.void_reason) == ("voided", "amendment_refused")
    assert all(each.voided_at for each in programme.rows(Signature) if each.agreement_id == text.id)
    assert in_force(programme) == [("production", 24)]
    [kept] = programme.rows(InterventionRequest)
    assert kept.closed_at is not None
    assert "carry_out_intervention" not in programme.steps()
    told = {each.recipient_id for each in programme.mails("amendment_dropped")}
    assert {programme.people["mandatary"], programme.people["officer"]} <= told
    assert causes(programme) == {("amendment_refused", "beneficiary")}
    assert programme.project().status in {"labelled", "in_follow_up", "accompanied"}


def test_signatures_out_of_time_void_the_amendment(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    prepare(programme)

    programme.play_until(programme.today + timedelta(days=91))

    [text] = amended(programme)
    assert (text.state, text.void_reason) == ("voided", "amendment_not_signed")
    assert "sign_agreement" not in programme.steps()
    assert causes(programme) == {("amendment_not_signed", None)}


def test_the_officer_gives_an_amendment_up_with_a_reason(programme):
    ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})

    programme.complete(
        "prepare_amendment", "officer", {"drop": True, "drop_reason": "L’entreprise n’en veut plus."}
    )

    assert amended(programme) == []
    assert "agreements.amendment.dropped" in programme.kinds()
    [kept] = programme.rows(InterventionRequest)
    assert kept.closed_at is not None


def test_what_the_committee_has_cancelled_since_is_not_drafted(programme):
    ask(programme, days="5")
    programme.decide(
        human_means=[{"company_id": str(programme.firms["lender"]), "domain": "quality", "days": "4"}]
    )
    with programme.work_as("officer") as work:
        latest = work.database.get_one(Decision, max(programme.rows(Decision), key=lambda one: one.turn).id)
        latest.reviewed = "cancelled"

    with pytest.raises(amendments.DecisionCancelled):
        prepare(programme)

    assert amended(programme) == []
