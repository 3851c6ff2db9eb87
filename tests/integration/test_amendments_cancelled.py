"""A decision on an amendment that the committee cancels: nothing more is signed, and what is stands, said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.agreements import amendments
from engine.agreements.models import Signature
from engine.committee import confirmations, delivering, interests, items
from engine.committee.item_kinds import Kind
from engine.committee.models import Decision
from engine.projects import closing
from engine.projects.follow_up_models import InterventionRequest
from tests.integration.amending import (
    amended,
    ask,
    decide_means,
    in_force,
    means,
    prepare,
    request,
    sign_all,
)
from tests.integration.programme import Programme
from tests.integration.sittings import planned

LATER = timedelta(days=21)


@pytest.fixture
def programme(sqlite, clock):
    """A labelled firm whose amendment the committee has decided."""
    found = Programme(sqlite, clock).install()
    found.label()
    request(found)
    decide_means(found, human_means=means(found, "sales", "2"))
    return found


def last_decision(programme: Programme) -> Decision:
    return max(programme.rows(Decision), key=lambda each: each.turn)


def cancel(programme: Programme) -> None:
    """A late interest brings every decision back; the committee cancels the last one, and keeps the others."""
    with programme.work_as("successor") as work:
        assert interests.declare(
            work, project_id=programme.case_id, situation="client_supplier"
        ).is_late  # fmt: skip
    cancelled = last_decision(programme).id
    sitting = planned(programme, programme.today + LATER)
    sitting.diffuse()
    programme.play_until(sitting.row.held_on)
    sitting.hold()
    with programme.work_as("officer") as work:
        for each in items.undecided(work, sitting.id):
            outcome = "postponed"
            if each.item.kind == Kind.CONFIRMATION:
                outcome = "cancelled" if each.item.subject_id == cancelled else "confirmed"
            items.outcome(work, each.item.id, outcome=outcome, note=None)
    sitting.submit_minutes()
    sitting.sign_minutes()
    delivering.deliver_due(programme.database)
    assert last_decision(programme).reviewed == "cancelled"


def test_a_text_in_signature_is_voided_and_its_signatories_are_told(programme):
    prepare(programme)
    programme.sign(1)
    signing = {each.assignee_id for each in programme.open_tasks() if each.step == "sign_agreement"}

    cancel(programme)

    [text] = amended(programme)
    assert (text.state, text.void_reason) == ("voided", "decision_cancelled")
    assert all(each.voided_at for each in programme.rows(Signature) if each.agreement_id == text.id)
    assert in_force(programme) == [("production", 24)]
    assert "sign_agreement" not in programme.steps()
    told = {each.recipient_id for each in programme.mails("amendment_voided")}
    told |= {each.recipient_id for each in programme.mails("amendment_dropped")}
    assert signing | {programme.people["chair"]} <= told
    causes = {each.data["cause"] for each in programme.mails("amendment_voided")}
    assert causes == {"decision_cancelled"}


def test_a_request_whose_decision_is_cancelled_is_closed_with_its_amendment(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    ask(programme, days="5")
    programme.decide(human_means=means(programme, "quality", "4"))
    prepare(programme)

    cancel(programme)

    [kept] = programme.rows(InterventionRequest)
    assert (kept.closed_at is not None, kept.amendment_id) == (True, None)
    assert "carry_out_intervention" not in programme.steps()


def test_an_amendment_not_drafted_yet_may_only_be_given_up(programme):
    cancel(programme)

    with pytest.raises(amendments.DecisionCancelled):
        prepare(programme, jobs_target=40)
    programme.complete(
        "prepare_amendment", "officer", {"drop": True, "drop_reason": "Décision annulée."}
    )  # fmt: skip

    assert amended(programme) == []
    assert in_force(programme) == [("production", 24)]


def test_an_amendment_in_force_stands_and_the_operator_and_the_chair_are_told_what_to_do(programme):
    prepare(programme)
    sign_all(programme)
    number = last_decision(programme).number

    cancel(programme)

    [text] = amended(programme)
    assert text.state == "effective"
    assert in_force(programme) == [("sales", 8)]
    with programme.database.start_reading() as work:
        assert closing.pending(work, programme.case_id) is None
    told = programme.mails("amendment_stands")
    assert {each.recipient_id for each in told} == {programme.people["officer"], programme.people["chair"]}
    assert {each.data["number"] for each in told} == {number}


def test_what_another_amendment_replaced_since_is_only_written(programme):
    prepare(programme)
    sign_all(programme)
    first = last_decision(programme)
    request(programme)
    decide_means(programme, human_means=means(programme, "quality", "3"))
    prepare(programme)
    sign_all(programme)

    with programme.work_as("officer") as work:
        confirmations.undo(work, work.database.get_one(Decision, first.id))

    assert programme.mails("amendment_stands") == []
    assert in_force(programme) == [("quality", 12)]
