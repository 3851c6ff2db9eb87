"""The advance is paid out once, the amount decided, never before its annex is wholly signed (R26)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine import errors
from engine.agreements import annex, payments
from engine.agreements.models import AdvancePayment
from engine.agreements.payments import AdvanceBeingAmended, AlreadyPaid, NoAdvance
from engine.people import assignments, organisations
from engine.people.models import Role
from tests.integration import amending
from tests.integration.programme import Programme

ADVANCE = 1_500_000


def to_sign(database, clock) -> Programme:
    """An agreement with an advance, its annex signed by the operator too."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide(advance_amount=ADVANCE, advance_months=20)
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    with programme.work_as("officer") as work:
        operator_id = organisations.add(work, name="Opérateur du bassin (démo)").id
        assignments.assign(
            work, role=Role.OPERATOR_ORGANISATION, basin_id=programme.basin_id, organisation_id=operator_id
        )
    lines = [
        *programme.signatories(),
        {"capacity": "operator", "organisation_id": str(operator_id),
         "person_id": str(programme.people["officer"]), "mode": "online"},
    ]  # fmt: skip
    programme.complete(
        "prepare_agreement", "officer",
        {"means_changed": False, "objective": "Une ligne de plus.", "signatories": lines},
    )  # fmt: skip
    return programme


@pytest.fixture
def programme(sqlite, clock):
    """A labelled firm whose advance may be paid."""
    found = to_sign(sqlite, clock)
    amending.sign_all(found)
    return found


def pay(programme: Programme, **changes: object) -> None:
    """The officer records the payment."""
    said = {"paid_on": programme.today, "amount_cents": ADVANCE, "bank_reference": "VIR 42", **changes}
    with programme.work_as("officer") as work:
        payments.mark_paid(work, project_id=programme.case_id, **said)  # type: ignore[arg-type]


def test_the_advance_is_paid_once_everybody_has_signed(programme):
    pay(programme)

    [kept] = programme.rows(AdvancePayment)
    assert (kept.amount_cents, kept.paid_on, kept.bank_reference) == (ADVANCE, programme.today, "VIR 42")
    assert programme.project().advance_paid_on == programme.today
    assert "agreements.advance.paid" in programme.kinds()


def test_nothing_is_paid_as_long_as_one_signature_of_the_annex_is_missing(sqlite, clock):
    programme = to_sign(sqlite, clock)
    for position in range(4):
        programme.sign(position)

    with pytest.raises(annex.AnnexNotSigned):
        pay(programme)

    programme.sign(4)
    pay(programme)
    assert len(programme.rows(AdvancePayment)) == 1


def test_it_is_not_paid_twice(programme):
    pay(programme)

    with pytest.raises(AlreadyPaid):
        pay(programme)

    assert len(programme.rows(AdvancePayment)) == 1


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("amount", {"amount_cents": ADVANCE - 1}),
        ("amount", {"amount_cents": 0}),
        ("paid_on", {"days": -1}),
        ("paid_on", {"days": 1}),
    ],
)
def test_the_amount_is_the_one_decided_and_the_day_one_on_which_it_could_be_paid(programme, name, changes):
    if "days" in changes:
        changes = {"paid_on": programme.today + timedelta(days=changes["days"])}

    with pytest.raises(errors.InvalidAnswers) as refusal:
        pay(programme, **changes)

    assert name in refusal.value.messages
    assert programme.rows(AdvancePayment) == []


def test_there_is_nothing_to_pay_without_an_advance(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()

    with pytest.raises(NoAdvance):
        pay(programme)


def test_an_advance_that_an_amendment_being_signed_changes_waits_for_it(programme):
    amending.request(programme)
    amending.decide_means(programme, advance_amount=ADVANCE + 100_000, advance_months=20)
    lines = [row["capacity"] for row in amending.proposed(programme)["signatories"]]
    assert lines == ["beneficiary", "chair", "operator"]
    amending.prepare(programme)

    with pytest.raises(AdvanceBeingAmended):
        pay(programme)

    amending.sign_all(programme)
    assert programme.project().advance_cents == ADVANCE + 100_000
    pay(programme, amount_cents=ADVANCE + 100_000)


def test_a_payment_made_before_an_amendment_of_something_else_is_recorded_on_its_day(programme):
    paid_on = programme.today
    amending.request(programme)
    amending.decide_means(programme, human_means=amending.means(programme, "production", "8"))
    amending.prepare(programme)
    programme.clock.advance(days=3)
    amending.sign_all(programme)

    pay(programme, paid_on=paid_on)

    assert programme.project().advance_paid_on == paid_on


def test_an_advance_that_was_amended_is_not_paid_before_that_was_signed(programme):
    before = programme.today
    amending.request(programme)
    amending.decide_means(programme, advance_amount=ADVANCE + 100_000, advance_months=20)
    amending.prepare(programme)
    programme.clock.advance(days=3)
    amending.sign_all(programme)

    with pytest.raises(errors.InvalidAnswers) as refusal:
        pay(programme, amount_cents=ADVANCE + 100_000, paid_on=before)

    assert "paid_on" in refusal.value.messages


def test_once_paid_an_amendment_does_not_change_its_amount(programme):
    pay(programme)
    amending.request(programme)

    with pytest.raises(errors.InvalidAnswers) as refusal:
        amending.decide_means(programme, advance_amount=ADVANCE + 100_000, advance_months=20)

    assert "advance_amount" in refusal.value.messages


def test_two_officers_record_the_payment_at_once_and_one_is_told_it_was_done(database, clock):
    programme = to_sign(database, clock)
    amending.sign_all(programme)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def record() -> None:
        ready.wait()
        try:
            pay(programme)
            outcomes.append("paid")
        except AlreadyPaid:
            outcomes.append("already")

    both = [threading.Thread(target=record) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(outcomes) == ["already", "paid"]
    assert len(programme.rows(AdvancePayment)) == 1


# Recorded by mistake.


def strike(programme: Programme) -> None:
    """The officer strikes the payment out."""
    with programme.work_as("officer") as work:
        payments.strike(work, project_id=programme.case_id, reason="Le virement est revenu.")


def test_a_payment_recorded_by_mistake_stays_struck_out_and_is_recorded_again(programme):
    pay(programme)

    strike(programme)

    assert programme.project().advance_paid_on is None
    [struck] = programme.rows(AdvancePayment)
    assert struck.struck_at is not None
    assert "agreements.advance.struck" in programme.kinds()
    pay(programme, bank_reference="VIR 43")
    standing = [each for each in programme.rows(AdvancePayment) if each.struck_at is None]
    assert [each.bank_reference for each in standing] == ["VIR 43"]
    assert programme.project().advance_paid_on == programme.today


def test_nothing_is_struck_out_where_nothing_is_recorded(programme):
    with pytest.raises(payments.NotPaid):
        strike(programme)
    pay(programme)
    strike(programme)

    with pytest.raises(payments.NotPaid):
        strike(programme)

    assert programme.kinds().count("agreements.advance.struck") == 1


def test_once_it_is_struck_out_an_amendment_may_change_the_advance_again(programme):
    pay(programme)
    strike(programme)
    amending.request(programme)

    amending.decide_means(programme, advance_amount=ADVANCE - 100_000, advance_months=20)

    assert "prepare_amendment" in programme.steps()
