"""A chair who is missing: ask the officer for an acting one, designate them (D18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.outbox import notify
from engine.people import assignments, basins, chairs, committee_seats
from engine.people.models import Assignment, Role
from engine.projects.recording import record
from engine.runtime import messages
from engine.runtime.models import Instance, Task, is_live_satellite

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Case, Routing

PROCESS = "acting_chair"


def designate_acting_chair(act: Act) -> Mapping[str, Routing]:
    """Let another eligible member sign in the chair's place, for a time.

    In the whole basin when nobody presides over it; on this project alone when the chair may not sign
    here (D16). Raises `chairs.NotEligibleToChair`, `assignments.AlreadyHeld`, `errors.InvalidAnswers`.
    """
    answers = act.answers
    basin_id, today = act.case.basin_id, act.today
    case_id = None if chairs.is_vacant(act.work, basin_id, today) else act.case.id
    end_those_not_eligible(act.work, basin_id=basin_id, case_id=case_id, on=today)
    named = committee_seats.sitter(act.work, answers["acting_chair_id"])
    made = chairs.designate_acting_chair(
        act.work,
        basin_id=basin_id,
        person_id=named.person_id,
        organisation_id=named.organisation_id,
        case_id=case_id,
        from_date=answers["starts_on"],
        until=answers["ends_on"] + timedelta(days=1),
    )
    record(
        act, "committee.acting_chair.designated", made.id, person=made.person_id, starts_on=made.valid_from,
        ends_on=answers["ends_on"], content={"reason": answers.get("reason")},
    )  # fmt: skip
    tell(act.work, basin_id=basin_id, case_id=case_id, person_id=named.person_id)
    return {}


def end_those_not_eligible(work: UnitOfWork, *, basin_id: int, case_id: UUID | None, on: date) -> None:
    """Free the place of an acting chair who may no longer sign: nobody could be named in it otherwise."""
    able = {each.assignment_id for each in chairs.chairs_in_force(work, basin_id, on, case_id)}
    for each in standing_in(work, basin_id=basin_id, case_id=case_id, on=on):
        if each.id not in able:
            assignments.end(work, each.id, reason="no_longer_eligible", on=on)


def end_on_project(work: UnitOfWork, *, basin_id: int, case_id: UUID, person_id: UUID, on: date) -> None:
    """Let somebody sign no more in the chair’s place on a project: another presides there after all."""
    for each in standing_in(work, basin_id=basin_id, case_id=case_id, on=on):
        if each.person_id == person_id:
            assignments.end(work, each.id, reason="another_presides", on=on)


def standing_in(work: UnitOfWork, *, basin_id: int, case_id: UUID | None, on: date) -> list[Assignment]:
    """The acting chairs of a project, or of a whole basin, on a day."""
    held = work.database.scalars(
        sa.select(Assignment).where(
            Assignment.basin_id == basin_id,
            Assignment.case_id == case_id,
            Assignment.role == Role.CHAIR.value,
            Assignment.acting.is_(True),
            assignments.in_force(on),
        )
    )
    return list(held)


def designate_in_basin(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> UUID:
    """Let another eligible member stand in for the chair in the whole basin (the page of the basin).

    Raises `chairs.NotEligibleToChair`, `assignments.AlreadyHeld`, `errors.InvalidAnswers`.
    """
    named = committee_seats.sitter(work, answers["acting_chair_id"])
    made = chairs.designate_acting_chair(
        work,
        basin_id=basin_id,
        person_id=named.person_id,
        organisation_id=named.organisation_id,
        from_date=answers["starts_on"],
        until=answers["ends_on"] + timedelta(days=1),
    )
    return made.id


def tell(work: UnitOfWork, *, basin_id: int, case_id: UUID | None, person_id: UUID) -> None:
    """Write to the acting chair about what waits for their signature: on a project, or in the basin."""
    waiting = work.connection.execute(
        sa.select(Task.id, Task.case_id, Task.reference).where(
            Task.case_id == case_id if case_id is not None else Task.basin_id == basin_id,
            Task.role == Role.CHAIR.value,
            Task.closed_at.is_(None),
        )
    )
    notify.post(
        work,
        [
            notify.row(
                work,
                kind="task_reassigned",
                recipient_id=person_id,
                case_id=row.case_id,
                basin_id=basin_id,
                task_id=row.id,
                reference=row.reference,
            )
            for row in waiting
        ],
    )


def ask_for_one(work: UnitOfWork, case: Case) -> bool:
    """Ask the officer for an acting chair, when nobody eligible may sign on this project; True when asked.

    The sign-off waits meanwhile; the officer is asked once for the basin when nobody presides over it,
    and once on the project when the chair may not sign there.
    """
    today = work.today(case.zone)
    if chairs.chair_in_force(work, case.basin_id, today, case.id) is not None:
        return False
    basins.lock(work, case.basin_id)  # Two dossiers may find the chair missing at once.
    if messages.open_satellites(work, case_id=case.id, process=PROCESS):
        return False
    if is_asked_for(work, case.id, case.basin_id):
        return False
    messages.start_satellite(work, case_id=case.id, process=PROCESS, routing={})
    return True


def is_asked_for(work: UnitOfWork, case_id: UUID | None, basin_id: int) -> bool:
    """Whether the officer has been asked for what this project waits for, or has named one to come."""
    today = basins.today(work, basin_id)
    asked = sa.select(sa.literal(1)).where(
        Instance.process == PROCESS, is_live_satellite, Instance.basin_id == basin_id
    )
    coming = sa.select(sa.literal(1)).where(
        Assignment.basin_id == basin_id,
        Assignment.role == Role.CHAIR.value,
        Assignment.acting.is_(True),
        sa.or_(Assignment.case_id.is_(None), Assignment.case_id == case_id),
        Assignment.valid_from > today,
        sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > Assignment.valid_from),
    )
    if not chairs.is_vacant(work, basin_id, today):
        asked = asked.where(Instance.case_id == case_id)
    return work.connection.execute(sa.union_all(asked, coming)).first() is not None
