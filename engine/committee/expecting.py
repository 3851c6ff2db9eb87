"""Files that wait for a session: when they are due, and what planning or moving one changes for them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import Outcome
from engine.committee.models import CommitteeSession
from engine.people import basins, calendars
from engine.runtime import cases, in_turn, instances
from engine.runtime.models import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

SESSION = "session"  # Whom a step waits for that is due on the day of the next session.
WITHOUT_SESSION = timedelta(days=60)  # Six sessions a year: the longest wait there should be (R32).
PLANNED, HELD, WRITTEN = "planned", "held", "written"
# Between those who plan a basin's sessions and the files that open meanwhile; theirs alone, so that it is
# always taken after the files. SQLite has one writer already.
PLANNING = 7_270_003
MAY_OPEN = sa.select(sa.func.pg_advisory_xact_lock_shared(PLANNING, sa.bindparam("basin")))
MAY_PLAN = sa.select(sa.func.pg_advisory_xact_lock(PLANNING, sa.bindparam("basin")))
# Between those who give a session of a basin another day: planned, moved, held on another than its own. It
# is taken last, after the session, so that nobody who has it waits for anything else that is disputed.
DAYS = 7_270_004
MAY_TAKE_A_DAY = sa.select(sa.func.pg_advisory_xact_lock(DAYS, sa.bindparam("basin")))


class OpenedMeanwhile(Exception):
    """A file opened before its basin's planning was locked: it is to be locked first."""


def due_day(
    work: UnitOfWork,
    basin_id: int,
    opened_on: date,
    *,
    today: date | None = None,
    instance_id: UUID | None = None,
) -> date:
    """The day by which a file is to be decided: the next session’s, else an open day after sixty.

    A session from whose agenda it was taken (`instance_id` is the process it waits in) is not the next; a
    consultation in writing only is once its officer picked the file.
    """
    here = sa.select(1).where(
        AgendaItem.session_id == CommitteeSession.id, AgendaItem.instance_id == instance_id
    )
    was_picked = here.where(AgendaItem.removed_at.is_(None)).exists()
    was_removed = here.where(AgendaItem.removed_at.is_not(None)).exists()
    found = work.connection.execute(
        sa.select(sa.func.min(CommitteeSession.held_on)).where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.state == PLANNED,
            CommitteeSession.held_on >= max(opened_on, today or opened_on),
            sa.case((CommitteeSession.kind == WRITTEN, was_picked), else_=sa.not_(was_removed)),
        )
    ).scalar()
    if found is not None:
        return found
    return calendars.calendar_of(work, basin_id).first_open_on_or_after(opened_on + WITHOUT_SESSION)


def opens(work: UnitOfWork, basin_id: int) -> None:
    """Let no session change until a file that opens is there to follow it.

    What is read after this is what the last planning left, and the next one waits for this act.
    """
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(MAY_OPEN, {"basin": basin_id})


def lock_days(work: UnitOfWork, basin_id: int) -> None:
    """Let nobody else give a session of a basin another day until this act is over."""
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(MAY_TAKE_A_DAY, {"basin": basin_id})


def lock_waiting(work: UnitOfWork, basin_id: int) -> None:
    """Lock the files that wait for a session, always in the same order, before the basin itself.

    One may open until its planning is locked too; that lock is then let go, as no file is ever waited for
    under it, and the new file is locked before it is taken again.
    """
    if work.connection.dialect.name != "postgresql":
        lock_each(work, waiting(work, basin_id))
        return
    while True:
        lock_each(work, waiting(work, basin_id))
        with suppress(OpenedMeanwhile), work.connection.begin_nested():
            work.connection.execute(MAY_PLAN, {"basin": basin_id})
            if any(cases.already_locked(work, each) is None for each in waiting(work, basin_id)):
                raise OpenedMeanwhile
            return


def lock_each(work: UnitOfWork, case_ids: Sequence[UUID]) -> None:
    """Lock files in order."""
    for case_id in case_ids:
        cases.lock(work, case_id)


def waiting(work: UnitOfWork, basin_id: int) -> Sequence[UUID]:
    """The files of a basin that wait for a session, in the order in which they are locked."""
    return work.connection.scalars(
        sa.select(Task.case_id)
        .where(Task.basin_id == basin_id, Task.waits_for == SESSION, Task.closed_at.is_(None))
        .distinct()
        .order_by(Task.case_id)
    ).all()


def follow(work: UnitOfWork, basin_id: int) -> int:
    """Give the files locked by `lock_waiting` the day of the next session; how many changed.

    One that a session already held may have examined keeps its day: its decision is to be recorded.
    """
    work.flush()
    today = basins.today(work, basin_id)
    last_held = work.connection.execute(
        sa.select(sa.func.max(CommitteeSession.held_on)).where(
            CommitteeSession.basin_id == basin_id, CommitteeSession.state == HELD
        )
    ).scalar()
    changed = 0
    for case_id, task_id, instance_id, opened_on, due_on in open_tasks(work, basin_id):
        if cases.already_locked(work, case_id) is None:
            continue
        day = due_day(work, basin_id, opened_on, today=today, instance_id=instance_id)
        was_examined = last_held is not None and opened_on <= last_held and due_on <= last_held
        if day == due_on or was_examined:
            continue
        instances.reschedule_task(work, case_id=case_id, task_id=task_id, due_on=day)
        changed += 1
    return changed


def follow_put_off(database: Database) -> int:
    """Give what a session put off the day of the next one; how many files changed.

    Whoever puts it off holds the session, so that it may not lock the file. One statement where nothing is.
    """
    with database.start_reading() as work:
        rows = work.connection.execute(put_off()).all()
        found = [row for row in rows if day_after(work, row) > row.due_on]
    return in_turn.each(found, lambda row: follow_one(database, row.case_id, row.id))


def put_off() -> sa.Select[UUID, UUID, int, UUID, date, date]:
    """The open tasks of files that were put off by a session of the day by which they are due, or since."""
    was_put_off = sa.exists().where(
        AgendaItem.instance_id == Task.instance_id,
        AgendaItem.outcome == Outcome.POSTPONED.value,
        CommitteeSession.id == AgendaItem.session_id,
        CommitteeSession.state == HELD,
        CommitteeSession.held_on >= Task.due_on,
    )
    # Found from the few items put off: a nation has a million open tasks.
    files = sa.select(AgendaItem.project_id).where(AgendaItem.outcome == Outcome.POSTPONED.value)
    return sa.select(
        Task.case_id, Task.id, Task.basin_id, Task.instance_id, Task.opened_on, Task.due_on
    ).where(Task.case_id.in_(files), Task.waits_for == SESSION, Task.closed_at.is_(None), was_put_off)


def day_after(work: UnitOfWork, row: Any) -> date:
    """The day by which a file that was put off is to be decided: not before tomorrow."""
    tomorrow = basins.today(work, row.basin_id) + timedelta(days=1)
    return due_day(work, row.basin_id, row.opened_on, today=tomorrow, instance_id=row.instance_id)


def follow_one(database: Database, case_id: UUID, task_id: UUID) -> bool:
    """Give one file that was put off its day, as its basin's sessions are now."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        opens(work, locked.case.basin_id)
        row = work.connection.execute(put_off().where(Task.id == task_id)).one_or_none()
        day = None if row is None else day_after(work, row)
        if row is None or day is None or day <= row.due_on:
            return False
        instances.reschedule_task(work, case_id=case_id, task_id=task_id, due_on=day)
        return True


def open_tasks(work: UnitOfWork, basin_id: int) -> list[tuple[UUID, UUID, UUID, date, date]]:
    """The open tasks that wait for a session: file, task, its process, opened on, due on."""
    rows = work.connection.execute(
        sa.select(Task.case_id, Task.id, Task.instance_id, Task.opened_on, Task.due_on)
        .where(Task.basin_id == basin_id, Task.waits_for == SESSION, Task.closed_at.is_(None))
        .order_by(Task.case_id, Task.id)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
