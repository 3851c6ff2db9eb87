"""The agreement changes once signed, told through the engine: asked for, decided, signed again, in force."""

from __future__ import annotations

from datetime import date

import pytest

from engine import errors
from engine.agreements import amended_facts
from engine.agreements.models import AMENDMENT, Agreement
from engine.clock import add_months
from engine.committee import candidates
from engine.committee.models import Decision
from engine.escalation import replacement
from engine.operations import amending
from engine.projects import closing
from engine.projects.follow_up_models import InterventionRequest, MandataryReplacement, Report
from engine.projects.models import CommittedMeans
from tests.stories import World, unchanged

ASKED = {"object": "means", "what": "Deux jours de plus.", "reason": "Le marché grandit."}


def ask(world: World, dossier, days: str = "2") -> None:
    """The mandatary asks for an intervention in the report; the officer finds a company and forwards it."""
    world.play_until(date(2027, 2, 10))
    dossier.report(
        new_intervention=True, intervention_domain="quality", intervention_days=days,
        intervention_purpose="Préparer l’audit.",
    )  # fmt: skip
    dossier.complete(
        "review_request",
        {"forward": True, "company_id": str(world.organisations["lender2"]), "domain": "quality",
         "days": days, "expert_id": str(world.people["expert2"])},
    )  # fmt: skip


def in_force(world: World, dossier) -> int:
    """How many quarters of days count today."""
    return sum(each.quarter_days for each in world.rows(CommittedMeans, dossier) if each.in_force)


def texts(world: World, dossier) -> list[Agreement]:
    """Every version of the amendments, in order."""
    found = [each for each in world.rows(Agreement, dossier) if each.kind == AMENDMENT]
    return sorted(found, key=lambda each: (each.number, each.version))


def test_the_chair_grants_two_days_alone_and_the_next_session_is_to_be_told(world):
    dossier = world.accompanied()
    before = in_force(world, dossier)
    ask(world, dossier)
    assert dossier.steps() == ["approve_request"]
    assert world.tasks(dossier, "approve_request")[0].personal

    dossier.complete("approve_request", {"decision": "sign"})
    dossier.amend()
    assert in_force(world, dossier) == before
    dossier.sign_everything()

    assert in_force(world, dossier) == before + 8
    assert dossier.steps() == ["carry_out_intervention"]
    assert dossier.task("carry_out_intervention").assignee_id == world.people["expert2"]
    [text] = texts(world, dossier)
    assert text.number.endswith("-A1")
    [decision] = [each for each in world.rows(Decision, dossier) if each.chair_alone]
    with world.acting("officer") as work:
        proposed = candidates.of_basin(work, world.id)
    assert (decision.id, "chair_alone") in {(each.subject_id, each.kind) for each in proposed}
    dossier.intervene("Audit préparé.", (world.today, "1"))
    assert world.rows(InterventionRequest, dossier)[0].closed_at is not None


def test_nobody_but_the_chair_grants_it_alone_and_nobody_on_their_behalf(world):
    dossier = world.accompanied()
    ask(world, dossier)

    for who, represented in (("officer", None), ("deputy", None), ("officer", "chair")):
        with unchanged(world, dossier), pytest.raises(errors.NotAllowed):
            dossier.complete("approve_request", {"decision": "sign"}, by=who, on_behalf_of=represented)


def test_an_officer_asks_for_a_longer_follow_up_and_the_closure_waits_for_it(world):
    dossier = world.accompanied()
    ends_on = dossier.project().follow_up_ends_on
    with world.acting("officer") as work:
        amending.request_amendment(work, dossier.case_id, {**ASKED, "object": "calendar"})
    assert dossier.steps() == ["committee_decision"]
    proposed = dossier.proposed("committee_decision")
    dossier.decide(
        "approved", human_means=world.means(days=str(proposed["human_means"][0]["days"])),
        follow_up_months=24,
    )  # fmt: skip
    dossier.amend()
    dossier.sign_everything()

    project = dossier.project()
    assert ends_on is not None
    assert project.follow_up_ends_on == date(ends_on.year, ends_on.month + 6, ends_on.day)
    for day in (date(2027, 2, 16), date(2027, 5, 16), date(2027, 8, 16), date(2027, 11, 16),
                date(2028, 2, 16), date(2028, 5, 16)):  # fmt: skip
        world.play_until(day)
        if "follow_up_report" in dossier.steps():
            dossier.report()
    assert "final_review" not in dossier.steps()
    with world.acting("chair") as work, pytest.raises(closing.TooEarlyToClose):
        closing.require_may_close(work, dossier.project(), today=ends_on)


def lengthened(world, dossier, months: int) -> None:
    """An amendment decided and signed today, that makes the follow-up last so many months in all."""
    with world.acting("officer") as work:
        amending.request_amendment(work, dossier.case_id, {**ASKED, "object": "calendar"})
    world.session(world.today)
    proposed = dossier.proposed("committee_decision")
    days = str(proposed["human_means"][0]["days"])
    dossier.decide("approved", human_means=world.means(days=days), follow_up_months=months)
    dossier.amend()
    dossier.sign_everything()


def with_every_report(world):
    """A project whose last report of eighteen months was just given, two weeks before the term."""
    dossier = world.accompanied()
    for number in range(1, 6):
        world.play_until(add_months(date(2026, 11, 16), 3 * number))
        dossier.report()
    world.play_until(date(2028, 5, 3))
    dossier.report()
    return dossier


def test_a_follow_up_lengthened_after_its_last_report_asks_for_those_until_the_new_end(world):
    dossier = with_every_report(world)
    lengthened(world, dossier, 24)
    assert world.today < date(2028, 5, 16)
    due = []
    for day in (date(2028, 8, 3), date(2028, 11, 3)):
        world.play_until(day)
        due.append(dossier.task("follow_up_report").due_on)
        dossier.report()
    assert due == [date(2028, 8, 16), date(2028, 11, 16)]

    world.play_until(date(2028, 11, 15))
    assert dossier.steps() == []
    world.play_until(date(2028, 11, 16))
    assert dossier.steps() == ["final_review"]
    assert [each.number for each in world.rows(Report, dossier)] == list(range(1, 9))


def test_a_follow_up_lengthened_by_less_than_a_period_asks_for_no_report_and_ends_later(world):
    dossier = with_every_report(world)
    lengthened(world, dossier, 20)
    world.play_until(date(2028, 7, 15))
    assert dossier.steps() == []
    world.play_until(date(2028, 7, 17))
    assert dossier.steps() == ["final_review"]
    assert len(world.rows(Report, dossier)) == 6


def test_a_mandatary_of_another_organisation_follows_at_once_and_the_amendment_confirms(world):
    dossier = world.accompanied()
    with world.acting("chair") as work:
        replacement.replace_mandatary(
            work, case_id=dossier.case_id, to_person=world.people["successor"], reason="Muté"
        )
    assert world.rows(MandataryReplacement, dossier)[0].provisional
    assert dossier.steps() == ["prepare_amendment"]

    dossier.amend()
    assert {each.capacity for each in dossier.open_tasks()} == {"beneficiary", "chair", "mandatary"}
    dossier.sign_everything()

    assert not world.rows(MandataryReplacement, dossier)[0].provisional
    with world.acting("officer") as work:
        text = amended_facts.in_force(work, dossier.case_id)
        assert text is not None
        assert text.text["mandatary"] == "Successor (démo)"
    world.play_until(date(2027, 2, 10))
    assert dossier.task("follow_up_report").assignee_id == world.people["successor"]


def test_a_company_that_leaves_before_signing_is_the_officer_s_to_settle(world):
    dossier = world.to_sign()
    for capacity in ("beneficiary", "chair", "mandatary"):
        dossier.sign(capacity)
    world.wait(hours=1)
    world.company_leaves("lender")
    world.wait(hours=30)
    assert dossier.steps() == ["settle_signatory", "sign_agreement"]

    dossier.complete("settle_signatory", {"choice": "return", "reason": "L’entreprise a quitté le bassin."})

    assert dossier.steps() == ["committee_decision"]
    assert [each.state for each in world.rows(Agreement, dossier)] == ["voided"]
