"""What waits for a chair who no longer is one: another signs, or an acting one is named (D18, E11)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import signatories
from engine.committee import acting
from engine.people import basins, chairs
from engine.people.models import Role
from engine.runtime import cases, messages
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

AWAITING_CHAIR = (
    sa.select(Task.case_id, Task.basin_id, sa.func.max(Task.assignee_id).label("named"))
    .join(Instance, Instance.id == Task.case_id)
    .where(
        Task.closed_at.is_(None),
        Task.suspended.is_(sa.false()),
        Instance.ended_at.is_(None),
        sa.or_(Task.role == Role.CHAIR.value, Task.capacity == signatories.CHAIR),
    )
    .group_by(Task.case_id, Task.basin_id)
)


def fill_vacancies(database: Database) -> int:
    """Look at every dossier that waits for a chair; give how many needed something.

    A mandate may end, or a company leave, while a sign-off waits. Nothing is written where the one who
    was asked may still sign.
    """
    with database.start_reading() as work:
        rows = work.connection.execute(AWAITING_CHAIR).all()
        waiting = [row.case_id for row in rows if needs_help(work, row.case_id, row.basin_id, row.named)]
    return sum(help_one(database, case_id) for case_id in waiting)


def needs_help(work: UnitOfWork, case_id: UUID, basin_id: int, named: UUID | None) -> bool:
    """Whether nobody may sign on this dossier, or somebody else than the one its agreement names."""
    found = chairs.chair_in_force(work, basin_id, basins.today(work, basin_id), case_id)
    if found is None:
        return not asked_already(work, case_id)
    return named is not None and named != found.person_id


def asked_already(work: UnitOfWork, case_id: UUID) -> bool:
    """Whether the officer has been asked for an acting chair, without locking anything."""
    asked = sa.select(Instance.id).where(
        Instance.case_id == case_id, Instance.process == acting.PROCESS, Instance.ended_at.is_(None)
    )
    return work.connection.execute(asked).first() is not None


def help_one(database: Database, case_id: UUID) -> bool:
    """Give the chair's line to whoever may sign it now, or ask the officer for an acting chair."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        if locked.root.ended_at is not None:
            return False
        today = work.today(locked.case.zone)
        chair = chairs.chair_in_force(work, locked.case.basin_id, today, case_id)
        if chair is None:
            return acting.ask_for_one(work, locked.case)
        signatories.reissue_chair(work, locked.case, chair)
        messages.cancel_satellites(work, case_id=case_id, process=acting.PROCESS, reason="chair_in_force")
        return True
