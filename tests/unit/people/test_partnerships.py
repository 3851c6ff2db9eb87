"""Partnership agreements: three years, four companies, and no intake once they end."""

from __future__ import annotations

from datetime import date

import pytest

from engine import errors
from engine.people import assignments, partnerships
from engine.people.models import Role
from tests.unit.people.conftest import TODAY

START = date(2026, 2, 1)


def sign(database, committee, **given):
    with database.start_work() as work:
        return partnerships.sign(
            work, **{"basin_id": committee.basin_id, "starts_on": START, "charter_version": "2010"} | given
        )


def test_an_agreement_lasts_three_years_its_last_day_included(sqlite, committee):
    agreement = sign(sqlite, committee)

    assert agreement.ends_on == date(2029, 1, 31)
    with sqlite.start_reading() as work:
        for day, found in (
            (date(2026, 1, 31), False),
            (START, True),
            (date(2029, 1, 31), True),
            (date(2029, 2, 1), False),
        ):
            assert (partnerships.in_force(work, committee.basin_id, day) is not None) is found
        assert partnerships.require_in_force(work, committee.basin_id, TODAY).charter_version == "2010"
        with pytest.raises(partnerships.NoAgreementInForce):
            partnerships.require_in_force(work, committee.basin_id, date(2029, 2, 1))


def test_another_duration_needs_a_reason(sqlite, committee):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        sign(sqlite, committee, ends_on=date(2027, 1, 31))
    assert "reason" in refusal.value.messages
    with pytest.raises(errors.InvalidAnswers):
        sign(sqlite, committee, ends_on=date(2025, 1, 31), reason="Erreur")

    assert sign(sqlite, committee, ends_on=date(2027, 1, 31), reason="Prorogation").ends_on == date(
        2027, 1, 31
    )


def test_fewer_than_four_partner_companies_cannot_sign(sqlite, committee):
    with sqlite.start_work() as work:
        partners = assignments.of_basin(work, committee.basin_id, TODAY, Role.PARTNER_COMPANY)
        assignments.end(work, partners[0].id, reason="Départ", on=START)

    with pytest.raises(partnerships.TooFewPartners) as refusal:
        sign(sqlite, committee)
    assert "au moins 4" in refusal.value.message
    assert "il y en a 3" in refusal.value.message


def test_agreements_follow_each_other_without_overlap(sqlite, committee):
    first = sign(sqlite, committee)
    with pytest.raises(partnerships.AgreementsOverlap) as refusal:
        sign(sqlite, committee, starts_on=date(2029, 1, 31))
    assert refusal.value.details["agreement_id"] == first.id

    second = sign(
        sqlite, committee, starts_on=date(2029, 2, 1), renewed_from=first.id, evaluated_on=date(2026, 11, 3)
    )

    with sqlite.start_reading() as work:
        assert [each.id for each in partnerships.of_basin(work, committee.basin_id)] == [second.id, first.id]


def test_the_end_moves_by_an_amendment_with_its_reason(sqlite, committee):
    first = sign(sqlite, committee)
    sign(sqlite, committee, starts_on=date(2029, 6, 1))
    with sqlite.start_work() as work:
        partnerships.move_end(work, first.id, ends_on=date(2029, 5, 31), reason="Évaluation en cours")
        assert partnerships.in_force(work, committee.basin_id, date(2029, 5, 31)).id == first.id

    for wrong, expected in (
        ({"ends_on": date(2029, 6, 1), "reason": "Trop"}, partnerships.AgreementsOverlap),
        ({"ends_on": date(2029, 4, 1), "reason": ""}, errors.InvalidAnswers),
        ({"ends_on": date(2020, 1, 1), "reason": "Erreur"}, errors.InvalidAnswers),
    ):
        with pytest.raises(expected), sqlite.start_work() as work:
            partnerships.move_end(work, first.id, **wrong)
    with pytest.raises(partnerships.UnknownAgreement), sqlite.start_reading() as work:
        partnerships.find(work, committee.chair)


def test_an_agreement_is_renewed_only_after_an_evaluation_that_has_taken_place(sqlite, committee):
    first = sign(sqlite, committee)
    for evaluated_on in (None, date(2026, 11, 17)):
        with pytest.raises(errors.InvalidAnswers) as refusal:
            sign(
                sqlite,
                committee,
                starts_on=date(2029, 2, 1),
                renewed_from=first.id,
                evaluated_on=evaluated_on,
            )
        assert set(refusal.value.messages) == {"evaluated_on"}

    with sqlite.start_reading() as work:
        assert partnerships.last_before(work, committee.basin_id).id == first.id
        assert partnerships.last_before(work, committee.basin_id, START) is None
