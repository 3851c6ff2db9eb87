"""What signed minutes bring about: mandataries ratified, decisions confirmed, or undone as far as they went."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.agreements.models import Agreement
from engine.committee import agenda, delivering, interests, items
from engine.committee.item_kinds import Kind
from engine.committee.minutes_models import Extract
from engine.committee.models import Decision
from engine.projects import closing, mandates
from engine.projects.follow_up_models import MandataryReplacement
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

LATER = timedelta(days=21)


@pytest.fixture
def programme(sqlite, clock) -> Programme:
    return Programme(sqlite, clock).install()


def declare_late(programme: Programme) -> None:
    """A member who took part in deciding says afterwards what links them to the firm."""
    with programme.work_as("successor") as work:
        made = interests.declare(work, project_id=programme.case_id, situation="client_supplier")
        assert made.is_late


def review(programme: Programme, outcome: str) -> Sitting:
    """The next session confirms or cancels the decision, and its minutes are signed."""
    sitting = planned(programme, programme.today + LATER)
    sitting.diffuse()
    programme.play_until(sitting.row.held_on)
    sitting.hold()
    (item,) = [each for each in sitting.items() if each.kind == Kind.CONFIRMATION]
    with programme.work_as("officer") as work:
        items.outcome(work, item.id, outcome=outcome, note="Entendu en séance.")
    conclude_others(programme, sitting)
    sitting.submit_minutes()
    sitting.sign_minutes()
    delivering.deliver_due(programme.database)
    return sitting


def conclude_others(programme: Programme, sitting: Sitting) -> None:
    """What else is on the agenda is put off."""
    with programme.work_as("officer") as work:
        for each in items.undecided(work, sitting.id):
            items.outcome(work, each.item.id, outcome="postponed", note=None)


def decision(programme: Programme) -> Decision:
    with programme.database.start_reading() as work:
        return work.database.scalars(sa.select(Decision)).one()


def test_a_decision_confirmed_goes_on_and_says_so(programme):
    programme.appraise()
    programme.decide()
    declare_late(programme)

    sitting = review(programme, "confirmed")

    assert (decision(programme).reviewed, decision(programme).reviewed_in) == ("confirmed", sitting.id)
    assert programme.steps() == ["accept_mandate"]
    assert "committee.decision.confirmed" in programme.kinds()


def test_a_decision_cancelled_before_the_signatures_goes_back_to_the_committee(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    declare_late(programme)

    review(programme, "cancelled")

    assert decision(programme).reviewed == "cancelled"
    assert programme.steps() == ["committee_decision"]
    assert {each.state for each in programme.rows(Agreement)} == {"voided"}


def test_a_decision_cancelled_before_the_firm_is_told_waits_for_that(programme):
    programme.appraise()
    programme.meet(since=programme.task("committee_decision").opened_on)
    programme.complete("committee_decision", "officer", programme.decision())
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    declare_late(programme)
    review(programme, "cancelled")
    (kept,) = [each for each in programme.rows(Extract) if each.effect == "cancelled"]
    assert kept.delivered_at is None
    assert "notifiée" in kept.failure

    told = {"channel": "email", "sent_on": programme.today.isoformat()}
    programme.complete("notify_decision", "officer", told)
    programme.clock.advance(minutes=2)
    delivering.deliver_due(programme.database)

    assert programme.steps() == ["committee_decision"]


def test_a_decision_cancelled_on_a_labelled_firm_asks_the_chair_for_its_end(programme):
    programme.label()
    declare_late(programme)

    review(programme, "cancelled")

    assert "sign_termination" in programme.steps()
    with programme.database.start_reading() as work:
        assert closing.pending(work, programme.case_id).requested_by == "committee"


def test_a_decision_cancelled_on_a_project_that_ended_is_only_written(programme):
    programme.appraise()
    programme.decide()
    declare_late(programme)
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    review(programme, "cancelled")

    assert decision(programme).reviewed == "cancelled"
    assert "committee.decision.cancelled" in programme.kinds()


@pytest.mark.parametrize("outcome", ["ratified", "not_ratified"])
def test_a_replacement_is_ratified_once_the_minutes_are_signed(programme, outcome):
    programme.label()
    with programme.work_as("chair") as work:
        mandates.replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )
    sitting = planned(programme, programme.today + timedelta(days=8))
    sitting.diffuse()
    programme.play_until(sitting.row.held_on)
    sitting.hold()
    (item,) = [each for each in sitting.items() if each.kind == Kind.RATIFICATION]
    with programme.work_as("officer") as work:
        items.outcome(work, item.id, outcome=outcome, note=None)
    conclude_others(programme, sitting)
    assert programme.rows(MandataryReplacement)[0].ratified_on is None

    sitting.submit_minutes()
    sitting.sign_minutes()
    delivering.deliver_due(programme.database)

    (kept,) = programme.rows(MandataryReplacement)
    assert kept.ratified_in == (sitting.id if outcome == "ratified" else None)
    with programme.database.start_reading() as work:
        left = [each.kind for each in agenda.items_of(work, sitting.id)]
    assert Kind.RATIFICATION in left
