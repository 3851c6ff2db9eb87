"""Committee rules: who may preside and sign today (R14), who prescribes and follows up (R17, R28)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.people import assignments, organisations, persons, seats
from engine.people.models import Role
from tests.unit.people.conftest import LONG_AGO, TODAY

TOMORROW = TODAY + timedelta(days=1)


def end_role(database, committee, role, *, of_member=0):
    with database.start_work() as work:
        for each in assignments.of_basin(work, committee.basin_id, TODAY, role):
            if each.organisation_id == committee.companies[of_member]:
                assignments.end(work, each.id, reason="Départ")


def test_the_chair_may_sign_and_a_plain_member_may_not(sqlite, committee):
    with sqlite.start_reading() as work:
        assert seats.eligible_chair(work, committee.chair, committee.basin_id, TODAY)
        assert not seats.eligible_chair(work, committee.members[1], committee.basin_id, TODAY)
        assert not seats.eligible_chair(
            work, committee.chair, committee.basin_id, LONG_AGO - timedelta(days=1)
        )


@pytest.mark.parametrize("lost", [Role.CHAIR, Role.SEAT, Role.PARTNER_COMPANY])
def test_a_chair_who_lost_mandate_seat_or_partner_company_signs_nothing(sqlite, committee, lost):
    end_role(sqlite, committee, lost)

    with sqlite.start_reading() as work:
        assert not seats.eligible_chair(work, committee.chair, committee.basin_id, TODAY)
        assert seats.chair_in_force(work, committee.basin_id, TODAY) is None
        assert seats.is_vacant(work, committee.basin_id, TODAY)


def test_a_seat_for_another_partner_company_does_not_keep_the_chair(sqlite, committee):
    with sqlite.start_work() as work:
        seats.give_seat(
            work,
            basin_id=committee.basin_id,
            person_id=committee.chair,
            organisation_id=committee.companies[1],
        )
    end_role(sqlite, committee, Role.SEAT)

    with sqlite.start_reading() as work:
        assert seats.is_vacant(work, committee.basin_id, TODAY)


def test_an_acting_chair_comes_before_the_chair_for_as_long_as_designated(sqlite, committee):
    with sqlite.start_work() as work:
        seats.designate_acting_chair(
            work,
            basin_id=committee.basin_id,
            person_id=committee.members[1],
            until=TODAY + timedelta(days=30),
        )

    with sqlite.start_reading() as work:
        acting = seats.chair_in_force(work, committee.basin_id, TODAY)
        assert (acting.person_id, acting.acting) == (committee.members[1], True)
        assert seats.eligible_chair(work, committee.chair, committee.basin_id, TODAY)
        later = seats.chair_in_force(work, committee.basin_id, TODAY + timedelta(days=30))
        assert (later.person_id, later.acting) == (committee.chair, False)


def test_an_acting_chair_of_one_project_presides_over_that_one_only(sqlite, committee):
    with sqlite.start_work() as work:
        seats.designate_acting_chair(
            work, basin_id=committee.basin_id, person_id=committee.members[2], case_id=committee.case_id
        )

    with sqlite.start_reading() as work:
        here = seats.chair_in_force(work, committee.basin_id, TODAY, committee.case_id)
        assert here.person_id == committee.members[2]
        assert seats.chair_in_force(work, committee.basin_id, TODAY).person_id == committee.chair


def test_nobody_presides_over_a_project_of_their_own_firm(sqlite, committee):
    with sqlite.start_work() as work:
        own = organisations.find(work, committee.companies[0]).id
        other_case = committee.firm  # Any identifier.
        seats.hold(
            work, role=Role.BENEFICIARY, case_id=other_case, basin_id=committee.basin_id, organisation_id=own
        )

    with sqlite.start_reading() as work:
        assert seats.in_conflict(work, other_case, own, TODAY)
        assert not seats.eligible_chair(work, committee.chair, committee.basin_id, TODAY, other_case)
        assert seats.eligible_chair(work, committee.chair, committee.basin_id, TODAY, committee.case_id)
        candidates = {
            seat.person_id for seat in seats.chair_candidates(work, committee.basin_id, TODAY, other_case)
        }
        assert candidates == set(committee.members[1:])


def test_the_chair_goes_only_to_a_seat_of_an_active_partner_company(sqlite, committee):
    with sqlite.start_work() as work:
        agency = organisations.add(work, name="Agence de développement (démo)").id
        assignments.assign(
            work, role=Role.ASSOCIATE_PARTNER, basin_id=committee.basin_id, organisation_id=agency
        )
        partner = persons.add(work, full_name="Zoé Élan").id
        seats.give_seat(work, basin_id=committee.basin_id, person_id=partner, organisation_id=agency)
        guest = persons.add(work, full_name="Luc Guet").id
        seats.give_seat(
            work,
            basin_id=committee.basin_id,
            person_id=guest,
            organisation_id=committee.companies[1],
            guest=True,
        )
    end_role(sqlite, committee, Role.CHAIR)

    for person in (partner, guest, committee.officer):
        for designate in (seats.appoint_chair, seats.designate_acting_chair):
            with pytest.raises(seats.NotEligibleToChair), sqlite.start_work() as work:
                designate(work, basin_id=committee.basin_id, person_id=person)


def test_a_guest_is_listed_but_neither_prescribes_nor_follows_up(sqlite, committee):
    with sqlite.start_work() as work:
        guest = persons.add(work, full_name="Luc Guet").id
        seats.give_seat(
            work,
            basin_id=committee.basin_id,
            person_id=guest,
            organisation_id=committee.companies[1],
            guest=True,
        )
        member = committee.members[1]
        assert seats.may_prescribe(work, member, committee.basin_id, TODAY, committee.case_id)
        assert seats.may_follow_up(work, member, committee.basin_id, TODAY)
        assert not seats.may_prescribe(work, guest, committee.basin_id, TODAY)
        assert not seats.may_follow_up(work, guest, committee.basin_id, TODAY)
        assert seats.seats_in_force(work, committee.basin_id, TODAY)[-1].full_name == "Luc Guet"
        for role in (Role.PRESCRIBER, Role.MANDATARY):
            with pytest.raises(seats.NoSeat):
                seats.hold(
                    work, role=role, case_id=committee.case_id, basin_id=committee.basin_id, person_id=guest
                )


def test_a_member_cannot_follow_up_their_own_firm(sqlite, committee):
    with sqlite.start_work() as work:
        seats.give_seat(
            work, basin_id=committee.basin_id, person_id=committee.members[1], organisation_id=committee.firm
        )
        held = seats.hold(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[1],
        )  # fmt: skip
        assert held.organisation_id == committee.companies[1]
        with pytest.raises(seats.InConflict):
            seats.hold(
                work, role=Role.PRESCRIBER, case_id=committee.case_id, basin_id=committee.basin_id,
                person_id=committee.members[1], organisation_id=committee.firm,
            )  # fmt: skip


def test_replacing_the_mandatary_leaves_no_day_with_two_nor_none(sqlite, committee):
    with sqlite.start_work() as work:
        seats.hold(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[1], from_date=LONG_AGO,
        )  # fmt: skip
    with sqlite.start_work() as work:
        before, after = seats.replace_holder(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[2], reason="Retraite", from_date=TODAY,
        )  # fmt: skip
        assert (before.valid_to, after.valid_from) == (TODAY, TODAY)

    with sqlite.start_reading() as work:
        for day, member in ((TODAY - timedelta(days=1), 1), (TODAY, 2), (TOMORROW, 2)):
            [held] = seats.holders(work, role=Role.MANDATARY, case_id=committee.case_id, on=day)
            assert held.person_id == committee.members[member]
    with pytest.raises(seats.SameHolder), sqlite.start_work() as work:
        seats.replace_holder(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[2], reason="Encore",
        )  # fmt: skip


def test_a_refused_replacement_leaves_the_mandatary_in_place(sqlite, committee):
    with sqlite.start_work() as work:
        seats.hold(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[1],
        )  # fmt: skip

    with pytest.raises(seats.NoSeat), sqlite.start_work() as work:
        seats.replace_holder(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.officer, reason="Retraite",
        )  # fmt: skip

    with sqlite.start_reading() as work:
        held = seats.holder(work, role=Role.MANDATARY, case_id=committee.case_id, on=TODAY)
        assert held.person_id == committee.members[1]


def test_an_expert_named_twice_holds_the_role_once_and_can_be_released(sqlite, committee):
    with sqlite.start_work() as work:
        expert = persons.add(work, full_name="Zoé Élan").id
        given = {"role": Role.EXPERT, "case_id": committee.case_id, "basin_id": committee.basin_id}
        first = seats.hold(work, **given, person_id=expert)
        assert seats.hold(work, **given, person_id=expert).id == first.id
        seats.release(work, role=Role.EXPERT, case_id=committee.case_id, reason="Fini", on=TOMORROW)

    with sqlite.start_reading() as work:
        assert seats.holder(work, role=Role.EXPERT, case_id=committee.case_id, on=TODAY).person_id == expert
        assert seats.holder(work, role=Role.EXPERT, case_id=committee.case_id, on=TOMORROW) is None


def test_the_gauge_counts_active_partner_companies_and_asks_for_four(sqlite, committee):
    with sqlite.start_reading() as work:
        assert seats.partner_companies_count(work, committee.basin_id, TODAY) == 4
        assert seats.partner_gauge(work, committee.basin_id, TODAY).is_enough
    end_role(sqlite, committee, Role.PARTNER_COMPANY, of_member=3)

    with sqlite.start_reading() as work:
        gauge = seats.partner_gauge(work, committee.basin_id, TODAY)
        assert (gauge.count, gauge.minimum, gauge.typical, gauge.is_enough) == (3, 4, 10, False)
        assert seats.partner_companies_count(work, committee.basin_id, date(2025, 1, 1)) == 0
