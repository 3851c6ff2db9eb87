"""Amendments asked for by the form, or by a mandatary of another organisation; one at a time (F11, D19)."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine import errors
from engine.agreements import amended_facts, amendments, redrafting
from engine.agreements.amendments import AmendmentInSignature, NothingChanges, NotInForce
from engine.agreements.models import AMENDMENT, Agreement
from engine.projects import closing
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.models import Project
from engine.runtime import messages
from tests.integration.amending import (
    ASKED,
    amended,
    decide_means,
    in_force,
    means,
    prepare,
    proposed,
    replace,
    request,
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


# Asked for by the form (F11).


def test_the_decision_on_an_amendment_starts_from_what_is_agreed(programme):
    request(programme)

    start = proposed(programme, "committee_decision")

    assert start["follow_up_months"] == 18
    assert [(row["domain"], row["days"]) for row in start["human_means"]] == [("production", "6")]


def test_other_means_replace_those_of_before_once_the_amendment_is_signed(programme):
    request(programme)
    decide_means(
        programme,
        human_means=[{"company_id": str(programme.firms["successor"]), "domain": "sales", "days": "2"}],
    )
    assert in_force(programme) == [("production", 24)]
    prepare(programme)
    [text] = amended(programme)
    assert [(each["name"], each["before"], each["after"]) for each in text.changes] == [
        ("means", 24, None), ("means", None, 8),
    ]  # fmt: skip
    assert text.text["reason"] == ASKED["reason"]

    sign_all(programme)

    assert in_force(programme) == [("sales", 8)]


def test_a_longer_follow_up_ends_later_and_its_reports_go_on_until_then(programme):
    before = programme.project().follow_up_ends_on
    request(programme, object="calendar")
    decide_means(programme, follow_up_months=24)
    prepare(programme)
    sign_all(programme)

    project = programme.project()
    assert project.follow_up_months == 24
    assert before is not None
    assert project.follow_up_ends_on == date(before.year, before.month + 6, before.day)
    with programme.database.start_work() as work:
        from engine.runtime import cases

        assert "follow_up_ends_on" in cases.lock(work, programme.case_id).root.state
        assert project.follow_up_ends_on.isoformat() in cases.lock(work, programme.case_id).root.state


def test_an_amendment_never_shortens_the_follow_up(programme):
    request(programme, object="calendar")
    decide_means(programme, follow_up_months=24)
    prepare(programme)
    sign_all(programme)
    request(programme, object="calendar")

    with pytest.raises(errors.InvalidAnswers) as refusal:
        decide_means(programme, follow_up_months=18)

    assert "follow_up_months" in refusal.value.messages


def test_amendments_are_numbered_after_their_agreement_and_signed_one_at_a_time(programme):
    request(programme)
    request(programme, object="calendar")
    first, second = [each for each in programme.open_tasks() if each.step == "committee_decision"]
    assert first.instance_id != second.instance_id
    decide_means(programme, human_means=means(programme, "production", "8"))
    prepare(programme)
    decide_means(programme, follow_up_months=24)

    with pytest.raises(AmendmentInSignature):
        prepare(programme)
    sign_all(programme)
    prepare(programme)
    sign_all(programme)

    numbers = [each.number.rsplit("-", 1)[1] for each in amended(programme)]
    assert numbers == ["A1", "A2"]
    assert [each.state for each in amended(programme)] == ["effective", "effective"]


def test_an_amendment_that_changes_nothing_is_not_written(programme):
    request(programme, object="signatory")

    with pytest.raises(NothingChanges):
        prepare(programme)

    assert amended(programme) == []


def test_an_agreement_that_is_not_in_force_needs_no_amendment(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.appraise()

    with pytest.raises(NotInForce):
        request(programme)


def test_a_project_does_not_close_over_an_open_amendment(programme):
    request(programme)
    with programme.work_as("chair") as work, pytest.raises(closing.AmendmentStillOpen):
        project = programme.project()
        closing.require_may_close(work, project, today=project.follow_up_ends_on)


# Another mandatary.


def test_a_mandatary_of_another_organisation_is_provisional_until_the_amendment_is_signed(programme):
    replace(programme)

    [kept] = programme.rows(MandataryReplacement)
    assert kept.provisional
    assert [row["capacity"] for row in proposed(programme)["signatories"]] == [
        "beneficiary", "chair", "mandatary",
    ]  # fmt: skip
    prepare(programme)
    sign_all(programme)

    [kept] = programme.rows(MandataryReplacement)
    assert not kept.provisional
    [text] = amended(programme)
    assert [(each["name"], each["before"], each["after"]) for each in text.changes] == [
        ("mandatary", "Mandatary (démo) (Entreprise mandatary (démo))",
         "Successor (démo) (Entreprise successor (démo))"),
    ]  # fmt: skip


def test_the_mandatary_is_replaced_while_an_amendment_is_being_signed(programme):
    request(programme)
    decide_means(programme, human_means=means(programme, "production", "8"))
    prepare(programme)
    programme.sign(0)
    head = programme.project().sme_head_id

    replace(programme)

    first, second = amended(programme)
    assert (first.state, second.state) == ("voided", "to_sign")
    assert (second.number, second.version) == (first.number, 2)
    assert {each["name"] for each in second.changes} == {"means", "mandatary"}
    assert "prepare_amendment" not in programme.steps()
    assert [each.recipient_id for each in programme.mails("agreement_redrafted")] == [head]
    sign_all(programme)
    assert in_force(programme) == [("production", 32)]
    [kept] = programme.rows(MandataryReplacement)
    assert not kept.provisional


def test_a_mandatary_replaced_again_joins_the_amendment_that_is_being_prepared(programme):
    replace(programme)
    programme.clock.advance(hours=1)
    replace(programme, "prescriber")

    assert programme.steps().count("prepare_amendment") == 1
    prepare(programme)
    sign_all(programme)

    [text] = amended(programme)
    [change] = text.changes
    assert change["after"] == "Prescriber (démo) (Entreprise prescriber (démo))"
    assert [each.provisional for each in programme.rows(MandataryReplacement)] == [False, False]


def test_a_mandatary_replaced_while_other_means_are_being_written_is_in_that_amendment(programme):
    request(programme)
    decide_means(programme, human_means=means(programme, "production", "8"))

    replace(programme)

    assert programme.steps().count("prepare_amendment") == 1
    prepare(programme)
    [text] = amended(programme)
    assert {each["name"] for each in text.changes} == {"means", "mandatary"}


def test_a_mandatary_replaced_while_the_committee_has_not_decided_yet_has_an_amendment_of_their_own(
    programme,
):
    request(programme)

    replace(programme)

    assert "committee_decision" in programme.steps()
    assert "prepare_amendment" in programme.steps()


def test_a_signatory_of_an_amendment_is_replaced_as_one_of_the_agreement_is(programme):
    request(programme)
    decide_means(programme, human_means=means(programme, "production", "8"))
    prepare(programme)
    programme.sign(0)
    with programme.work_as("officer") as work:
        project = work.database.get_one(Project, programme.case_id)
        [line] = redrafting.replaceable(work, project)
        redrafting.replace_signatory(
            work, project, line, person_id=programme.people["successor"], reason="Congé.",
            today=programme.today,
        )  # fmt: skip

    first, second = amended(programme)
    assert (first.state, first.void_reason, second.version) == ("voided", "signatory_replaced", 2)
    assert programme.people["successor"] in {each.assignee_id for each in programme.open_tasks()}
    sign_all(programme)
    assert in_force(programme) == [("production", 32)]


def test_the_text_in_force_is_the_last_amendment_that_took_effect(programme):
    request(programme)
    decide_means(programme, human_means=means(programme, "production", "8"))
    prepare(programme)
    with programme.database.start_reading() as work:
        before = amended_facts.in_force(work, programme.case_id)
        assert before is not None
        assert before.kind == "agreement"
    sign_all(programme)

    with programme.database.start_reading() as work:
        after = amended_facts.in_force(work, programme.case_id)
        assert after is not None
        assert (after.kind, after.text["means"][0]["quarter_days"]) == (AMENDMENT, 32)
        assert amendments.in_signature(work, programme.case_id) is None


def test_a_project_that_ends_voids_the_amendment_being_signed(programme):
    request(programme)
    decide_means(programme, human_means=means(programme, "production", "8"))
    prepare(programme)
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="ceased", reason="Cessation."
        )  # fmt: skip
    programme.complete("sign_termination", "chair", {"decision": "sign"})

    [text] = amended(programme)
    assert (text.state, text.void_reason) == ("voided", "project_ended")
    with programme.database.start_work() as work:
        assert messages.open_satellites(work, case_id=programme.case_id, process="amendment") == []
    assert programme.steps() == []
    with programme.database.start_reading() as work:
        open_lines = sa.select(sa.func.count()).select_from(Agreement).where(Agreement.state == "to_sign")
        assert work.connection.scalar(open_lines) == 0
