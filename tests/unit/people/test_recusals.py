"""Whoever steps back from a project loses there what the committee gives them, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine import errors
from engine.people import assignments, chairs, committee_seats, holders, permissions, recusals, seats
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.persistence.unit_of_work import Actor
from tests.unit.people.conftest import TODAY

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def recuse(sqlite, committee):
    """Let somebody step back from the committee's project; gives the step's id."""

    def step_back(person_id, **given):
        with sqlite.start_work() as work:
            return recusals.recuse(
                work, case_id=committee.case_id, basin_id=committee.basin_id, person_id=person_id, **given
            ).id

    return step_back


def give(database, committee, role, person_id, **given):
    with database.start_work() as work:
        assignments.assign(work, role=role, person_id=person_id, **{"basin_id": committee.basin_id} | given)


def sees(database, committee, person_id, case_id=None):
    with database.start_reading() as work:
        return permissions.permissions_of(work, person_id).allows(
            Permission.SEE_PROJECT, basin_id=committee.basin_id, case_id=case_id or committee.case_id
        )


def test_a_member_no_longer_sees_the_project_and_sees_all_others(sqlite, committee, recuse):
    member = committee.members[1]
    recuse(member)

    with sqlite.start_reading() as work:
        rights = permissions.permissions_of(work, member)
    assert not sees(sqlite, committee, member)
    assert sees(sqlite, committee, member, uuid4())
    assert sees(sqlite, committee, committee.members[2])
    assert (rights.recused, rights.hidden()) == ({committee.case_id: committee.basin_id}, {committee.case_id})
    assert (rights.cases, rights.case_basins) == ({}, {})
    assert rights.roles() == {Role.SEAT}
    assert rights.roles_on(committee.case_id, committee.basin_id) == set()
    assert rights.allows(Permission.SEE_BASIN, basin_id=committee.basin_id)


def test_the_project_does_not_exist_for_them(sqlite, committee, recuse):
    member = committee.members[1]
    recuse(member)

    with sqlite.start_reading(Actor(member)) as work:
        permissions.require(work, Permission.SEE_PROJECT, basin_id=committee.basin_id, case_id=uuid4())
        with pytest.raises(permissions.NotVisible):
            permissions.require(
                work, Permission.SEE_PROJECT, basin_id=committee.basin_id, case_id=committee.case_id
            )


def test_stepping_back_twice_is_once_and_coming_back_has_its_reason(sqlite, committee, recuse):
    member = committee.members[1]
    step = recuse(member)
    assert recuse(member) == step
    with sqlite.start_reading() as work:
        assert recusals.recused_on(work, committee.case_id, TODAY) == {member}

    with sqlite.start_work() as work, pytest.raises(errors.InvalidAnswers):
        recusals.end(work, step, reason=" ")
    with sqlite.start_work() as work:
        recusals.end(work, step, reason="L’offre n’a pas été retenue.", on=TOMORROW)
        assert not permissions.permissions_of(work, member).allows(
            Permission.SEE_PROJECT, basin_id=committee.basin_id, case_id=committee.case_id
        )
    with sqlite.start_reading() as work:
        assert recusals.recused_on(work, committee.case_id, TODAY) == {member}
        assert recusals.recused_on(work, committee.case_id, TOMORROW) == set()


def test_the_rights_of_the_same_act_follow_at_once(sqlite, committee):
    member = committee.members[1]
    asked = {"basin_id": committee.basin_id, "case_id": committee.case_id}
    with sqlite.start_work() as work:
        assert permissions.permissions_of(work, member).allows(Permission.SEE_PROJECT, **asked)
        made = recusals.recuse(work, person_id=member, **asked)
        assert not permissions.permissions_of(work, member).allows(Permission.SEE_PROJECT, **asked)
        recusals.end(work, made.id, reason="Déclaré par erreur.")
        assert permissions.permissions_of(work, member).allows(Permission.SEE_PROJECT, **asked)


def test_what_is_no_such_step_is_not_ended_here(sqlite, committee):
    with sqlite.start_work() as work:
        seat = committee_seats.seats_of(work, committee.members[1], committee.basin_id, TODAY)[0]
        with pytest.raises(assignments.UnknownAssignment):
            recusals.end(work, seat.assignment_id, reason="départ")


def test_a_step_to_come_changes_nothing_today(sqlite, committee, recuse):
    recuse(committee.chair, from_date=TOMORROW)

    assert sees(sqlite, committee, committee.chair)
    with sqlite.start_reading() as work:
        for day, expected in ((TODAY, True), (TOMORROW, False)):
            assert (
                chairs.eligible_chair(work, committee.chair, committee.basin_id, day, committee.case_id)
                is expected
            )


def test_a_part_of_their_own_in_the_project_stays_theirs(sqlite, committee, recuse):
    member = committee.members[1]
    give(sqlite, committee, Role.PRESCRIBER, member, case_id=committee.case_id)
    recuse(member)

    with sqlite.start_reading() as work:
        rights = permissions.permissions_of(work, member)
    assert sees(sqlite, committee, member)
    assert rights.roles_on(committee.case_id, committee.basin_id) == {Role.PRESCRIBER}
    assert rights.hidden() == set()


def test_an_officer_and_a_national_role_see_on(sqlite, committee, recuse):
    member = committee.members[1]
    give(sqlite, committee, Role.AUDITOR, member, basin_id=None)
    for person in (committee.officer, member):
        recuse(person)

        assert sees(sqlite, committee, person)
        with sqlite.start_reading() as work:
            assert permissions.permissions_of(work, person).hidden() == set()


def test_a_recused_chair_may_not_sign_there_and_signs_elsewhere(sqlite, committee, recuse):
    recuse(committee.chair)

    with sqlite.start_reading() as work:
        asked = work, committee.chair, committee.basin_id, TODAY
        assert not chairs.eligible_chair(*asked, committee.case_id)
        assert chairs.eligible_chair(*asked, uuid4())
        assert chairs.eligible_chair(*asked)


def test_nobody_recused_is_proposed_as_acting_chair_nor_to_follow_the_project(sqlite, committee, recuse):
    member = committee.members[1]
    recuse(member)

    with sqlite.start_reading() as work:
        named = {
            seat.person_id
            for seat in chairs.stand_ins(work, committee.basin_id, TODAY, committee.case_id)
        }  # fmt: skip
        assert named == set(committee.members[2:])
        assert not seats.may_follow_up(work, member, committee.basin_id, TODAY, committee.case_id)
        assert seats.may_follow_up(work, member, committee.basin_id, TODAY, uuid4())
    for role in (Role.PRESCRIBER, Role.MANDATARY):
        held = {"role": role, "case_id": committee.case_id, "basin_id": committee.basin_id}
        with sqlite.start_work() as work, pytest.raises(holders.SteppedBack):
            holders.hold(work, person_id=member, **held)
    with sqlite.start_work() as work, pytest.raises(chairs.NotEligibleToChair):
        chairs.designate_acting_chair(
            work, basin_id=committee.basin_id, person_id=member, case_id=committee.case_id
        )


def test_an_acting_chair_of_this_very_project_who_steps_back_presides_no_more(sqlite, committee, recuse):
    member = committee.members[1]
    with sqlite.start_work() as work:
        chairs.designate_acting_chair(
            work, basin_id=committee.basin_id, person_id=member, case_id=committee.case_id
        )
    recuse(member)

    with sqlite.start_reading() as work:
        rights = permissions.permissions_of(work, member)
        presiding = chairs.chair_in_force(work, committee.basin_id, TODAY, committee.case_id)
    assert presiding is not None
    assert presiding.person_id == committee.chair
    assert Role.CHAIR not in rights.roles_on(committee.case_id, committee.basin_id)
    assert not sees(sqlite, committee, member)
