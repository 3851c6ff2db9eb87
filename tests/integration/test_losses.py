"""A company leaves before it has signed: the officer has another sign for it, or sends the text back (E10)."""

from __future__ import annotations

import pytest

from engine.agreements.losses import NobodyLost, ask_about_losses
from engine.agreements.models import Agreement, Signature
from engine.people import assignments
from engine.people.models import Role
from forms import catalogue
from tests.integration import amending
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched

LENDER = 2  # The position of the company's line.


@pytest.fixture
def programme(sqlite, clock):
    """An agreement to sign; the company that lends days is the last whose signature is missing, and leaves."""
    found = Programme(sqlite, clock).install()
    found.appraise()
    found.decide()
    found.prepare()
    for position in (0, 1, 3):
        found.sign(position)
    found.clock.advance(hours=1)
    found.end_role(Role.PARTNER_COMPANY, "lender")
    return found


def settle(programme: Programme, choice: str, **answers: object) -> None:
    """The officer says what becomes of the text."""
    said = {"choice": choice, "reason": "L’entreprise a quitté le bassin.", **answers}
    programme.complete("settle_signatory", "officer", said)


def comes_back(programme: Programme) -> None:
    """The company is a partner again."""
    with programme.work_as("officer") as work:
        assignments.assign(
            work, role=Role.PARTNER_COMPANY, basin_id=programme.basin_id,
            organisation_id=programme.firms["lender"], from_date=programme.today,
        )  # fmt: skip


def test_the_officer_is_asked_once_what_becomes_of_the_text(programme):
    assert ask_about_losses(programme.database) == 1
    assert ask_about_losses(programme.database) == 0

    assert programme.steps() == ["settle_signatory", "sign_agreement"]
    assert "agreements.loss.found" in programme.kinds()


def test_nobody_is_asked_about_a_company_that_is_still_a_partner(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.end_role(Role.PARTNER_COMPANY, "successor")

    assert ask_about_losses(programme.database) == 0


def test_nor_about_one_that_left_after_it_had_signed(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(LENDER)
    programme.end_role(Role.PARTNER_COMPANY, "lender")

    assert ask_about_losses(programme.database) == 0


def test_another_person_signs_in_its_place_and_all_sign_that_text(programme):
    ask_about_losses(programme.database)
    programme.clock.advance(hours=1)
    settle(programme, "replace", person_id=str(programme.people["successor"]))

    first, second = sorted(programme.rows(Agreement), key=lambda each: each.version)
    assert (first.state, second.state, second.version) == ("voided", "to_sign", 2)
    assert programme.steps() == ["sign_agreement"] * 4
    assert "agreements.loss.settled" in programme.kinds()
    assert ask_about_losses(programme.database) == 0, "asked again of somebody named since"
    amending.sign_all(programme)
    assert programme.project().status == "labelled"


def test_the_person_of_the_company_that_left_is_not_proposed_in_its_place(programme):
    ask_about_losses(programme.database)

    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        settle(programme, "replace", person_id=str(programme.people["expert"]))

    assert list(refusal.value.messages) == ["person_id"]


def test_the_text_goes_back_to_the_committee_and_the_signatures_given_fall(programme):
    ask_about_losses(programme.database)

    settle(programme, "return")

    assert programme.steps() == ["committee_decision"]
    [text] = programme.rows(Agreement)
    assert text.state == "voided"
    assert all(each.voided_at is not None for each in programme.rows(Signature))
    assert programme.project().status == "ready_for_committee"
    assert {each.data["cause"] for each in programme.mails("agreement_voided")} == {"company_left"}


def test_a_company_that_comes_back_is_asked_for_no_more(programme):
    ask_about_losses(programme.database)
    comes_back(programme)

    assert ask_about_losses(programme.database) == 1

    assert programme.steps() == ["sign_agreement"]
    programme.sign(LENDER)
    assert programme.project().status == "labelled"


def test_nothing_is_settled_once_the_company_is_back(programme):
    ask_about_losses(programme.database)
    comes_back(programme)

    with pytest.raises(NobodyLost):
        settle(programme, "return")

    assert "sign_agreement" in programme.steps()


def test_an_amendment_that_a_company_left_goes_back_without_touching_the_agreement(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    amending.set_parameter(programme, "committee.chair_alone_days", 3)
    amending.ask(programme)
    programme.complete("approve_request", "chair", {"decision": "sign"})
    amending.prepare(programme)
    programme.clock.advance(hours=1)
    programme.end_role(Role.PARTNER_COMPANY, "lender")
    assert ask_about_losses(programme.database) == 1

    settle(programme, "return")

    [text] = amending.amended(programme)
    agreement = next(each for each in programme.rows(Agreement) if each.kind == "agreement")
    assert (text.state, agreement.state) == ("voided", "effective")
    assert text.void_reason == "company_left"
    assert {each.data["cause"] for each in programme.mails("amendment_voided")} == {"company_left"}
    assert amending.in_force(programme) == [("production", 24)]
    assert "carry_out_intervention" not in programme.steps()


def test_looking_where_nobody_left_costs_two_statements(programme):
    comes_back(programme)

    with watched(programme.database) as seen:
        assert ask_about_losses(programme.database) == 0

    assert seen.count == 2, seen.statements
