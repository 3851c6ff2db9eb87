"""What is due is asked again in the act that does it, and somebody is always warned; forgotten requests end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.outbox.models import Message
from engine.people import accounts, assignments, persons
from engine.people.models import Account, Role
from engine.persistence import history
from engine.projects import closing, everyday
from engine.projects.models import Project
from engine.retention import plans, rules
from engine.retention.models import Plan
from tests.integration.forgetting import play, problems, warnings
from tests.integration.programme import FIRM, LONG_AGO

YEAR = 365


@pytest.fixture
def rejected(programme):
    programme.appraise()
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    return programme


def plan_of(programme) -> Plan:
    """The one thing that is planned."""
    with programme.database.start_reading() as work:
        return work.database.scalars(sa.select(Plan).where(Plan.done_at.is_(None))).one()


def wait_for(programme, plan: Plan) -> None:
    """Let its day come, and no tick pass."""
    programme.clock.advance(days=(plan.planned_on - programme.today).days)


def test_what_an_officer_puts_off_while_the_list_is_carried_out_is_left_alone(rejected, store, monkeypatch):
    rejected.clock.advance(days=YEAR * 2 - 30)
    play(rejected, store, days=29)
    plan = plan_of(rejected)
    wait_for(rejected, plan)
    with rejected.database.start_reading() as work:
        assert plans.planned(work) == [plan.id]
    later = plan.planned_on + timedelta(days=60)
    with rejected.work_as("officer") as work:
        plans.extend(work, plan.id, until=later, reason="Un recours vient d’arriver.")

    assert plans.carry_out(rejected.database, plan.id) is False
    assert rejected.project().firm == FIRM["name"]
    assert plan_of(rejected).planned_on == later


def test_who_signs_in_while_the_list_is_carried_out_keeps_the_account(programme, store):
    person_id = programme.people["prescriber"]
    with programme.database.start_work() as work:
        accounts.create(work, person_id=person_id)
    programme.clock.advance(days=YEAR * 2 - 30)
    play(programme, store, days=29)
    plan = plan_of(programme)
    wait_for(programme, plan)
    with programme.database.start_work() as work:
        accounts.note_sign_in(work, person_id, by="code")

    assert plans.carry_out(programme.database, plan.id) is False
    with programme.database.start_reading() as work:
        assert work.database.get(Account, person_id) is not None


def test_a_plan_is_carried_out_once_and_noted_with_what_it_did(rejected, store):
    rejected.clock.advance(days=YEAR * 2)
    play(rejected, store, days=29)
    plan = plan_of(rejected)
    wait_for(rejected, plan)

    assert plans.carry_out(rejected.database, plan.id) is True
    assert plans.carry_out(rejected.database, plan.id) is False
    assert rejected.rows(Plan)[0].done_at is not None
    assert problems(rejected) == []


def test_a_basin_without_an_officer_has_its_administrators_warned(rejected, store):
    with rejected.database.start_work() as work:
        admin = persons.add(work, full_name="Ada Admin", email="ada@exemple.test").id
        assignments.assign(work, role=Role.ADMINISTRATOR, basin_id=None, person_id=admin, from_date=LONG_AGO)
    rejected.end_role(Role.OPERATOR, "officer")
    rejected.clock.advance(days=YEAR * 2 - 30)
    play(rejected, store, days=2)

    assert [each.recipient_id for each in warnings(rejected)] == [admin]


def test_a_day_put_right_moves_what_is_planned(rejected, store):
    rejected.clock.advance(days=YEAR * 2 - 20)
    play(rejected, store, days=1)
    before = plan_of(rejected)
    with rejected.database.start_work() as work:
        work.connection.execute(
            sa.update(Project)
            .where(Project.id == rejected.case_id)
            .values(ended_on=rejected.project().ended_on + timedelta(days=8))
        )
    play(rejected, store, days=1)

    assert plan_of(rejected).due_on == before.due_on + timedelta(days=8)
    assert plan_of(rejected).planned_on >= before.planned_on


def test_a_request_that_nobody_takes_up_for_a_year_is_closed_then_forgotten_after_warnings(programme, store):
    programme.diagnose()
    programme.clock.advance(days=YEAR - 40)
    assert play(programme, store, days=9) == 0
    play(programme, store, days=31)

    told = [line["rule"] for mail in warnings(programme) for line in mail.data["lines"]]
    assert told == [rules.Rule.IDLE, rules.Rule.IDLE]
    ended = programme.project()
    assert (ended.status, ended.end_kind, ended.end_cause) == ("dropped", "dropped", closing.UNPURSUED)
    assert ended.firm == FIRM["name"]
    assert not programme.open_tasks()

    play(programme, store, days=35)
    assert programme.project().firm == "Entreprise effacée"
    told = [line["rule"] for mail in warnings(programme) for line in mail.data["lines"]]
    assert told[2:] == [rules.Rule.LEAD, rules.Rule.LEAD]
    assert problems(programme) == []


def test_a_note_on_a_request_gives_it_another_year_and_putting_it_off_only_what_is_asked(programme, store):
    programme.open()
    programme.clock.advance(days=YEAR - 20)
    play(programme, store, days=1)
    plan = plan_of(programme)
    assert plan.rule == rules.Rule.IDLE
    until = plan.planned_on + timedelta(days=15)
    with programme.work_as("officer") as work:
        plans.extend(work, plan.id, until=until, reason="La firme revient en juin.")
    play(programme, store, days=1)
    assert plan_of(programme).planned_on == until

    with programme.work_as("officer") as work:
        everyday.write_note(work, project_id=programme.case_id, text="Elle rappelle.", audience="committee")
    play(programme, store, days=1)
    assert [each for each in programme.rows(Plan) if each.done_at is None] == []


def test_what_the_committee_decided_upon_is_never_closed_by_itself(programme, store):
    programme.appraise()
    programme.decide()
    programme.clock.advance(days=YEAR * 2)
    play(programme, store, days=40)

    assert programme.project().ended_on is None
    with pytest.raises(closing.AlreadyDecided), programme.database.start_work() as work:
        closing.drop(work, project_id=programme.case_id)


def test_a_request_closed_by_itself_says_so_to_those_concerned(programme, store):
    programme.diagnose()
    programme.clock.advance(days=YEAR)
    play(programme, store, days=32)

    with programme.database.start_reading() as work:
        told = work.connection.execute(
            sa.select(Message.recipient_id, Message.data).where(Message.kind == "project_ended")
        ).all()
        [ended] = work.connection.execute(
            sa.select(history.history.c.actor_id, history.history.c.data).where(
                history.history.c.kind == "projects.project.ended"
            )
        ).all()
    assert programme.people["prescriber"] in {row.recipient_id for row in told}
    assert {row.data["outcome"] for row in told} == {"dropped"}
    assert ended.actor_id.int == 0
    assert '"cause":"unpursued"' in ended.data
