"""Dossiers as a whole: start, suspend, resume, move tasks to another holder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import clock as clocks
from engine import errors
from engine.i18n import mark as _
from engine.persistence import history
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import adopting, advance, cases, opening, suspensions
from engine.runtime.acts import Routing, TaskView
from engine.runtime.cases import LockedCase
from engine.runtime.models import Task
from engine.spiff import workflow

LONGEST_SUSPENSION_MONTHS = 6
adopt = adopting.adopt  # The other way to start a dossier: where it went on already (D15).
RESCHEDULED = "runtime.task.rescheduled"

task = table_of(Task)
# The open tasks that a role has on a dossier; a line is a place in that role, as a signatory's.
OF_ROLE = (
    task.c.case_id == bindparam("case"),
    task.c.role == bindparam("held_role"),
    task.c.closed_at.is_(None),
)
IS_OF_LINE = task.c.position == bindparam("line")
HAND_OVER = (
    sa.update(task)
    .where(*OF_ROLE)
    .values(assignee_id=bindparam("holder"), claimed_at=None, **opening.NOBODY_STANDS_IN)
)
MOVE = HAND_OVER.where(task.c.assignee_id == bindparam("former"))
MOVE_LINE = HAND_OVER.where(IS_OF_LINE)
OPEN_OF_LINE = sa.select(task.c.id).where(*OF_ROLE, IS_OF_LINE)
CLAIMED = sa.select(task.c.id, task.c.assignee_id, task.c.process, task.c.step).where(
    *OF_ROLE, task.c.pool.is_(sa.true()), task.c.assignee_id.is_not(None)
)
GIVE_BACK = (
    sa.update(task).where(task.c.id == bindparam("key")).values(assignee_id=None, **opening.NOBODY_STANDS_IN)
)
SUSPEND = (
    sa.update(task)
    .where(
        task.c.case_id == bindparam("case"),
        task.c.closed_at.is_(None),
        task.c.form.not_in(bindparam("goes_on", expanding=True)),
    )
    .values(suspended=bindparam("is_suspended"))
)
PAUSED = sa.select(
    task.c.id,
    task.c.opened_at,
    task.c.opened_on,
    task.c.due_on,
    task.c.awaiting_since,
    task.c.awaiting_until,
    task.c.awaited_seconds,
).where(task.c.case_id == bindparam("case"), task.c.closed_at.is_(None), task.c.suspended.is_(sa.true()))
entry = history.history
SUSPENSION = sa.select(sa.func.max(entry.c.number)).where(
    entry.c.chain_id == bindparam("case"), entry.c.kind == suspensions.SUSPENDED
)
OPENED_MEANWHILE = (
    sa.select(*opening.VIEW_COLUMNS)
    .where(
        task.c.case_id == bindparam("case"),
        task.c.closed_at.is_(None),
        task.c.form.not_in(bindparam("goes_on", expanding=True)),
        task.c.id.in_(
            sa.select(entry.c.subject_id).where(
                entry.c.chain_id == bindparam("case"),
                entry.c.kind == "runtime.task.opened",
                entry.c.number > SUSPENSION.scalar_subquery(),
            )
        ),
    )
    .order_by(task.c.opened_at, task.c.position)
)
RESCHEDULED_MEANWHILE = (
    sa.select(entry.c.subject_id, sa.func.max(entry.c.recorded_at).label("at"))
    .where(
        entry.c.chain_id == bindparam("case"),
        entry.c.kind == RESCHEDULED,
        entry.c.number > SUSPENSION.scalar_subquery(),
    )
    .group_by(entry.c.subject_id)
)
instance = cases.instance
RENAME = (  # The root is saved with the act.
    sa.update(instance)
    .where(instance.c.case_id == bindparam("case"), instance.c.id != bindparam("case"))
    .values(firm=bindparam("name"))
)
OPEN_TITLES = sa.select(task.c.id, task.c.title).where(
    task.c.case_id == bindparam("case"), task.c.closed_at.is_(None)
)
RENAME_TASK = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(firm=bindparam("name"), search_text=bindparam("words"))
)
TAKE_UP_AGAIN = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(
        suspended=False,
        due_on=bindparam("new_due_on"),
        due_at=bindparam("new_due_at"),
        suspended_seconds=bindparam("lost"),
        awaited_seconds=bindparam("awaited"),
        awaiting_since=bindparam("since"),
    )
)
POSTPONE = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(due_on=bindparam("new_due_on"), due_at=bindparam("new_due_at"))
)


class AlreadySuspended(errors.Conflict):
    """Ce projet est déjà suspendu."""


class NotSuspended(errors.Conflict):
    """Ce projet n’est pas suspendu."""


class CaseEnded(errors.Conflict):
    """Ce projet est terminé : plus rien ne peut y être fait."""


def start(
    work: UnitOfWork,
    *,
    case_id: UUID,
    basin_id: int,
    zone: ZoneInfo,
    process: str,
    reference: str,
    firm: str,
    routing: Mapping[str, Routing],
    occurred_on: date | None = None,
    chain_from: history.Head | None = None,
) -> None:
    """Start a dossier on the version in force in its basin, up to its first wait.

    `chain_from` is the head of the history that it had before it was a case. Raises
    `versions.NothingPublished`.
    """
    case = cases.on_the_version_in_force(
        work, case_id=case_id, basin_id=basin_id, zone=zone, process=process, reference=reference, firm=firm
    )
    locked = cases.begin(work, case=case, process=process, head=chain_from)
    advance.begin(work, locked, locked.root, routing, occurred_on=occurred_on or work.today(zone))


def require_alive(locked: LockedCase) -> None:
    """Refuse an act on a dossier that has ended."""
    if locked.root.ended_at is not None:
        raise CaseEnded


def suspend(work: UnitOfWork, *, case_id: UUID, until: date, reason: str) -> None:
    """Suspend a dossier until a day at most six months away (D7).

    Its tasks show as suspended and its ladders stop, but for those that the domain lets go on; the 18
    months neither stop nor shrink, for they are an absolute date.
    Raises `AlreadySuspended`, `CaseEnded`, `errors.InvalidAnswers`.
    """
    locked = cases.lock(work, case_id)
    require_alive(locked)
    if locked.suspended_on is not None:
        raise AlreadySuspended
    today = work.today(locked.case.zone)
    if not today < until <= clocks.add_months(today, LONGEST_SUSPENSION_MONTHS):
        raise errors.InvalidAnswers({"until": [_("Une suspension dure six mois au plus.")]})
    locked.suspended_on, locked.suspended_until = today, until
    work.write(SUSPEND, {"case": case_id, "is_suspended": True, "goes_on": sorted(work.domain.goes_on)})
    work.record(
        suspensions.SUSPENDED, chain=case_id, subject=case_id, basin_id=locked.case.basin_id,
        content={"reason": reason}, until=until,
    )  # fmt: skip


def resume(work: UnitOfWork, *, case_id: UUID, note: str | None = None) -> None:
    """Take a suspended dossier up again: dates move by the working days lost, each by those it lost (D7).

    `note` is what whoever resumes it has to say. The 18 months, and what is counted from the same day, stay
    where they are. Raises `NotSuspended`.
    """
    locked = cases.lock(work, case_id)
    if locked.suspended_on is None:
        raise NotSuspended
    today, suspended_on = work.today(locked.case.zone), locked.suspended_on
    locked.suspended_on = locked.suspended_until = None

    def later(day: date, counted_since: date) -> date:
        since = max(suspended_on, counted_since)
        moved: date = work.domain.postpone(work, locked.case, day, since, today)
        return moved

    cases.satellites(work, locked)
    for state in locked.instances():
        _postpone_timers(work, locked, state, later)
    _take_up_tasks(work, locked, later)
    work.record(
        suspensions.RESUMED, chain=case_id, subject=case_id, basin_id=locked.case.basin_id,
        suspended_on=suspended_on,
    )  # fmt: skip
    work.domain.resumed(work, locked.case, note)


def _take_up_tasks(work: UnitOfWork, locked: LockedCase, later: Callable[[date, date], date]) -> None:
    """Let the tasks go on that were suspended: what they lost is nobody's time, nor a third party's."""
    zone, known = locked.case.zone, suspensions.spans(work, locked.case.id)
    work.flush()
    rows, known_since = [], _rescheduled_since(work, locked)
    paused: list[Any] = list(work.connection.execute(PAUSED, {"case": locked.case.id}))
    for row in paused:
        due_on, since = later(row.due_on, known_since.get(row.id, row.opened_on)), row.awaiting_since
        awaited = row.awaited_seconds
        if since is not None:  # The wait stopped with the project, and goes on from now.
            until = opening.wait_ends(row, zone, min(work.now, known[-1][0]))
            awaited, since = opening.awaited_seconds(awaited, since, until), work.now
        rows.append(
            {"key": row.id, "new_due_on": due_on, "new_due_at": clocks.end_of_day(due_on, zone),
             "lost": suspensions.seconds_within(known, row.opened_at, work.now),
             "awaited": awaited, "since": since}
        )  # fmt: skip
    work.write(TAKE_UP_AGAIN, rows)
    for each in rows:  # So that the due day of a task is known as of any instant (D1).
        work.record(
            RESCHEDULED, chain=locked.case.id, subject=each["key"],
            basin_id=locked.case.basin_id, due_on=each["new_due_on"],
        )  # fmt: skip


def _rescheduled_since(work: UnitOfWork, locked: LockedCase) -> dict[UUID, date]:
    """Since when the due day is known of each task that was given another under the suspension."""
    return {
        row.subject_id: clocks.local_date(row.at, locked.case.zone)
        for row in work.connection.execute(RESCHEDULED_MEANWHILE, {"case": locked.case.id})
    }


def opened_under_suspension(work: UnitOfWork, case_id: UUID) -> list[TaskView]:
    """The open tasks that opened since a dossier was last suspended, those that went on left out."""
    work.flush()
    asked = {"case": case_id, "goes_on": sorted(work.domain.goes_on)}
    return [opening.view_of(row) for row in work.connection.execute(OPENED_MEANWHILE, asked)]


def _postpone_timers(
    work: UnitOfWork, locked: LockedCase, state: cases.InstanceState, later: Callable[[date, date], date]
) -> None:
    zone = locked.case.zone

    def move(instant: datetime, since: datetime | None) -> datetime:
        day = clocks.local_date(instant, zone)
        hour = instant - clocks.start_of_day(day, zone)
        moved = later(day, clocks.local_date(since, zone) if since else date.min)
        if state is locked.root:
            moved = work.domain.hold_back(work, locked.case, day, moved)
        return clocks.start_of_day(moved, zone) + hour

    _move_timers(work, locked, state, move)


def move_timers(
    work: UnitOfWork, *, case_id: UUID, move: Callable[[datetime, datetime | None], datetime]
) -> None:
    """Move the armed timers of a dossier, and the days written in its routing, as `move` says.

    `move` is given an instant, and since when it counts where that is known. What is counted from a
    routing date stays, and so do the eighteen months (D2). The act says in the history what it moved.
    Raises `CaseEnded`.
    """
    locked = cases.lock(work, case_id)
    require_alive(locked)
    cases.satellites(work, locked)
    for state in locked.instances():
        _move_timers(work, locked, state, move)


def _move_timers(
    work: UnitOfWork,
    locked: LockedCase,
    state: cases.InstanceState,
    move: Callable[[datetime, datetime | None], datetime],
) -> None:
    step = advance.Advance(work, work.domain, locked, state, work.today(locked.case.zone))
    anchored = work.domain.anchored
    moved = step.run(lambda spec: workflow.reschedule(spec, state.state, step, move, anchored=anchored))
    state.state, state.marking, state.due_at = moved.state, moved.marking, moved.due_at
    state.is_changed = True


def reroute(work: UnitOfWork, *, case_id: UUID, routing: Mapping[str, Routing]) -> None:
    """Give a dossier's own process other routing: what was decided anew while it goes on.

    A timer that waits for a day among them waits for the new one; the eighteen months stay (D2). The act
    says in the history what it changed. Raises `CaseEnded`.
    """
    locked = cases.lock(work, case_id)
    require_alive(locked)
    state = locked.root
    step = advance.Advance(work, work.domain, locked, state, work.today(locked.case.zone))
    moved = step.run(lambda spec: workflow.reroute(spec, state.state, step, routing))
    state.state, state.marking, state.due_at = moved.state, moved.marking, moved.due_at
    state.is_changed = True


def move_open_tasks(work: UnitOfWork, *, case_id: UUID, role: str, former: UUID, holder: UUID) -> None:
    """Move a role's open tasks to its new holder, at once; closed ones stay as they were (D19)."""
    locked = cases.lock(work, case_id)
    work.write(MOVE, {"case": case_id, "held_role": role, "former": former, "holder": holder})
    work.record(
        "runtime.tasks.moved", chain=case_id, subject=case_id, basin_id=locked.case.basin_id,
        role=role, former=former, holder=holder,
    )  # fmt: skip


def move_line(
    work: UnitOfWork, *, case_id: UUID, role: str, position: int, former: UUID | None, holder: UUID
) -> list[UUID]:
    """Move the open task of one line to its new holder; others of the same person stay theirs.

    Gives the tasks that moved, and says so in the history (D22).
    """
    locked = cases.lock(work, case_id)
    line = {"case": case_id, "held_role": role, "line": position}
    work.write(MOVE_LINE, {**line, "holder": holder})
    work.record(
        "runtime.tasks.moved", chain=case_id, subject=case_id, basin_id=locked.case.basin_id,
        role=role, position=position, former=former, holder=holder,
    )  # fmt: skip
    return list(work.connection.scalars(OPEN_OF_LINE, line))


def rename(work: UnitOfWork, *, case_id: UUID, firm: str) -> None:
    """Give a dossier, its instances and its open tasks the name that its firm has now."""
    locked = cases.lock(work, case_id)
    locked.case = replace(locked.case, firm=firm)
    locked.root.is_changed = True
    work.write(RENAME, {"case": case_id, "name": firm})
    work.flush()
    rows = [
        {"key": row.id, "name": firm,
         "words": opening.searched(row.title, locked.case)}
        for row in work.connection.execute(OPEN_TITLES, {"case": case_id})
    ]  # fmt: skip
    work.write(RENAME_TASK, rows)


def release_claimed(work: UnitOfWork, *, case_id: UUID, role: str, eligible: Collection[UUID]) -> int:
    """Give back to its group what somebody who may no longer do it had taken; how many tasks."""
    locked = cases.lock(work, case_id)
    lost = [
        row
        for row in work.connection.execute(CLAIMED, {"case": case_id, "held_role": role})
        if row.assignee_id not in eligible
    ]
    work.write(GIVE_BACK, [{"key": row.id} for row in lost])
    for row in lost:
        work.record(
            "runtime.task.released", chain=case_id, subject=row.id, basin_id=locked.case.basin_id,
            process=row.process, step=row.step, former=row.assignee_id,
        )  # fmt: skip
    return len(lost)


def reschedule_task(work: UnitOfWork, *, case_id: UUID, task_id: UUID, due_on: date) -> None:
    """Give an open task another due day, as the act that replaces a mandataire does (D9)."""
    locked = cases.lock(work, case_id)
    due_at = clocks.end_of_day(due_on, locked.case.zone)
    work.write(POSTPONE, {"key": task_id, "new_due_on": due_on, "new_due_at": due_at}, expected=1)
    work.record(
        RESCHEDULED, chain=case_id, subject=task_id, basin_id=locked.case.basin_id,
        due_on=due_on,
    )  # fmt: skip
