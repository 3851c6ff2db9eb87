"""A handover that meets what others do: dates kept, strangers refused, nothing taken from whoever was faster."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.departures import closing, handing, holdings
from engine.departures.holdings import What
from engine.operations import vacancies
from engine.people import accounts, assignments, committee_seats, persons
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from engine.runtime import locking, passing_on, tasks
from tests.integration import hiring
from tests.integration.meeting import meet
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme

WHY = "Départ à la retraite."


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    hiring.hire(made, "colleague", "third")
    with database.start_work() as work:
        made.people["administrator"] = persons.add(work, full_name="Ada", email="ada@exemple.test").id
        assignments.assign(
            work, role=Role.ADMINISTRATOR, basin_id=None, person_id=made.people["administrator"],
            from_date=LONG_AGO,
        )  # fmt: skip
    hiring.open_accounts(made)
    made.open()
    return made


def as_administrator(programme):
    return lambda: programme.database.start_work(Actor(programme.people["administrator"]))


def held(programme, name):
    with programme.database.start_reading() as work:
        return holdings.of_person(work, programme.people[name])


def hand(programme, name, takers, by="administrator"):
    with programme.work_as(by) as work:
        return handing.hand_over(work, programme.people[name], takers, reason=WHY)


def roles_of(programme, name, role):
    with programme.database.start_reading() as work:
        found = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people[name], Assignment.role == role.value
            )
        )
        return [(each.valid_from, each.valid_to) for each in found]


def test_a_role_with_a_last_day_keeps_it_and_one_to_come_begins_on_its_day(programme):
    today = programme.today
    dates = {Role.AUDITOR: (LONG_AGO, today + timedelta(days=90)),
             Role.STEERING: (today + timedelta(days=30), None)}  # fmt: skip
    with programme.database.start_work() as work:
        for role, (start, end) in dates.items():
            assignments.assign(
                work, role=role, basin_id=programme.basin_id, person_id=programme.people["third"],
                from_date=start, until=end,
            )  # fmt: skip

    hand(programme, "third", {each.key: programme.people["colleague"] for each in held(programme, "third")})

    assert roles_of(programme, "colleague", Role.AUDITOR) == [(today, today + timedelta(days=90))]
    assert roles_of(programme, "colleague", Role.STEERING) == [(today + timedelta(days=30), None)]


def test_a_person_who_does_not_exist_is_refused_line_by_line(programme):
    with pytest.raises(handing.CannotAllBeHandedOver) as refused:
        hand(programme, "officer", {each.key: uuid4() for each in held(programme, "officer")})

    assert {type(each.refusal) for each in refused.value.outcomes} == {persons.UnknownPerson}


def test_the_only_administrator_hands_the_role_to_nobody_who_cannot_sign_in(programme):
    with programme.database.start_work() as work:
        nobody = persons.add(work, full_name="Sans compte", email="sans@exemple.test").id
    lines = held(programme, "administrator")
    with pytest.raises(handing.CannotAllBeHandedOver) as refused:
        hand(programme, "administrator", {each.key: nobody for each in lines})
    assert {type(each.refusal) for each in refused.value.outcomes} == {accounts.NoAccount}

    hand(programme, "administrator", {each.key: programme.people["colleague"] for each in lines})
    assert held(programme, "administrator") == []


def test_a_task_that_a_colleague_has_meanwhile_stays_theirs(programme):
    task = programme.task("qualify")
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)
    with programme.work_as("third") as work:
        tasks.delegate(work, task_id=task.id, to=programme.people["third"])

    with programme.work_as("administrator") as work, pytest.raises(locking.TakenBySomeoneElse):
        passing_on.pass_on(
            work, task_id=task.id, former=programme.people["officer"], to=programme.people["colleague"]
        )
    assert programme.task("qualify").assignee_id == programme.people["third"]


def test_a_mandate_that_changed_hands_meanwhile_is_not_taken_from_its_new_holder(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    with programme.database.start_work() as work:
        seat = committee_seats.seats_of(
            work, programme.people["mandatary"], programme.basin_id, programme.today
        )[0]
        made = assignments.assign(
            work, role=Role.MANDATARY, basin_id=programme.basin_id, case_id=programme.case_id,
            person_id=seat.person_id, organisation_id=seat.organisation_id,
        )  # fmt: skip
    [mandate] = [each for each in held(programme, "mandatary") if each.what is What.MANDATE]
    with programme.database.start_work() as work:
        assignments.end(work, made.id, reason="essai")
        assignments.assign(
            work, role=Role.MANDATARY, basin_id=programme.basin_id, case_id=programme.case_id,
            person_id=programme.people["successor"], organisation_id=programme.firms["successor"],
        )  # fmt: skip

    with programme.work_as("chair") as work, pytest.raises(handing.NoMoreTheirs):
        handing.give_mandate(work, mandate, programme.people["prescriber"], WHY)


def test_two_administrators_at_once_hand_over_once_and_the_other_is_told(programme):
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=programme.task("qualify").id)
    lines = held(programme, "officer")
    people = [programme.people["colleague"], programme.people["third"]]

    def give_to(taker):
        given = {each.key: taker for each in lines}
        return lambda work: handing.hand_over(work, programme.people["officer"], given, reason=WHY)

    done = meet(as_administrator(programme), *map(give_to, people))

    assert sorted(map(str, done)) == sorted(map(str, [None, handing.NothingLeft]))
    assert programme.task("qualify").assignee_id == people[done.index(None)]


def test_what_is_handed_over_while_the_taker_s_account_closes_is_left_to_no_closed_account(programme):
    lines = held(programme, "officer")
    taker = programme.people["colleague"]

    def give(work):
        handing.hand_over(work, programme.people["officer"], {each.key: taker for each in lines}, reason=WHY)

    with programme.database.start_work() as work:  # The officers left are these two alone.
        [last] = assignments.of_person(work, programme.people["third"])
        assignments.end(work, last.id, reason="essai")
    done = meet(as_administrator(programme), give, lambda work: closing.close(work, taker))

    assert done in ([None, closing.OnlyOfficer], [handing.CannotAllBeHandedOver, None]), done


def test_a_line_to_sign_is_handed_over_while_others_have_signed(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    programme.decide()
    programme.prepare()
    programme.sign(0)
    [line] = [each for each in held(programme, "expert") if each.what is What.SIGNATURE]

    hand(programme, "expert", {line.key: programme.people["successor"]})

    programme.print_papers()
    asked = {each.assignee_id for each in programme.open_tasks() if each.role == Role.SIGNATORY.value}
    assert programme.people["successor"] in asked
    assert programme.people["expert"] not in asked
    assert [each for each in held(programme, "expert") if each.what is What.SIGNATURE] == []


def test_a_chair_leaves_with_a_decision_to_sign_and_who_takes_the_chair_signs_it(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    programme.meet(since=programme.task("committee_decision").opened_on)
    programme.complete("committee_decision", "officer", programme.decision())
    lines = {each.key: programme.people["successor"] for each in held(programme, "chair")}
    assert {each.role for each in held(programme, "chair")} >= {"seat", "chair"}

    outcomes = hand(programme, "chair", lines)

    assert [each.refusal for each in outcomes] == [None] * len(lines)
    vacancies.fill_vacancies(programme.database)
    with programme.database.start_work() as work:
        closing.close(work, programme.people["chair"])
    programme.complete("sign_off_decision", "successor", {"decision": "sign"})
