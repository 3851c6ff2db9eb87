"""Whoever is away names somebody to do their tasks, within limits; back, the tasks are theirs again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.escalation import awaited, elsewhere
from engine.outbox.models import Message
from engine.people import (
    absences,
    accounts,
    apart,
    assignments,
    basins,
    committee_seats,
    permissions,
    persons,
    recusals,
    substitutions,
)
from engine.people.models import Account, Role, Substitution
from engine.people.substitutions import EndReason
from engine.persistence import history
from engine.persistence.unit_of_work import Actor
from engine.projects import substitutes
from engine.runtime import inbox, instances, locking, standing_in, tasks
from engine.runtime.models import Task
from tests.integration import hiring
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    hiring.hire(made, "colleague")
    hiring.open_accounts(made)
    made.open()
    made.complete("qualify", "officer", made.qualification())
    made.complete("accept_prescription", "prescriber", {"accepted": True})
    return made


def away(programme, who, substitute, *, since=0, days=10):
    """Somebody declares an absence from a day on, and names who does their tasks."""
    first = programme.today + timedelta(days=since)
    with programme.work_as(who) as work:
        absence = absences.declare(
            work, person_id=programme.people[who], first_day=first, last_day=first + timedelta(days=days - 1)
        )
        made = substitutes.name(
            work, absence=absence, basin_id=programme.basin_id, substitute_id=programme.people[substitute]
        )
    standing_in.follow(programme.database)
    return made.id


def refused(programme, who, substitute, **when):
    with pytest.raises(errors.InvalidAnswers) as caught:
        away(programme, who, substitute, **when)
    return caught.value.messages


def later(programme, days):
    programme.clock.set(programme.clock.instant + timedelta(days=days))
    standing_in.follow(programme.database)


def steps_of(programme, name):
    """What somebody's inbox shows."""
    with programme.work_as(name) as work:
        viewer = inbox.Viewer.of(permissions.permissions_of(work, programme.people[name]))
        return sorted(each.step for each in inbox.page(work, viewer).tasks)


def complete(programme, by, *, on_behalf_of=None):
    task = programme.task("preliminary_diagnostic")
    behalf = None if on_behalf_of is None else programme.people[on_behalf_of]
    with programme.database.start_work(Actor(programme.people[by]), on_behalf_of=behalf) as work:
        tasks.complete(work, task_id=task.id, answers=DIAGNOSTIC, channel="json")
    return task.id


def mails(programme, kind):
    names = {person_id: name for name, person_id in programme.people.items()}
    with programme.database.start_reading() as work:
        found = work.database.scalars(
            sa.select(Message).where(Message.kind == kind).order_by(Message.created_at, Message.id)
        )
        return sorted(names[each.recipient_id] for each in found)


def row(programme, task_id):
    with programme.database.start_reading() as work:
        return work.database.get_one(Task, task_id)


def ended(programme, substitution_id):
    with programme.database.start_reading() as work:
        return work.database.get_one(Substitution, substitution_id).end_reason


def test_a_substitute_sees_the_tasks_does_them_and_history_says_both(programme):
    away(programme, "prescriber", "successor")

    assert steps_of(programme, "successor") == ["preliminary_diagnostic"]
    assert mails(programme, "substitute_named") == ["successor"]
    task_id = complete(programme, "successor")

    done = row(programme, task_id)
    assert (done.closed_by, done.on_behalf_of) == (
        programme.people["successor"], programme.people["prescriber"],
    )  # fmt: skip
    table = history.history
    with programme.database.start_reading() as work:
        entry = work.connection.execute(
            sa.select(table).where(table.c.subject_id == task_id, table.c.kind == "runtime.task.completed")
        ).one()
    assert (entry.actor_id, entry.on_behalf_of) == (done.closed_by, done.on_behalf_of)
    assert "runtime.tasks.stood_in" in programme.kinds()


def test_tasks_come_back_when_the_days_are_over_and_both_are_told_once(programme):
    made = away(programme, "prescriber", "successor", days=10)
    later(programme, 9)
    assert steps_of(programme, "successor") == ["preliminary_diagnostic"]

    later(programme, 1)
    later(programme, 1)

    assert (steps_of(programme, "successor"), ended(programme, made)) == ([], "over")
    assert row(programme, programme.task("preliminary_diagnostic").id).substitute_id is None
    assert mails(programme, "substitution_ended") == ["prescriber", "successor"]
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")
    complete(programme, "prescriber")


def test_nobody_acts_before_the_first_day_nor_after_the_last_whatever_the_rows_still_say(programme):
    away(programme, "prescriber", "successor", since=3, days=2)
    assert steps_of(programme, "successor") == []
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")

    later(programme, 3)
    assert steps_of(programme, "successor") == ["preliminary_diagnostic"]
    programme.clock.set(programme.clock.instant + timedelta(days=2))  # And no turn of the scheduler.

    assert row(programme, programme.task("preliminary_diagnostic").id).substitute_id is not None
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")


def test_a_withdrawn_period_gives_the_tasks_back_and_an_officer_s_word_is_not_the_substitute_s(programme):
    made = away(programme, "prescriber", "successor")
    with programme.work_as("prescriber") as work:
        standing_in.end(work, made, reason=EndReason.WITHDRAWN)
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")  # The period is over though the row still names them.
    standing_in.follow(programme.database)

    assert steps_of(programme, "successor") == []
    assert mails(programme, "substitution_ended") == ["successor"], "whoever withdrew it knows"
    with programme.work_as("prescriber") as work, pytest.raises(substitutions.UnknownSubstitution):
        standing_in.end(work, made, reason=EndReason.WITHDRAWN)
    complete(programme, "officer", on_behalf_of="prescriber")


def test_personal_tasks_wait_for_their_holder(programme):
    complete(programme, "prescriber")
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    programme.decide()
    answer = programme.task("accept_mandate")
    assert answer.personal

    away(programme, "mandatary", "successor")

    assert row(programme, answer.id).substitute_id is None
    assert "accept_mandate" not in steps_of(programme, "successor")
    for behalf in (None, programme.people["mandatary"]):
        with (
            programme.database.start_work(Actor(programme.people["successor"]), on_behalf_of=behalf) as work,
            pytest.raises((locking.PersonalTask, locking.NotYours)),
        ):
            tasks.complete(work, task_id=answer.id, answers={"accepted": True}, channel="json")
    programme.complete("accept_mandate", "mandatary", {"accepted": True, "objectives": "Suivre."})


def test_the_chair_s_sign_offs_are_no_substitute_s(programme):
    complete(programme, "prescriber")
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    programme.meet(since=programme.task("committee_decision").opened_on)
    programme.complete("committee_decision", "officer", programme.decision())
    away(programme, "chair", "successor")

    assert steps_of(programme, "successor") == []
    assert "sign_off_decision" in steps_of(programme, "chair")


def test_a_task_that_opens_meanwhile_is_announced_to_the_substitute(programme):
    complete(programme, "prescriber")
    away(programme, "prescriber", "successor")
    programme.complete("check_completeness", "officer", {"outcome": "incomplete", "missing": "Le marché."})

    opened = programme.task("preliminary_diagnostic")

    assert opened.substitute_id == programme.people["successor"]
    last = [each for each in programme.mails("task_opened") if each.task_id == opened.id]
    assert [each.recipient_id for each in last] == [programme.people["successor"]]


def test_an_officer_names_another_officer_for_the_tasks_that_are_in_her_name(programme):
    complete(programme, "prescriber")
    check = programme.task("check_completeness")
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=check.id)
    assert "substitute" in refused(programme, "officer", "successor")

    away(programme, "officer", "colleague")

    with programme.work_as("colleague") as work:
        may = tasks.allowed(work, tasks.find(work, task_id=check.id))
        assert (may.on_behalf, may.complete) == (True, False)
    with programme.work_as("colleague") as work, pytest.raises(locking.TakenBySomeoneElse):
        tasks.release(work, task_id=check.id)
    programme.complete("check_completeness", "colleague", {"outcome": "complete"})
    assert row(programme, check.id).on_behalf_of == programme.people["officer"]


def test_an_expert_s_substitute_sees_the_project_for_these_days_alone(programme):
    with programme.database.start_work() as work:
        other = persons.add(work, full_name="Other (démo)", email="other@exemple.test").id
        accounts.create(work, person_id=other)
        assignments.assign(
            work, role=Role.EXPERT, basin_id=programme.basin_id, person_id=other, from_date=LONG_AGO,
            organisation_id=programme.firms["lender"],
        )  # fmt: skip
        programme.people["other"] = other
    complete(programme, "prescriber")
    programme.complete(
        "check_completeness", "officer",
        {"outcome": "complementary", "question": "Le marché ?", "expert_id": str(programme.people["expert"]),
         "complementary_due_on": (programme.today + timedelta(days=20)).isoformat()},
    )  # fmt: skip
    away(programme, "expert", "other", days=5)

    def sees():
        with programme.work_as("other") as work:
            return permissions.permissions_of(work, other).allows(
                permissions.Permission.SEE_PROJECT, basin_id=programme.basin_id, case_id=programme.case_id
            )

    assert (sees(), steps_of(programme, "other")) == (True, ["complementary_diagnostic"])
    later(programme, 5)
    assert (sees(), steps_of(programme, "other")) == (False, [])


def test_somebody_in_conflict_or_recused_is_refused_with_the_project_named(programme):
    firm = programme.project().organisation_id
    with programme.work_as("officer") as work:
        own = persons.add(work, full_name="Salariée (démo)", email="salariee@exemple.test").id
        accounts.create(work, person_id=own)
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=own, organisation_id=firm, from_date=LONG_AGO
        )
        programme.people["own"] = own
    said = refused(programme, "prescriber", "own")["substitute"]
    assert programme.project().reference in said[0]

    with programme.work_as("officer") as work:
        instances.cases.lock(work, programme.case_id)
        recusals.recuse(
            work, case_id=programme.case_id, basin_id=programme.basin_id,
            person_id=programme.people["successor"],
        )  # fmt: skip
    assert programme.project().reference in refused(programme, "prescriber", "successor")["substitute"][0]


def test_a_recusal_during_the_period_takes_that_project_away_at_once(programme):
    away(programme, "prescriber", "successor")
    with programme.work_as("successor") as work:
        instances.cases.lock(work, programme.case_id)
        recusals.recuse(
            work, case_id=programme.case_id, basin_id=programme.basin_id,
            person_id=programme.people["successor"],
        )  # fmt: skip
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")
    standing_in.follow(programme.database)

    assert steps_of(programme, "successor") == []


@pytest.mark.parametrize("asked", [True, False])
def test_the_chair_stands_in_for_no_prescriber_where_the_basin_keeps_them_apart(programme, asked):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=apart.PRESCRIBER_APART, value=asked, reason="essai"
        )
    if asked:
        assert "substitute" in refused(programme, "prescriber", "chair")
        return
    away(programme, "prescriber", "chair")
    assert "preliminary_diagnostic" in steps_of(programme, "chair")


def test_neither_a_guest_nor_a_stranger_nor_a_closed_account_stands_in(programme):
    with programme.database.start_work() as work:
        guest = persons.add(work, full_name="Invité (démo)", email="invite@exemple.test").id
        accounts.create(work, person_id=guest)
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=guest, guest=True, from_date=LONG_AGO,
            organisation_id=programme.firms["lender"],
        )  # fmt: skip
        programme.people["guest"] = guest
        work.database.get_one(Account, programme.people["mandatary"]).disabled_at = work.wall
    for name in ("guest", "expert", "mandatary", "prescriber"):
        assert "substitute" in refused(programme, "prescriber", name)


def test_neither_two_substitutes_nor_chains_nor_circles(programme):
    away(programme, "prescriber", "successor", days=10)
    assert "substitute" in refused(programme, "prescriber", "mandatary", since=9)
    assert "substitute" in refused(programme, "mandatary", "prescriber", since=9), "they are away"
    away(programme, "prescriber", "mandatary", since=10)  # One after the other.


def test_a_substitute_who_goes_away_too_gives_the_tasks_back_to_nobody_else(programme):
    made = away(programme, "prescriber", "successor", days=10)
    away(programme, "successor", "mandatary", days=5)

    assert ended(programme, made) == "away"
    assert steps_of(programme, "successor") == []
    assert "preliminary_diagnostic" not in steps_of(programme, "mandatary"), "one hop"
    assert mails(programme, "substitution_ended") == ["prescriber", "successor"]


@pytest.mark.parametrize("how", ["account", "seat"])
def test_a_substitute_who_leaves_gives_the_tasks_back(programme, how):
    made = away(programme, "prescriber", "successor")
    if how == "account":
        with programme.database.start_work() as work:
            accounts.disable(work, programme.people["successor"])
    else:
        programme.end_role(Role.SEAT, "successor")
    standing_in.follow(programme.database)

    assert (ended(programme, made), steps_of(programme, "successor")) == ("left", [])


def test_a_task_handed_to_another_person_leaves_the_substitute(programme):
    away(programme, "prescriber", "successor")
    with programme.work_as("officer") as work:
        instances.move_open_tasks(
            work, case_id=programme.case_id, role="prescriber", former=programme.people["prescriber"],
            holder=programme.people["mandatary"],
        )  # fmt: skip

    assert programme.task("preliminary_diagnostic").substitute_id is None
    with pytest.raises((locking.NotYours, locking.TaskNotFound)):
        complete(programme, "successor")


def test_a_period_is_of_three_months_at_most_and_never_past(programme):
    assert "last_day" in refused(programme, "prescriber", "successor", days=93)
    assert "last_day" in refused(programme, "prescriber", "successor", since=-10, days=5)
    away(programme, "prescriber", "successor", since=-3, days=92)  # Begun already: a sick colleague.
    assert steps_of(programme, "successor") == ["preliminary_diagnostic"]


def test_a_turn_with_nothing_to_do_writes_nothing(programme):
    away(programme, "prescriber", "successor")
    before = programme.kinds()

    assert standing_in.follow(programme.database) == 0
    assert programme.kinds() == before


def test_reminders_go_to_the_substitute_meanwhile_and_count_together(programme):
    away(programme, "prescriber", "successor")
    task = programme.task("preliminary_diagnostic")
    with programme.work_as("officer") as work:
        [late] = awaited.open_tasks(work, programme.case_id, task.form)
        assert (late.holder_id, late.owner_id) == (
            programme.people["successor"],
            programme.people["prescriber"],
        )
        [found] = elsewhere.read(work, programme.today, Task.id == task.id)
        assert (found.person_id, found.away_until) == (programme.people["successor"], None)
