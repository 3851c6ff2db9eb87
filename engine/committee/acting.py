"""A chair who is missing: ask the officer for an acting one, designate them (D18)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.outbox import notify
from engine.people import chairs
from engine.people.models import Role
from engine.projects.recording import record
from engine.runtime import messages
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Case, Routing

PROCESS = "acting_chair"


def designate_acting_chair(act: Act) -> Mapping[str, Routing]:
    """Let another eligible member sign in the chair's place on this project, for a time.

    Raises `chairs.NotEligibleToChair`, `assignments.AlreadyHeld`.
    """
    answers = act.answers
    made = chairs.designate_acting_chair(
        act.work,
        basin_id=act.case.basin_id,
        person_id=answers["acting_chair_id"],
        case_id=act.case.id,
        from_date=max(answers["starts_on"], act.today),
        until=answers["ends_on"] + timedelta(days=1),
    )
    record(
        act, "committee.acting_chair.designated", made.id, person=made.person_id, starts_on=made.valid_from,
        ends_on=answers["ends_on"], content={"reason": answers.get("reason")},
    )  # fmt: skip
    tell(act.work, case_id=act.case.id, basin_id=act.case.basin_id, person_id=answers["acting_chair_id"])
    return {}


def designate_in_basin(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> UUID:
    """Let another eligible member stand in for the chair in the whole basin (the page of the basin).

    Raises `chairs.NotEligibleToChair`, `assignments.AlreadyHeld`.
    """
    made = chairs.designate_acting_chair(
        work,
        basin_id=basin_id,
        person_id=answers["acting_chair_id"],
        from_date=answers["starts_on"],
        until=answers["ends_on"] + timedelta(days=1),
    )
    return made.id


def tell(work: UnitOfWork, *, case_id: UUID, basin_id: int, person_id: UUID) -> None:
    """Write to the acting chair about what waits for their signature."""
    waiting = work.connection.execute(
        sa.select(Task.id, Task.reference).where(
            Task.case_id == case_id, Task.role == Role.CHAIR.value, Task.closed_at.is_(None)
        )
    )
    notify.post(
        work,
        [
            notify.row(
                work,
                kind="task_reassigned",
                recipient_id=person_id,
                case_id=case_id,
                basin_id=basin_id,
                task_id=row.id,
                reference=row.reference,
            )
            for row in waiting
        ],
    )


def ask_for_one(work: UnitOfWork, case: Case) -> bool:
    """Ask the officer for an acting chair, when nobody eligible may sign on this project; True when asked.

    The sign-off waits meanwhile; the officer is asked once.
    """
    if chairs.chair_in_force(work, case.basin_id, work.today(case.zone), case.id) is not None:
        return False
    if messages.open_satellites(work, case_id=case.id, process=PROCESS):
        return False
    messages.start_satellite(work, case_id=case.id, process=PROCESS, routing={})
    return True
