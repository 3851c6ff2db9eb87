"""Who may act, on this project and today: D16 and D17."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.people import assignments, chairs, committee_seats, holders
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.runtime import locking, tasks
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def end_on_project(programme, role, name, reason="départ"):
    """End somebody's role on the dossier, and only there."""
    with programme.work_as("officer") as work:
        found = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.case_id == programme.case_id,
                Assignment.role == role.value,
                Assignment.person_id == programme.people[name],
            )
        ).one()
        assignments.end(work, found.id, reason=reason)


OPINION = {"findings": "Oui.", "recommendation": "favourable"}


def test_a_prescriber_whose_role_ended_completes_nothing_though_the_task_still_names_them(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    end_on_project(programme, Role.PRESCRIBER, "prescriber")

    with pytest.raises(locking.NotYours):
        programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)


def test_nobody_acts_on_behalf_of_one_whose_role_ended(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    task = programme.task("preliminary_diagnostic")
    end_on_project(programme, Role.PRESCRIBER, "prescriber")

    officer = Actor(programme.people["officer"])
    with (
        programme.database.start_work(officer, on_behalf_of=programme.people["prescriber"]) as work,
        pytest.raises(locking.NotRepresented),
    ):
        tasks.complete(work, task_id=task.id, answers=DIAGNOSTIC, channel="json")


def test_an_expert_of_the_basin_is_no_expert_of_a_project_he_left(programme):
    programme.ask_opinion()
    end_on_project(programme, Role.EXPERT, "expert")

    with pytest.raises(locking.NotYours):
        programme.complete("complementary_diagnostic", "expert", OPINION)


def test_a_task_is_handed_to_nobody_who_has_no_part_in_the_project(programme):
    programme.ask_opinion()
    with programme.work_as("officer") as work:
        other = assignments.assign(
            work, role=Role.EXPERT, basin_id=programme.basin_id, person_id=programme.people["successor"],
            organisation_id=programme.firms["lender"],
        )  # fmt: skip
    task = programme.task("complementary_diagnostic")

    with programme.work_as("expert") as work, pytest.raises(tasks.NotAHolder):
        tasks.delegate(work, task_id=task.id, to=other.person_id)


def test_the_expert_of_one_intervention_does_not_record_another(programme):
    programme.label()
    rows = [
        {**programme.intervention(), "planned_days": "3"},
        {**programme.intervention(), "planned_days": "3", "expert_id": str(programme.people["successor"])},
    ]
    programme.complete("plan_interventions", "officer", {"interventions": rows})

    with pytest.raises(locking.NotYours):
        programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=1)
    programme.complete("carry_out_intervention", "successor", programme.work_done("1"), position=1)


def test_the_firm_of_the_project_neither_prescribes_nor_presides(programme):
    programme.open()
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["chair"],
            organisation_id=dossiers.find(work, programme.case_id).organisation_id, from_date=LONG_AGO,
        )  # fmt: skip
        firm = dossiers.find(work, programme.case_id).organisation_id
        assignments.assign(
            work,
            role=Role.PARTNER_COMPANY,
            basin_id=programme.basin_id,
            organisation_id=firm,
            from_date=LONG_AGO,
        )
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["officer"], organisation_id=firm
        )
        with pytest.raises(holders.InConflict):
            holders.hold(
                work, role=Role.PRESCRIBER, case_id=programme.case_id, basin_id=programme.basin_id,
                person_id=programme.people["officer"],
            )  # fmt: skip
        with pytest.raises(chairs.NotEligibleToChair):
            chairs.designate_acting_chair(
                work, basin_id=programme.basin_id, person_id=programme.people["officer"],
                case_id=programme.case_id,
            )  # fmt: skip


def test_a_guest_neither_prescribes_nor_follows_nor_presides(programme):
    programme.open()
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["expert"],
            organisation_id=programme.firms["lender"], guest=True, from_date=LONG_AGO,
        )  # fmt: skip
        for role in (Role.PRESCRIBER, Role.MANDATARY):
            with pytest.raises(committee_seats.NoSeat):
                holders.hold(
                    work, role=role, case_id=programme.case_id, basin_id=programme.basin_id,
                    person_id=programme.people["expert"],
                )  # fmt: skip
        with pytest.raises(chairs.NotEligibleToChair):
            chairs.appoint_chair(
                work, basin_id=programme.basin_id, person_id=programme.people["expert"],
                organisation_id=programme.firms["lender"], from_date=date(2030, 1, 1),
            )  # fmt: skip
