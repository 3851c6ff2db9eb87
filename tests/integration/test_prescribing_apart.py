"""Whoever prescribed a project in another's place does not decide it, where the basin keeps both apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.operations import page_context, vacancies
from engine.people import absences, apart, basins, chairs
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects import mandates, substitutes
from engine.runtime import standing_in, tasks
from tests.integration import hiring
from tests.integration.programme import DIAGNOSTIC, Programme

SIGN = {"decision": "sign"}


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    hiring.open_accounts(made)
    made.open()
    made.complete("qualify", "officer", made.qualification())
    made.complete("accept_prescription", "prescriber", {"accepted": True})
    return made


def keeps_apart(programme):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=apart.PRESCRIBER_APART, value=True, reason="essai"
        )


def names_the_successor(programme):
    """The prescriber is away today, and says who does their tasks."""
    with programme.work_as("prescriber") as work:
        absence = absences.declare(
            work, person_id=programme.people["prescriber"], first_day=programme.today,
            last_day=programme.today,
        )  # fmt: skip
        substitutes.name(
            work, absence=absence, basin_id=programme.basin_id, substitute_id=programme.people["successor"]
        )


def stands_in(programme):
    """The successor does the diagnostic for the prescriber, who is away today."""
    names_the_successor(programme)
    standing_in.follow(programme.database)
    programme.complete("preliminary_diagnostic", "successor", DIAGNOSTIC)


def to_sign(programme, *, acting=None):
    """Days later the committee has decided; somebody may be acting chair by then."""
    programme.clock.set(programme.clock.instant + timedelta(days=7))
    standing_in.follow(programme.database)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    if acting is not None:
        with programme.work_as("officer") as work:
            chairs.designate_acting_chair(
                work, basin_id=programme.basin_id, person_id=programme.people[acting]
            )
    programme.meet(since=programme.task("committee_decision").opened_on)
    programme.complete("committee_decision", "officer", programme.decision())


@pytest.mark.parametrize("asked", [True, False])
def test_who_stood_in_and_is_acting_chair_later_signs_only_where_it_is_not_asked(programme, asked):
    stands_in(programme)
    if asked:
        keeps_apart(programme)
    to_sign(programme, acting="successor")
    if not asked:
        programme.complete("sign_off_decision", "successor", SIGN)
        return

    with pytest.raises(mandates.PrescribedForAnother):
        programme.complete("sign_off_decision", "successor", SIGN)
    programme.complete("sign_off_decision", "chair", SIGN)


def test_without_another_chair_the_officer_is_asked_for_one_and_not_offered_the_same_person(programme):
    stands_in(programme)
    keeps_apart(programme)
    to_sign(programme, acting="successor")
    programme.end_role(Role.SEAT, "chair")

    vacancies.fill_vacancies(programme.database)

    task = programme.task("designate_acting_chair")
    with programme.work_as("officer") as work:
        context = page_context(work, task.form, basin_id=programme.basin_id, case_id=programme.case_id)
        offered = {choice.value for choice in context.choices["acting_chair_id"]}
    assert str(programme.people["successor"]) not in offered
    assert str(programme.people["mandatary"]) in offered
    programme.complete(
        "designate_acting_chair", "officer",
        {"acting_chair_id": str(programme.people["mandatary"]), "starts_on": programme.today.isoformat(),
         "ends_on": (programme.today + timedelta(days=30)).isoformat(), "reason": "Elle a prescrit."},
    )  # fmt: skip
    programme.complete("sign_off_decision", "mandatary", SIGN)


def test_what_an_officer_writes_for_the_prescriber_is_nobody_s_prescription(programme):
    with programme.database.start_work(
        Actor(programme.people["officer"]), on_behalf_of=programme.people["prescriber"]
    ) as work:
        tasks.complete(
            work, task_id=programme.task("preliminary_diagnostic").id, answers=DIAGNOSTIC, channel="json"
        )
    keeps_apart(programme)

    with programme.database.start_reading() as work:
        assert apart.kept_from_deciding(work, programme.basin_id, programme.case_id) == set()


def test_a_substitute_who_did_nothing_of_the_prescriber_s_may_decide(programme):
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    keeps_apart(programme)
    names_the_successor(programme)
    to_sign(programme, acting="successor")

    programme.complete("sign_off_decision", "successor", SIGN)
