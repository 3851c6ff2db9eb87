"""Who has no part in a project: the head of its firm, an acting chair after the fact (D16, D18, R14)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from engine import errors, operations
from engine.committee import acting
from engine.escalation import operations as escalation
from engine.operations import file_acts
from engine.people import chairs, committee_seats, holders
from engine.people.models import Role
from engine.projects import mandates
from engine.runtime import tasks
from forms.catalogue import InvalidAnswers
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme
from tests.integration.test_rules_fences import act


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def seat_the_head(programme):
    """The head of the firm sits on the committee too, for another company."""
    programme.people["head"] = programme.project().sme_head_id
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["head"],
            organisation_id=programme.firms["lender"], from_date=LONG_AGO,
        )  # fmt: skip


def chosen(programme, form, question):
    """Those whom a form of the dossier proposes."""
    with programme.work_as("officer") as work:
        context = operations.page_context(work, form, basin_id=programme.basin_id, case_id=programme.case_id)
        return [each.label for each in context.choices[question]]


def test_the_head_of_the_firm_neither_prescribes_nor_follows_their_project(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    seat_the_head(programme)
    named = {
        "work": None, "case_id": programme.case_id, "basin_id": programme.basin_id,
        "person_id": programme.people["head"],
    }  # fmt: skip
    for role in (Role.PRESCRIBER, Role.MANDATARY):
        with programme.work_as("officer") as work, pytest.raises(holders.HeadOfTheFirm):
            holders.hold(**named | {"work": work, "role": role})
    with programme.work_as("officer") as work:
        asked = (work, programme.people["head"], programme.basin_id, programme.today)
        assert not committee_seats.may_prescribe(*asked, programme.case_id)
        assert not committee_seats.may_follow_up(*asked, programme.case_id)
        assert committee_seats.may_prescribe(*asked)

    for form, question in (("qualification", "prescriber_id"), ("committee_decision", "mandatary_id")):
        assert programme.project().contact_name not in " ".join(chosen(programme, form, question))


def test_the_head_of_the_firm_does_not_preside_over_their_project_but_over_others(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    seat_the_head(programme)
    programme.end_role(Role.CHAIR, "chair")
    head = programme.people["head"]
    with programme.work_as("officer") as work, pytest.raises(chairs.NotEligibleToChair):
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=head, case_id=programme.case_id
        )
    assert programme.project().contact_name not in " ".join(
        chosen(programme, "acting_chair_designation", "acting_chair_id")
    )
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=head)
        today = programme.today
        assert chairs.eligible_chair(work, head, programme.basin_id, today)
        assert not chairs.eligible_chair(work, head, programme.basin_id, today, programme.case_id)
    with programme.work_as("head") as work, pytest.raises(mandates.NotTheChair):
        mandates.require_signing_chair(act(programme, work))


@pytest.mark.parametrize("days", [1, 11])
def test_an_acting_chair_is_not_designated_after_the_fact(programme, days):
    answers = {
        "acting_chair_id": programme.people["successor"],
        "starts_on": programme.today - timedelta(days=days),
        "ends_on": programme.today + timedelta(days=20),
    }
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as raised:
        acting.designate_in_basin(work, basin_id=programme.basin_id, answers=answers)
    assert set(raised.value.messages) == {"starts_on"}
    programme.open()
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        acting.designate_acting_chair(act(programme, work, **answers))

    with programme.work_as("officer") as work:
        acting.designate_in_basin(
            work, basin_id=programme.basin_id, answers=answers | {"starts_on": programme.today}
        )
        chair = chairs.chair_in_force(work, programme.basin_id, programme.today)
        assert (chair.person_id, chair.since) == (programme.people["successor"], programme.today)


def test_whoever_may_no_longer_preside_does_not_keep_a_mandatary(programme):
    programme.label()
    programme.end_role(Role.PARTNER_COMPANY, "chair")
    keeping = {"choice": "keep", "reason": "Il écrira."}

    with programme.work_as("chair") as work, pytest.raises(mandates.NotTheChair):
        escalation.choose_mandatary(act(programme, work, **keeping))


def test_a_firm_does_not_sign_for_itself_in_another_capacity(programme):
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    lines = programme.signatories()
    lines[2]["organisation_id"] = str(programme.project().organisation_id)
    answers = {"means_changed": False, "objective": "Une ligne de plus.", "signatories": lines}

    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete("prepare_agreement", "officer", answers)

    assert set(raised.value.messages) == {"signatories-2-organisation_id"}
    assert programme.steps() == ["prepare_agreement"]


def seat_twice(programme, name):
    """A member sits for another partner company too; its seat, and its organisation."""
    with programme.work_as("officer") as work:
        programme.add_company(work, "second")
        seat = committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people[name],
            organisation_id=programme.firms["second"], from_date=LONG_AGO,
        )  # fmt: skip
        return str(seat.id)


@pytest.mark.parametrize(
    ("form", "question"),
    [("qualification", "prescriber_id"), ("committee_decision", "mandatary_id"),
     ("mandatary_replacement", "mandatary_id"), ("acting_chair_designation", "acting_chair_id"),
     ("person_replacement", "person_id")],
)  # fmt: skip
def test_a_member_with_two_seats_is_proposed_for_each(programme, form, question):
    programme.open()
    seat_twice(programme, "successor")

    labels = chosen(programme, form, question)

    assert "Successor (démo), Entreprise successor (démo)" in labels
    assert "Successor (démo), Entreprise second (démo)" in labels
    assert "Successor (démo)" not in labels
    assert "Prescriber (démo)" in labels


def test_a_member_with_two_seats_acts_for_the_one_that_was_chosen(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    second = seat_twice(programme, "mandatary")
    with programme.work_as("officer") as work:
        [first] = [
            str(each.assignment_id)
            for each in committee_seats.seats_of(
                work, programme.people["mandatary"], programme.basin_id, programme.today
            )
            if str(each.assignment_id) != second
        ]
    programme.complete("qualify", "officer", {**programme.qualification(), "prescriber_id": second})
    with programme.work_as("officer") as work:
        prescriber = holders.holder(work, role=Role.PRESCRIBER, case_id=programme.case_id, on=programme.today)
        assert prescriber.organisation_id == programme.firms["second"]
    programme.complete("accept_prescription", "mandatary", {"accepted": True})
    programme.complete("preliminary_diagnostic", "mandatary", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    with pytest.raises(InvalidAnswers):
        programme.decide(mandatary_id=str(programme.people["mandatary"]))

    programme.decide(mandatary_id=first)

    project = programme.project()
    assert project.mandatary_id == programme.people["mandatary"]
    assert project.mandatary_organisation_id == programme.firms["mandatary"]


def test_a_decision_sent_back_names_its_mandatary_by_the_same_seat(programme):
    programme.appraise()
    second = seat_twice(programme, "mandatary")
    programme.complete("committee_decision", "officer", programme.decision(mandatary_id=second))
    programme.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "À préciser."})
    task_id = programme.task("committee_decision").id

    with programme.work_as("officer") as work:
        view = tasks.find(work, task_id=task_id).task
        assert str(operations.context(work, view).prefill["mandatary_id"]) == second


def test_an_acting_chair_with_two_seats_presides_for_the_one_that_was_chosen(programme):
    second = seat_twice(programme, "successor")
    with programme.work_as("officer") as work:
        acting.designate_in_basin(
            work,
            basin_id=programme.basin_id,
            answers={
                "acting_chair_id": UUID(second),
                "starts_on": programme.today,
                "ends_on": programme.today,
            },
        )
        chair = chairs.chair_in_force(work, programme.basin_id, programme.today)

    assert (chair.person_id, chair.organisation_id) == (
        programme.people["successor"], programme.firms["second"]
    )  # fmt: skip


def test_a_mandatary_is_replaced_by_the_seat_that_was_chosen(programme):
    programme.label()
    second = seat_twice(programme, "successor")

    with programme.work_as("chair") as work:
        answers = {"mandatary_id": UUID(second), "reason": "Départ."}
        file_acts.replace_mandatary(work, programme.case_id, answers)

    assert programme.project().mandatary_organisation_id == programme.firms["second"]


def test_a_prescriber_is_replaced_by_the_seat_that_was_chosen(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    second = seat_twice(programme, "successor")

    with programme.work_as("officer") as work:
        [part] = [
            each
            for each in operations.page_context(
                work, "person_replacement", basin_id=programme.basin_id, case_id=programme.case_id
            ).choices["part_id"]
            if each.label.startswith("Prescripteur")
        ]
        answers = {"part_id": UUID(part.value), "person_id": UUID(second), "reason": "Départ."}
        file_acts.FILE_ACTS["person_replacement"](work, programme.case_id, answers)

    assert programme.task("accept_prescription").assignee_id == programme.people["successor"]
    with programme.work_as("officer") as work:
        held = holders.holder(work, role=Role.PRESCRIBER, case_id=programme.case_id, on=programme.today)
        assert held.organisation_id == programme.firms["second"]


def test_the_chair_who_is_replaced_is_not_proposed_to_stand_in_and_is_refused(programme):
    programme.open()
    seat_twice(programme, "chair")
    standing_in = {
        "acting_chair_id": programme.people["chair"], "starts_on": programme.today, "ends_on": programme.today
    }  # fmt: skip

    assert not [each for each in chosen(programme, "acting_chair_designation", "acting_chair_id")
                if each.startswith("Chair")]  # fmt: skip
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refused:
        acting.designate_in_basin(work, basin_id=programme.basin_id, answers=standing_in)

    assert set(refused.value.messages) == {"acting_chair_id"}


def test_a_chair_whose_mandate_has_ended_may_stand_in(programme):
    programme.open()
    programme.end_role(Role.CHAIR, "chair")
    answers = {
        "acting_chair_id": programme.people["chair"], "starts_on": programme.today, "ends_on": programme.today
    }  # fmt: skip

    assert "Chair (démo)" in chosen(programme, "acting_chair_designation", "acting_chair_id")
    with programme.work_as("officer") as work:
        acting.designate_in_basin(work, basin_id=programme.basin_id, answers=answers)
