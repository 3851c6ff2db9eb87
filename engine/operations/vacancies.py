"""What waits for a chair who no longer is one: another signs, or an acting one is named (D18, E11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.agreements import signatories
from engine.committee import acting
from engine.people import apart as people_apart
from engine.people import basins, chairs
from engine.people.models import Assignment, Role
from engine.runtime import cases, in_turn, instances, messages
from engine.runtime.models import Instance, Task, is_chair_s, is_live_satellite

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

AWAITING_CHAIR = (
    sa.select(
        Task.case_id,
        Task.basin_id,
        Task.assignee_id.label("named"),
        sa.false().label("asked"),
        (Task.role == Role.SIGNATORY.value).label("is_line"),
    )
    .join(Instance, Instance.id == Task.case_id)
    .where(
        is_chair_s,
        Task.suspended.is_(sa.false()),
        Instance.ended_at.is_(None),
    )
)
# The chair may have signed before the officer was relieved: these dossiers wait for nobody any more.
ASKED = sa.select(
    Instance.case_id,
    Instance.basin_id,
    sa.null().label("named"),
    sa.true().label("asked"),
    sa.false().label("is_line"),
).where(Instance.process == acting.PROCESS, is_live_satellite)
# Dossiers where it may not be the basin's chair who signs: one was named there, or who presides has a part
# there that lets them preside no more, by their firm or themselves.
_presides = aliased(Assignment)
APART = (
    sa.select(Assignment.case_id)
    .join(Task, Task.case_id == Assignment.case_id)
    .where(
        is_chair_s,
        Task.suspended.is_(sa.false()),
        sa.or_(
            Assignment.role == Role.CHAIR.value,
            sa.and_(
                Assignment.role.in_([Role.BENEFICIARY.value, Role.SME_HEAD.value, Role.RECUSED.value]),
                sa.exists().where(
                    _presides.role == Role.CHAIR.value,
                    _presides.basin_id == Task.basin_id,
                    sa.or_(
                        _presides.organisation_id == Assignment.organisation_id,
                        _presides.person_id == Assignment.person_id,
                    ),
                ),
            ),
        ),
    )
)

# And those that somebody who presides prescribed in another's place: there their basin may keep them apart.
PRESCRIBED = (
    sa.select(Task.case_id)
    .join(
        _presides,
        sa.and_(_presides.role == Role.CHAIR.value, _presides.basin_id == Task.basin_id),
    )
    .where(
        is_chair_s,
        Task.suspended.is_(sa.false()),
        people_apart.stood_in(_presides.person_id, Task.basin_id, Task.case_id),
    )
)


@dataclass
class Watch:
    """Who may sign, asked once for all basins and once per dossier that stands apart, however many wait."""

    work: UnitOfWork
    apart: set[UUID]
    eligible: dict[tuple[int, UUID | None], list[UUID]] = field(default_factory=dict)
    asked_for: dict[tuple[int, UUID | None], bool] = field(default_factory=dict)

    def look_at(self, basin_ids: set[int]) -> None:
        """Learn who presides over these basins, in one statement for those that live the same day."""
        basins.learn_zones(self.work)
        by_day: dict[date, list[int]] = {}
        for basin_id in sorted(basin_ids):
            by_day.setdefault(basins.today(self.work, basin_id), []).append(basin_id)
        for day, of_day in by_day.items():
            for basin_id, eligible in chairs.presiding_over(self.work, of_day, day).items():
                self.eligible[basin_id, None] = eligible

    def needs_help(self, row: sa.Row[Any]) -> bool:
        """Whether nobody may sign on this dossier, or somebody else than the one who was asked.

        A line of a text is one person's: it is for the one to ask first, an acting chair before the chair.
        """
        key = (row.basin_id, row.case_id if row.asked or row.case_id in self.apart else None)
        if key not in self.eligible:
            self.eligible[key] = eligible_on(self.work, key[1], key[0])
        eligible = self.eligible[key]
        if eligible:
            may = eligible[:1] if row.is_line else eligible
            return bool(row.asked) or (row.named is not None and row.named not in may)
        return not row.asked and (row.named is not None or not self.is_asked_for(key))

    def is_asked_for(self, key: tuple[int, UUID | None]) -> bool:
        """Whether the officer of a basin was asked for an acting chair there, or on this dossier."""
        if key not in self.asked_for:
            self.asked_for[key] = acting.is_asked_for(self.work, key[1], key[0])
        return self.asked_for[key]


def fill_vacancies(database: Database) -> int:
    """Look at every dossier that waits for a chair; give how many needed something.

    A mandate may end, or a company leave, while a sign-off waits. Nothing is written where the one who
    was asked may still sign.
    """
    with database.start_reading() as work:
        rows = [*work.connection.execute(AWAITING_CHAIR), *work.connection.execute(ASKED)]
        apart = set(work.connection.scalars(sa.union(APART, PRESCRIBED))) if rows else set()
        watch = Watch(work, {case_id for case_id in apart if case_id is not None})
        watch.look_at({row.basin_id for row in rows})
        waiting = dict.fromkeys(row.case_id for row in rows if watch.needs_help(row))
    return in_turn.each(waiting, partial(help_one, database))


def eligible_on(work: UnitOfWork, case_id: UUID | None, basin_id: int) -> list[UUID]:
    """Those who may sign as chair today on a dossier, or in the basin, the one to ask first."""
    today = basins.today(work, basin_id)
    return [each.person_id for each in chairs.chairs_in_force(work, basin_id, today, case_id)]


def help_one(database: Database, case_id: UUID) -> bool:
    """Give the chair's line to whoever may sign it now, or ask the officer for an acting chair."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        if locked.root.ended_at is not None:
            return False
        today = work.today(locked.case.zone)
        eligible = eligible_on(work, case_id, locked.case.basin_id)
        released = instances.release_claimed(work, case_id=case_id, role=Role.CHAIR.value, eligible=eligible)
        chair = chairs.chair_in_force(work, locked.case.basin_id, today, case_id)
        if chair is None:
            return acting.ask_for_one(work, locked.case) or released > 0
        signatories.reissue_chair(work, locked.case, chair)
        messages.cancel_satellites(work, case_id=case_id, process=acting.PROCESS, reason="chair_in_force")
        return True
