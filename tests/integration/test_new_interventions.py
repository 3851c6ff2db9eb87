"""The committee's decision on a new intervention: one company's days, and nothing that nobody applies (R30)."""

from __future__ import annotations

from datetime import date

import pytest

from engine import errors
from engine.committee.models import Decision
from engine.skills.models import Intervention
from tests.integration import amending
from tests.integration.programme import Programme

DUE = date(2027, 2, 16)
LATER = date(2027, 3, 31).isoformat()


@pytest.fixture
def forwarded(database, clock):
    """A labelled firm whose request for an intervention is before the committee."""
    programme = Programme(database, clock).install()
    programme.label()
    programme.play_until(DUE)
    programme.report(new_intervention=True, intervention_domain="quality", intervention_days="2")
    programme.complete(
        "review_request", "officer", {"forward": True, "expert_id": str(programme.people["expert"])}
    )
    return programme


def means(programme, *days):
    return [
        {"company_id": str(programme.firms["lender"]), "domain": domain, "days": each}
        for domain, each in zip(("quality", "production"), days, strict=False)
    ]


@pytest.mark.parametrize(
    ("field", "outcome", "changes"),
    [
        ("advance_amount", "approved", {"advance_amount": 1_500_000, "advance_months": 24}),
        ("other_means", "approved", {"other_means": [{"kind": "in_kind", "description": "Un local."}]}),
        ("human_means", "approved", {"human_means": [], "advance_amount": 1_500_000, "advance_months": 24}),
        ("human_means", "approved", {"human_means": "two"}),
        ("outcome", "approved_with_conditions", {"conditions": [{"text": "Un devis.", "due_on": LATER}]}),
        ("mandatary_id", "approved", {"mandatary_id": "successor"}),
    ],
)
def test_what_no_intervention_would_apply_is_not_decided_with_it(forwarded, field, outcome, changes):
    if changes.get("human_means") == "two":
        changes = {"human_means": means(forwarded, "1", "2")}
    if "mandatary_id" in changes:
        changes = {"mandatary_id": str(forwarded.people["successor"])}
    before = len(forwarded.rows(Decision))

    with pytest.raises(errors.InvalidAnswers) as refusal:
        forwarded.complete("committee_decision", "officer", forwarded.decision(outcome, **changes))

    assert field in refusal.value.messages
    assert len(forwarded.rows(Decision)) == before


def test_what_is_decided_is_what_is_carried_out_and_nothing_more(forwarded):
    forwarded.decide(human_means=means(forwarded, "3"))
    amending.prepare(forwarded)
    amending.sign_all(forwarded)

    forwarded.complete("carry_out_intervention", "expert", forwarded.work_done("1"))

    granted = next(each for each in forwarded.rows(Intervention) if each.request_instance_id is not None)
    decision = max(forwarded.rows(Decision), key=lambda each: each.turn)
    assert (granted.company_id, granted.domain, granted.quarter_days_planned) == (
        forwarded.firms["lender"], "quality", 12,
    )  # fmt: skip
    assert (decision.follow_up_months, decision.cadence_months, decision.advance_cents) == (None, None, 0)


def test_a_decision_sent_back_is_taken_again(forwarded):
    forwarded.meet(since=forwarded.today)
    forwarded.complete("committee_decision", "officer", forwarded.decision())
    forwarded.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "Les jours."})

    forwarded.decide(human_means=means(forwarded, "1"))

    assert "prepare_amendment" in forwarded.steps()
