"""Dated roles: half-open, never two on one place, each change told to history."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import assignments, basins, persons, seats
from engine.people.models import Assignment, Role
from engine.persistence import history
from tests.unit.people.conftest import LONG_AGO, TODAY

TOMORROW = TODAY + timedelta(days=1)


def is_held(database, committee, person_id, role, on, case_id=None):
    with database.start_reading() as work:
        condition = assignments.held(
            person_id=person_id, basin_id=committee.basin_id, role=role, case_id=case_id, on=on
        )
        return work.connection.execute(sa.select(condition)).scalar_one()


def test_a_role_is_in_force_on_its_first_day_and_no_longer_on_its_last(sqlite, committee):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan").id
        assignments.assign(
            work, role=Role.STEERING, basin_id=committee.basin_id, person_id=person,
            from_date=date(2026, 3, 1), until=date(2026, 4, 1),
        )  # fmt: skip

    for day, expected in (
        (date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2026, 3, 31), True), (date(2026, 4, 1), False),
    ):  # fmt: skip
        assert is_held(sqlite, committee, person, "steering", day) is expected


def test_a_role_may_begin_the_day_another_ends_but_not_before(sqlite, committee):
    with sqlite.start_work() as work:
        [chair] = assignments.of_basin(work, committee.basin_id, TODAY, Role.CHAIR)
        assignments.end(work, chair.id, reason="Mutation", on=date(2026, 12, 1))

    with pytest.raises(assignments.AlreadyHeld) as refusal, sqlite.start_work() as work:
        seats.appoint_chair(
            work, basin_id=committee.basin_id, person_id=committee.members[1], from_date=date(2026, 11, 30)
        )
    assert refusal.value.details["who"] == committee.chair

    with sqlite.start_work() as work:
        seats.appoint_chair(
            work, basin_id=committee.basin_id, person_id=committee.members[1], from_date=date(2026, 12, 1)
        )
    with sqlite.start_reading() as work:
        assert seats.chair_in_force(work, committee.basin_id, date(2026, 11, 30)).person_id == committee.chair
        assert (
            seats.chair_in_force(work, committee.basin_id, date(2026, 12, 1)).person_id
            == committee.members[1]
        )


def test_a_role_ended_before_it_began_was_never_in_force_and_frees_its_place(sqlite, committee):
    with sqlite.start_work() as work:
        person = persons.add(work, full_name="Zoé Élan").id
        later = assignments.assign(
            work, role=Role.AUDITOR, basin_id=committee.basin_id, person_id=person, from_date=date(2027, 1, 1)
        )
        assignments.end(work, later.id, reason="Saisie par erreur")
        assert later.valid_to == later.valid_from
        with pytest.raises(assignments.UnknownAssignment):
            assignments.end(work, later.id, reason="Encore", on=date(2027, 1, 1))
        assignments.assign(
            work, role=Role.AUDITOR, basin_id=committee.basin_id, person_id=person, from_date=LONG_AGO
        )
    assert is_held(sqlite, committee, person, "auditor", TODAY)


def test_the_database_itself_refuses_a_second_chair_without_end(sqlite, committee):
    row = {
        "id": uuid4(), "basin_id": committee.basin_id, "role": "chair", "person_id": committee.members[1],
        "organisation_id": committee.companies[1], "valid_from": TODAY, "created_at": sqlite.clock.now(),
        "created_by": uuid4(),
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError), sqlite.start_work() as work:
        work.connection.execute(sa.insert(Assignment).values(row))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": Role.SEAT}, "organisation_id"),
        ({"role": Role.PARTNER_COMPANY}, "organisation_id"),
        ({"role": Role.OPERATOR, "person_id": None, "organisation_id": "any"}, "person_id"),
        ({"role": Role.OPERATOR, "basin_id": None}, "basin_id"),
        ({"role": Role.NATIONAL_COORDINATOR}, "basin_id"),
        ({"role": Role.MANDATARY}, "case_id"),
        ({"role": Role.OPERATOR, "case_id": uuid4()}, "case_id"),
        ({"role": Role.OPERATOR, "acting": True}, "role"),
        ({"role": Role.OPERATOR, "guest": True}, "role"),
        ({"role": Role.OPERATOR, "until": TODAY}, "until"),
    ],
)
def test_a_role_held_where_it_does_not_belong_is_refused_by_field(sqlite, committee, wrong, field):
    given = {"basin_id": committee.basin_id, "person_id": committee.members[2]} | wrong
    if given.get("organisation_id") == "any":
        given["organisation_id"] = committee.firm

    with pytest.raises(errors.InvalidAnswers) as refusal, sqlite.start_work() as work:
        assignments.assign(work, **given)

    assert field in refusal.value.messages


def test_ending_a_role_needs_a_reason(sqlite, committee):
    with sqlite.start_work() as work:
        [chair] = assignments.of_basin(work, committee.basin_id, TODAY, Role.CHAIR)
        with pytest.raises(errors.InvalidAnswers):
            assignments.end(work, chair.id, reason=" ")
        with pytest.raises(assignments.UnknownAssignment):
            assignments.end(work, uuid4(), reason="Aucun")
        with pytest.raises(assignments.UnknownAssignment):
            assignments.find(work, uuid4())


def test_each_change_is_told_on_the_chain_of_the_basin_or_of_the_project(sqlite, committee):
    with sqlite.start_work() as work:
        seats.hold(
            work, role=Role.MANDATARY, case_id=committee.case_id, basin_id=committee.basin_id,
            person_id=committee.members[1],
        )  # fmt: skip
        auditor = persons.add(work, full_name="Zoé Élan").id
        assignments.assign(work, role=Role.AUDITOR, basin_id=None, person_id=auditor)
        basin_chain = basins.chain_of(work, committee.basin_id)

    with sqlite.start_reading() as work:
        rows = work.connection.execute(sa.select(history.history.c.chain_id, history.history.c.data)).all()
    told = {role: {row.chain_id for row in rows if f'"role":"{role}"' in row.data} for role in Role}
    assert told[Role.MANDATARY] == {committee.case_id}
    assert told[Role.CHAIR] == told[Role.PARTNER_COMPANY] == {basin_chain}
    assert told[Role.AUDITOR] == {auditor}


def test_lists_give_what_a_person_an_organisation_and_a_project_ever_held(sqlite, committee):
    with sqlite.start_reading() as work:
        assert {each.role for each in assignments.of_person(work, committee.chair)} == {"seat", "chair"}
        roles = {each.role for each in assignments.of_organisation(work, committee.companies[0])}
        assert roles == {"partner_company", "seat", "chair"}
        assert [each.role for each in assignments.of_case(work, committee.case_id)] == ["beneficiary"]
        assert assignments.of_case(work, committee.case_id, LONG_AGO) == []
