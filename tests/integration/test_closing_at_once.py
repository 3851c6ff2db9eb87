"""Accounts opened and closed at the same instant, on both databases: one each, and somebody is left."""

from __future__ import annotations

import pytest

from engine.departures import closing
from engine.people import accounts, assignments, chairs, persons
from engine.people.models import Account, Role
from tests.integration.meeting import meet
from tests.integration.programme import LONG_AGO
from tests.unit.people.conftest import TODAY, make_committee


@pytest.fixture
def committee(database):
    return make_committee(database)


def holder(work, name, role, basin_id):
    """Somebody with a role and an account."""
    person_id = persons.add(work, full_name=name, email=f"{name.lower()}@exemple.test").id
    accounts.create(work, person_id=person_id)
    assignments.assign(work, role=role, basin_id=basin_id, person_id=person_id, from_date=LONG_AGO)
    return person_id


def open_ones(database, people):
    with database.start_reading() as work:
        return [each for each in people if work.database.get_one(Account, each).disabled_at is None]


@pytest.mark.parametrize(
    ("role", "refusal"),
    [(Role.ADMINISTRATOR, closing.LastAdministrator), (Role.OPERATOR, closing.OnlyOfficer)],
)
def test_the_last_two_who_close_each_other_at_once_leave_one(database, committee, role, refusal):
    basin_id = None if role is Role.ADMINISTRATOR else committee.basin_id
    with database.start_work() as work:
        for each in assignments.of_basin(work, basin_id, TODAY, role):
            assignments.end(work, each.id, reason="essai")
        people = [holder(work, name, role, basin_id) for name in ("Ada", "Bea")]

    done = meet(
        database.start_work, *(lambda work, who=who: closing.close(work, who) for who in reversed(people))
    )

    assert sorted(map(str, done)) == sorted(map(str, [None, refusal]))
    assert len(open_ones(database, people)) == 1


def test_the_last_administrator_closed_while_the_other_s_role_ends_leaves_one(database, committee):
    with database.start_work() as work:
        ada, bea = (holder(work, name, Role.ADMINISTRATOR, None) for name in ("Ada", "Bea"))
        [of_bea] = assignments.of_person(work, bea)

    done = meet(
        database.start_work,
        lambda work: closing.close(work, ada),
        lambda work: closing.end_role(work, of_bea.id, reason="Départ."),
    )

    assert sorted(map(str, done)) == sorted(map(str, [None, closing.LastAdministrator]))


def test_whoever_has_no_account_administers_nothing(database, committee):
    with database.start_work() as work:
        ada = holder(work, "Ada", Role.ADMINISTRATOR, None)
        nobody = persons.add(work, full_name="Sans compte", email="sans@exemple.test").id
        assignments.assign(work, role=Role.ADMINISTRATOR, basin_id=None, person_id=nobody, from_date=LONG_AGO)
        [of_ada] = assignments.of_person(work, ada)

    with database.start_work() as work, pytest.raises(closing.LastAdministrator):
        closing.close(work, ada)
    with database.start_work() as work, pytest.raises(closing.LastAdministrator):
        closing.end_role(work, of_ada.id, reason="Départ.")


def test_an_acting_chair_does_not_let_the_chair_leave_and_leaves_without_presiding(database, committee):
    chair, acting = committee.members[:2]
    with database.start_work() as work:
        for each in (chair, acting):
            accounts.create(work, person_id=each)
        chairs.designate_acting_chair(work, basin_id=committee.basin_id, person_id=acting)
    with database.start_work() as work, pytest.raises(closing.OnlyChair):
        closing.close(work, chair)

    with database.start_work() as work:
        closing.close(work, acting)

    with database.start_reading() as work:
        presiding = chairs.chair_in_force(work, committee.basin_id, TODAY)
        assert (presiding.person_id, presiding.acting) == (chair, False)


def test_an_account_closed_twice_is_closed_once(database, committee):
    with database.start_work() as work:
        people = [holder(work, name, Role.ADMINISTRATOR, None) for name in ("Ada", "Bea")]
    for _again in range(2):
        with database.start_work() as work:
            closing.close(work, people[0])
    assert open_ones(database, people) == people[1:]


def test_an_access_that_two_administrators_open_at_once_is_opened_once(database):
    with database.start_work() as work:
        somebody = persons.add(work, full_name="Zoé", email="zoe@exemple.test").id

    done = meet(database.start_work, *[lambda work: accounts.create(work, person_id=somebody)] * 2)

    assert sorted(map(str, done)) == sorted(map(str, [None, accounts.AccountExists]))


def test_one_address_is_given_to_one_of_two_persons_at_once(database):
    with database.start_work() as work:
        people = [persons.add(work, full_name=name).id for name in ("Zoé", "Léa")]

    def open_for(person_id):
        return lambda work: accounts.create(work, person_id=person_id, email="standard@exemple.test")

    done = meet(database.start_work, *map(open_for, people))

    assert sorted(map(str, done)) == sorted(map(str, [None, accounts.AccountExists]))
