"""What each role may do: everything that the table does not give is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.people import assignments, permissions, persons
from engine.people.models import CASE_ROLES, ORGANISATION_ROLES, Role
from engine.people.permissions import PERMISSIONS, READING, Permission
from engine.persistence.unit_of_work import SYSTEM, Actor
from tests.unit.people.conftest import TODAY, make_committee

P = Permission

# Written by hand, beside the table: who may do what changes something.
MAY_ACT = {
    P.OPEN_PROJECT: {Role.OPERATOR},
    P.ADOPT_PROJECTS: {Role.OPERATOR},
    P.ERASE_PERSON: {Role.ADMINISTRATOR},
    P.KEEP_LONGER: {Role.OPERATOR, Role.ADMINISTRATOR},
    P.COMPLETE_TASK: {Role.OPERATOR, Role.CHAIR, Role.SEAT} | CASE_ROLES - {Role.RECUSED},
    P.ACT_ON_BEHALF: {Role.OPERATOR},
    P.DELEGATE: {Role.OPERATOR, Role.CHAIR, Role.PRESCRIBER, Role.MANDATARY},
    P.AWAIT: {Role.OPERATOR, Role.CHAIR, Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT},
    P.REMIND: {Role.OPERATOR},
    P.WITHDRAW: {Role.OPERATOR},
    P.TERMINATE: {Role.OPERATOR},
    P.REPLACE_MANDATARY: {Role.CHAIR},
    P.REPLACE_PERSON: {Role.OPERATOR},
    P.SUSPEND: {Role.OPERATOR, Role.CHAIR},
    P.NOTE: {Role.OPERATOR, Role.CHAIR, Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT},
    P.ALERT: {Role.OPERATOR, Role.CHAIR, Role.MANDATARY},
    P.CORRECT: {Role.OPERATOR},
    P.AMEND: {Role.OPERATOR},
    P.PAY_ADVANCE: {Role.OPERATOR},
    P.ATTEST_PAPER: {Role.OPERATOR},
    P.DECLARE_INTEREST: {Role.CHAIR, Role.SEAT},
    P.GIVE_OPINION: {Role.CHAIR, Role.SEAT},
    P.CONDUCT_SESSION: {Role.OPERATOR},
    P.OBSERVE: {Role.STEERING},
    P.PLAN_SESSION: {Role.OPERATOR},
    P.DESIGNATE_ACTING_CHAIR: {Role.OPERATOR, Role.CHAIR},
    P.MANAGE_PEOPLE: {Role.OPERATOR, Role.ADMINISTRATOR},
    P.MANAGE_ROLES: {Role.ADMINISTRATOR},
    P.CHANGE_PARAMETERS: {Role.OPERATOR, Role.ADMINISTRATOR},
    P.RECORD_PARTNERSHIP: {Role.OPERATOR, Role.ADMINISTRATOR},
    P.PUBLISH: {Role.ADMINISTRATOR},
    P.EDIT_VARIANT: {Role.OPERATOR},
    P.MIGRATE_PROJECTS: {Role.OPERATOR},
    P.REVIEW_VARIANT: {Role.NATIONAL_COORDINATOR},
    P.ADD_BASIN: {Role.ADMINISTRATOR, Role.NATIONAL_COORDINATOR},
    P.VALIDATE_TERRITORY: {Role.NATIONAL_COORDINATOR},
    P.RETRY_INCIDENT: {Role.ADMINISTRATOR},
    P.RETRY_MAIL: {Role.ADMINISTRATOR},
    P.RETRY_PAPER: {Role.OPERATOR, Role.ADMINISTRATOR},
    P.ADVANCE_CLOCK: {Role.ADMINISTRATOR},
}


def give(database, role, *, basin_id, case_id=None, name="Zoé Élan"):
    with database.start_work() as work:
        person = persons.add(work, full_name=name).id
        assignments.assign(work, role=role, basin_id=basin_id, person_id=person, case_id=case_id)
    return person


def rights_of(database, person_id):
    with database.start_reading() as work:
        return permissions.permissions_of(work, person_id)


def test_the_table_gives_each_acting_permission_to_the_roles_written_here_and_no_other():
    for permission in set(Permission) - READING:
        assert {role for role, given in PERMISSIONS.items() if permission in given} == MAY_ACT[permission]


def test_every_role_of_a_person_has_a_line_and_organisations_have_none():
    assert set(PERMISSIONS) == set(Role) - ORGANISATION_ROLES


def test_steering_says_what_it_observes_and_changes_nothing_and_an_auditor_says_nothing():
    assert PERMISSIONS[Role.STEERING] - READING == {P.OBSERVE}
    assert PERMISSIONS[Role.AUDITOR] <= READING


def test_the_national_coordinator_begins_basins_and_changes_nothing_in_them():
    acts = {P.ADD_BASIN, P.VALIDATE_TERRITORY, P.REVIEW_VARIANT}
    assert PERMISSIONS[Role.NATIONAL_COORDINATOR] - READING == acts


def test_the_administrator_completes_nothing_and_speaks_for_nobody():
    assert not PERMISSIONS[Role.ADMINISTRATOR] & {P.COMPLETE_TASK, P.ACT_ON_BEHALF, P.NOTE, P.OPEN_PROJECT}


def test_the_national_coordinator_sees_figures_of_all_basins_and_no_project(sqlite, committee):
    rights = rights_of(sqlite, give(sqlite, Role.NATIONAL_COORDINATOR, basin_id=None))

    assert rights.allows(P.SEE_MONITORING, basin_id=committee.basin_id)
    assert rights.basins_with(P.SEE_MONITORING) is None
    assert not rights.allows(P.SEE_PROJECT, basin_id=committee.basin_id, case_id=committee.case_id)
    assert rights.basins_with(P.SEE_PROJECT) == set()
    assert rights.basins_with(P.ADD_BASIN) is None
    assert not rights.allows(P.CHANGE_PARAMETERS, basin_id=committee.basin_id)


def test_a_member_sees_the_committees_projects_and_an_expert_only_their_own(sqlite, committee):
    member = rights_of(sqlite, committee.members[1])
    expert = rights_of(
        sqlite, give(sqlite, Role.EXPERT, basin_id=committee.basin_id, case_id=committee.case_id)
    )
    other_case = uuid4()

    for case_id in (committee.case_id, other_case):
        assert member.allows(P.SEE_PROJECT, basin_id=committee.basin_id, case_id=case_id)
    assert expert.allows(P.SEE_PROJECT, basin_id=committee.basin_id, case_id=committee.case_id)
    assert expert.allows(P.NOTE, case_id=committee.case_id)
    assert not expert.allows(P.SEE_PROJECT, basin_id=committee.basin_id, case_id=other_case)
    assert not expert.allows(P.SEE_PROJECT, basin_id=committee.basin_id)
    assert expert.cases_with(P.SEE_PROJECT) == {committee.case_id}
    assert expert.roles(committee.basin_id) == {Role.EXPERT}
    assert expert.sees_basin(committee.basin_id)
    assert not expert.sees_basin(committee.basin_id + 1)


def test_a_role_on_a_project_is_worth_nothing_under_another_basin(sqlite, committee):
    expert = rights_of(
        sqlite, give(sqlite, Role.EXPERT, basin_id=committee.basin_id, case_id=committee.case_id)
    )

    assert not expert.allows(P.SEE_PROJECT, basin_id=committee.basin_id + 1, case_id=committee.case_id)


def test_another_basin_looks_as_if_it_did_not_exist(sqlite, committee):
    other = make_committee(sqlite, "valenciennois", "VAL")

    with sqlite.start_reading(Actor(committee.officer)) as work:
        permissions.require(work, P.OPEN_PROJECT, basin_id=committee.basin_id)
        permissions.require(work, P.OPEN_PROJECT)
        with pytest.raises(permissions.NotVisible):
            permissions.require(work, P.OPEN_PROJECT, basin_id=other.basin_id)
        with pytest.raises(permissions.MissingPermission):
            permissions.require(work, P.PUBLISH, basin_id=committee.basin_id)


def test_a_project_that_is_not_theirs_does_not_exist_for_an_expert(sqlite, committee):
    expert = give(sqlite, Role.EXPERT, basin_id=committee.basin_id, case_id=committee.case_id)

    with sqlite.start_reading(Actor(expert)) as work:
        permissions.require(work, P.NOTE, basin_id=committee.basin_id, case_id=committee.case_id)
        with pytest.raises(permissions.NotVisible):
            permissions.require(work, P.SEE_PROJECT, basin_id=committee.basin_id, case_id=uuid4())
        with pytest.raises(permissions.MissingPermission):
            permissions.require(work, P.WITHDRAW, basin_id=committee.basin_id, case_id=committee.case_id)


def test_somebody_without_a_role_may_do_nothing(sqlite, committee):
    with sqlite.start_work() as work:
        nobody = persons.add(work, full_name="Zoé Élan").id
    rights = rights_of(sqlite, nobody)

    assert rights.anywhere() == frozenset()
    assert not any(rights.allows(permission) for permission in Permission)
    assert rights.permissions(committee.basin_id) == frozenset()


def test_the_machine_may_do_everything_and_an_anonymous_page_nothing(sqlite, committee):
    for actor, expected in (
        (SYSTEM, True),
        (Actor(SYSTEM.person_id, "cli"), True),
        (Actor(SYSTEM.person_id, "web"), False),
    ):
        with sqlite.start_reading(actor) as work:
            rights = permissions.permissions_of(work, actor.person_id)
            assert rights.allows(P.ADVANCE_CLOCK) is expected
            assert rights.allows(P.OPEN_PROJECT, basin_id=committee.basin_id) is expected
            assert bool(rights.anywhere()) is expected
            assert rights.sees_basin(committee.basin_id) is expected


def test_the_installation_belongs_to_national_roles(sqlite, committee):
    here = rights_of(sqlite, give(sqlite, Role.ADMINISTRATOR, basin_id=committee.basin_id))
    everywhere = give(sqlite, Role.ADMINISTRATOR, basin_id=None)

    assert here.allows(P.MANAGE_ROLES, basin_id=committee.basin_id)
    assert not here.allows(P.ADVANCE_CLOCK)
    assert not here.allows(P.ADVANCE_CLOCK, basin_id=committee.basin_id)
    assert P.ADVANCE_CLOCK not in here.anywhere()
    assert here.basins_with(P.ADVANCE_CLOCK) == set()
    assert rights_of(sqlite, everywhere).allows(P.ADVANCE_CLOCK)
    with sqlite.start_reading(Actor(everywhere)) as work:
        permissions.require_national(work, P.MANAGE_ROLES)
    with sqlite.start_reading(Actor(here.person_id)) as work, pytest.raises(permissions.MissingPermission):
        permissions.require_national(work, P.MANAGE_ROLES)


def test_rights_follow_dates_by_the_basins_own_day(sqlite, clock, committee):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan").id
        assignments.assign(
            work, role=Role.OPERATOR, basin_id=committee.basin_id, person_id=person,
            from_date=TODAY + timedelta(days=1), until=TODAY + timedelta(days=2),
        )  # fmt: skip

    def may():
        return rights_of(sqlite, person).allows(P.OPEN_PROJECT, basin_id=committee.basin_id)

    assert not may()
    clock.set(clock.now().replace(hour=23))  # Midnight has passed in Paris: 17 November.
    assert may()
    clock.advance(days=1)
    assert not may()


def test_rights_are_one_statement_and_remembered_for_the_unit_of_work(sqlite, committee):
    statements = []
    with sqlite.start_reading(Actor(committee.chair)) as work:
        sa.event.listen(work.connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        for _question in range(3):
            permissions.require(work, P.SEE_PROJECT, basin_id=committee.basin_id)
        assert len(statements) == 1
        permissions.forget(work)
        permissions.require(work, P.SEE_PROJECT, basin_id=committee.basin_id)
        assert len(statements) == 2


def test_whoever_changes_an_address_must_already_be_above_that_person(sqlite, committee):
    other = make_committee(sqlite, "valenciennois", "VAL")
    national = give(sqlite, Role.ADMINISTRATOR, basin_id=None)
    local = give(sqlite, Role.ADMINISTRATOR, basin_id=committee.basin_id)
    head = give(sqlite, Role.SME_HEAD, basin_id=committee.basin_id, case_id=committee.case_id)

    def may(actor, person):
        with sqlite.start_reading(Actor(actor)) as work:
            try:
                permissions.require_may_manage(work, person)
            except permissions.MissingPermission:
                return False
            return True

    assert may(committee.officer, head)
    assert may(committee.officer, committee.members[1])
    assert not may(committee.officer, other.members[1])
    assert not may(committee.officer, local)
    assert not may(committee.officer, national)
    assert not may(committee.members[1], head)
    assert may(local, committee.officer)
    assert not may(local, national)
    assert may(national, local)
