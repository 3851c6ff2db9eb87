"""A seat that changes hands during a written consultation: its new holder answers; none, and it ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.committee import bound_dossiers, sessions, telling
from engine.committee.agenda_models import Diffusion
from engine.committee.models import CommitteeSession
from engine.outbox import notify
from engine.people import assignments, basins, committee_seats
from engine.people.models import Assignment, Role
from engine.runtime import advance, cases, in_turn, instances
from engine.runtime.models import Task

if TYPE_CHECKING:
    from datetime import date

    from engine.people.committee_seats import Seat
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

STEP = "answer_consultation"
_later = aliased(Diffusion)


@dataclass(frozen=True, slots=True)
class Vacant:
    """A line of a consultation whose seat is no longer held by whoever was asked."""

    task_id: UUID
    line: Diffusion
    seat: Assignment


def follow_seats(database: Database) -> int:
    """Have each consultation under way ask whoever holds its seats now; how many sessions changed.

    One statement where nobody left. Done again, it changes nothing.
    """
    with database.start_reading() as work:
        today = work.today(basins.NATIONAL_ZONE)
        found = dict.fromkeys(work.connection.scalars(vacant_lines(today).with_only_columns(Task.case_id)))
    return in_turn.each(found, partial(see_to, database))


def vacant_lines(on: date) -> sa.Select[UUID, Diffusion, Assignment]:
    """The answers still asked of somebody whose seat has ended: task, line, seat."""
    was_sent_later = sa.exists().where(
        _later.session_id == Diffusion.session_id, _later.position == Diffusion.position,
        _later.version > Diffusion.version,
    )  # fmt: skip
    under_way = sa.select(CommitteeSession.id).where(
        CommitteeSession.state == sessions.PLANNED, CommitteeSession.kind == sessions.WRITTEN
    )
    return (
        sa.select(Task.id, Diffusion, Assignment)
        .join(Diffusion, sa.and_(Diffusion.session_id == Task.case_id, Diffusion.position == Task.position))
        .join(Assignment, Assignment.id == Diffusion.seat_id)
        .where(
            # Found from the few consultations under way: a nation has a million open tasks.
            Task.case_id.in_(under_way),
            Task.step == STEP,
            Task.closed_at.is_(None),
            sa.not_(was_sent_later),
            sa.not_(assignments.in_force(on)),
        )
        .order_by(Task.position)
    )


def see_to(database: Database, session_id: UUID) -> bool:
    """Ask the new holders of a session's seats, and wait no more for those that have none."""
    with database.start_work() as work:
        session = sessions.lock(work, session_id)
        today = basins.today(work, session.basin_id)
        if session.state != sessions.PLANNED:
            return False
        rows = work.database.execute(vacant_lines(today).where(Task.case_id == session_id)).all()
        left = []
        for vacant in (Vacant(row[0], row[1], row[2]) for row in rows):
            holder = present_holder(work, session, vacant, today)
            if holder is None:
                left.append(vacant)
            else:
                pass_on(work, session, vacant, holder, today)
        # A seat is often given again on the day it ended: it is waited for until the next, if others are.
        is_last = len(left) == len(open_lines(work, session_id))
        over = [each for each in left if is_last or (each.seat.valid_to or today) < today]
        for vacant in over:
            give_up(work, session, vacant)
        return len(over) + len(rows) - len(left) > 0


def open_lines(work: UnitOfWork, session_id: UUID) -> list[UUID]:
    """The answers that a session waits for."""
    return [each.id for each in sessions.waiting_steps(work, session_id) if each.step == STEP]


def present_holder(work: UnitOfWork, session: CommitteeSession, vacant: Vacant, today: date) -> Seat | None:
    """Who sits now for the organisation whose seat has ended, and was asked nothing in their own name."""
    asked = set(
        work.connection.scalars(
            sa.select(Diffusion.seat_id)
            .join(Task, sa.and_(Task.case_id == Diffusion.session_id, Task.position == Diffusion.position))
            .where(Diffusion.session_id == session.id, Task.step == STEP)
        )
    )
    able = [
        seat
        for seat in committee_seats.seats_in_force(work, session.basin_id, today)
        if seat.organisation_id == vacant.seat.organisation_id
        and not seat.guest
        and seat.assignment_id not in asked
    ]
    return min(able, key=lambda seat: (seat.since, seat.assignment_id), default=None)


def pass_on(work: UnitOfWork, session: CommitteeSession, vacant: Vacant, holder: Seat, today: date) -> None:
    """Ask the new holder of a seat in place of the one before, and send them what it is about."""
    line, former = vacant.line, vacant.line.person_id
    line.seat_id, line.person_id, line.sent_on = holder.assignment_id, holder.person_id, today
    line.acknowledged_at, line.acknowledged_through = None, None
    work.database.flush()
    bound_dossiers.follow_recusal(work, session.id, holder.person_id)
    instances.move_line(
        work, case_id=session.id, role=Role.SEAT.value, position=line.position, former=former,
        holder=holder.person_id,
    )  # fmt: skip
    sessions.record(
        work, "committee.consultation.passed_on", session, seat=holder.assignment_id,
        former=vacant.seat.id, position=line.position,
    )  # fmt: skip
    version = max(each.version for each in bound_dossiers.latest(work, session.id))
    telling.write(work, session, telling.AGENDA, [holder.person_id], more={"version": version})
    notify.notify(
        work, kind="task_reassigned", recipient_id=holder.person_id, case_id=session.id,
        basin_id=session.basin_id, task_id=vacant.task_id, reference=session.number,
    )  # fmt: skip


def give_up(work: UnitOfWork, session: CommitteeSession, vacant: Vacant) -> None:
    """Wait no more for a seat that nobody holds: it has not answered."""
    locked = cases.lock(work, session.id)
    advance.give_up_task(work, locked, instance_id=session.id, task_id=vacant.task_id)
    sessions.record(
        work, "committee.consultation.given_up", session, seat=vacant.seat.id, position=vacant.line.position
    )
