"""Somebody leaves: all that they hold is listed, handed over in one act or not at all, and their account closed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.departures import closing, handing, holdings
from engine.departures.holdings import What
from engine.operations import page_context
from engine.outbox.models import Message
from engine.people import accounts, assignments, persons
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from tests.integration import hiring
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme

WHY = "Départ à la retraite."


@pytest.fixture
def programme(sqlite, clock):
    made = Programme(sqlite, clock).install()
    with sqlite.start_work() as work:
        for name, role in (("colleague", Role.OPERATOR), ("administrator", Role.ADMINISTRATOR)):
            made.people[name] = persons.add(work, full_name=name.title(), email=f"{name}@exemple.test").id
            assignments.assign(
                work, role=role, basin_id=made.basin_id, person_id=made.people[name], from_date=LONG_AGO
            )
    hiring.open_accounts(made)
    made.open()
    return made


def held(programme, name):
    with programme.database.start_reading() as work:
        return holdings.of_person(work, programme.people[name])


def everything_to(programme, name, taker):
    return {each.key: programme.people[taker] for each in held(programme, name)}


def hand(programme, by, name, takers):
    with programme.work_as(by) as work:
        return handing.hand_over(work, programme.people[name], takers, reason=WHY)


def taken(programme):
    """The officer took the open task."""
    task = programme.task("qualify")
    with programme.work_as("officer") as work:
        tasks.claim(work, task_id=task.id)
    return task


def test_an_officer_hands_all_over_in_one_act_and_the_new_one_gets_one_mail(programme):
    task = taken(programme)
    assert [each.what for each in held(programme, "officer")] == [What.ROLE, What.TASK]

    hand(programme, "administrator", "officer", everything_to(programme, "officer", "colleague"))

    assert held(programme, "officer") == []
    assert programme.task("qualify").assignee_id == programme.people["colleague"]
    with programme.database.start_reading() as work:
        [mail] = work.database.scalars(
            sa.select(Message).where(Message.recipient_id == programme.people["colleague"])
            .where(Message.kind.in_(["holdings_taken", "task_reassigned"]))
        )  # fmt: skip
    assert [each["what"] for each in mail.data["lines"]] == ["role", "task"]
    programme.complete("qualify", "colleague", programme.qualification())
    assert task.id


def test_a_member_s_parts_go_with_their_tasks_to_one_or_to_several(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    seat, part = held(programme, "prescriber")
    assert (seat.what, part.what, len(part.tasks)) == (What.ROLE, What.PART, 1)

    hand(programme, "colleague", "prescriber", {part.key: programme.people["successor"]})

    assert programme.task("preliminary_diagnostic").assignee_id == programme.people["successor"]
    assert [each.what for each in held(programme, "prescriber")] == [What.ROLE], "not named: it stays"
    assert [each.kind for each in programme.mails("task_reassigned")] == []


def test_what_cannot_be_is_said_line_by_line_and_nothing_is_done(programme):
    programme.complete("qualify", "officer", programme.qualification())
    takers = everything_to(programme, "prescriber", "expert")
    actor = Actor(programme.people["colleague"], "web")
    checked = handing.check(
        programme.database, actor, programme.people["prescriber"], takers, reason=WHY, locale="fr"
    )
    assert [type(each.refusal).__name__ for each in checked] == ["RolesAreGiven", "NoSeat"]

    with pytest.raises(handing.CannotAllBeHandedOver) as refused:
        hand(programme, "colleague", "prescriber", takers)

    assert [type(each.refusal).__name__ for each in refused.value.outcomes] == ["RolesAreGiven", "NoSeat"]
    assert len(held(programme, "prescriber")) == 2


def test_a_check_that_would_pass_changes_nothing(programme):
    taken(programme)
    takers = everything_to(programme, "officer", "colleague")
    actor = Actor(programme.people["administrator"], "web")
    checked = handing.check(
        programme.database, actor, programme.people["officer"], takers, reason=WHY, locale="fr"
    )

    assert [each.refusal for each in checked] == [None, None]
    assert programme.task("qualify").assignee_id == programme.people["officer"]
    assert len(held(programme, "officer")) == 2


def test_the_mandate_is_the_chair_s_to_hand_over(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    programme.decide()
    [mandate] = [each for each in held(programme, "mandatary") if each.what is What.MANDATE]
    takers = {mandate.key: programme.people["successor"]}

    with pytest.raises(handing.CannotAllBeHandedOver) as refused:
        hand(programme, "colleague", "mandatary", takers)
    assert "NotTheChair" in [type(each.refusal).__name__ for each in refused.value.outcomes]


def test_nobody_gives_to_whoever_leaves_nor_to_a_closed_account(programme):
    taken(programme)
    with programme.database.start_work() as work:
        accounts.disable(work, programme.people["colleague"])
    for taker, refusal in (("officer", "Himself"), ("colleague", "ClosedTaker")):
        with pytest.raises(handing.CannotAllBeHandedOver) as refused:
            hand(programme, "administrator", "officer", everything_to(programme, "officer", taker))
        assert {type(each.refusal).__name__ for each in refused.value.outcomes} == {refusal}


def test_a_closed_account_gives_its_tasks_back_to_the_group_and_is_proposed_for_nothing(programme):
    taken(programme)
    with programme.work_as("administrator") as work:
        assert closing.close(work, programme.people["officer"]) == 1
    assert programme.task("qualify").assignee_id is None
    programme.complete("qualify", "colleague", programme.qualification())

    with programme.work_as("administrator") as work:
        closing.close(work, programme.people["successor"])
    with programme.work_as("colleague") as work:
        context = page_context(
            work, "person_replacement", basin_id=programme.basin_id, case_id=programme.case_id
        )
        offered = {choice.value for choice in context.choices["person_id"]}
    assert str(programme.people["successor"]) not in offered
    assert str(programme.people["officer"]) not in offered
    assert str(programme.people["mandatary"]) in offered

    with programme.database.start_work() as work:
        accounts.enable(work, programme.people["successor"])
    with programme.work_as("colleague") as work:
        context = page_context(
            work, "person_replacement", basin_id=programme.basin_id, case_id=programme.case_id
        )
        assert str(programme.people["successor"]) in {each.value for each in context.choices["person_id"]}


def test_the_only_one_of_a_kind_is_refused_with_what_to_do_first(programme):
    with programme.database.start_work() as work, pytest.raises(closing.OnlyChair) as refused:
        closing.close(work, programme.people["chair"])
    assert "Terres de Lorraine" in refused.value.message

    with programme.database.start_work() as work:
        closing.close(work, programme.people["officer"])
    with programme.database.start_work() as work, pytest.raises(closing.OnlyOfficer):
        closing.close(work, programme.people["colleague"])

    with programme.database.start_work() as work:
        last = persons.add(work, full_name="Last", email="last@exemple.test").id
        accounts.create(work, person_id=last)
        assignments.assign(work, role=Role.ADMINISTRATOR, basin_id=None, person_id=last, from_date=LONG_AGO)
    with programme.database.start_work() as work, pytest.raises(closing.LastAdministrator):
        closing.close(work, last)
