"""Once a month, tell each steering committee which reports are late; nothing is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock
from engine.calendar.openings import OPENS_AT
from engine.escalation.models import RungClimbed
from engine.outbox import notify
from engine.people import assignments, calendars
from engine.people.models import Assignment, Basin, Person, Role
from engine.persistence import claims
from engine.projects import reports
from engine.runtime.models import Task

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

TICK = "late_digest"


def send_late_digests(database: Database) -> int:
    """Write the digests that are due: once a month per basin, on its first open day, from eight.

    A month whose first open day was missed (an outage) is caught up on the next; gives how many mails
    were written.
    """
    with database.start_reading() as reading:
        waiting = [basin_id for basin_id, zone in unsent(reading) if is_due(reading, basin_id, zone)]
    return sum(send_digest(database, basin_id) for basin_id in waiting)


def unsent(work: UnitOfWork) -> list[tuple[int, ZoneInfo]]:
    """List the basins whose digest of the month was not written, in two statements however many there are."""
    zones = {row.id: ZoneInfo(row.zone) for row in work.connection.execute(sa.select(Basin.id, Basin.zone))}
    periods = {basin_id: period_of(basin_id, work.today(zone)) for basin_id, zone in zones.items()}
    mark = claims.tick_mark.c
    taken = set(
        work.connection.scalars(
            sa.select(mark.period).where(mark.tick == TICK, mark.period.in_(periods.values()))
        )
    )
    return [(basin_id, zone) for basin_id, zone in zones.items() if periods[basin_id] not in taken]


def is_due(work: UnitOfWork, basin_id: int, zone: ZoneInfo) -> bool:
    """Tell whether a basin's digest of the month may be written now."""
    local = work.now.astimezone(zone)
    first = calendars.calendar_of(work, basin_id).first_open_on_or_after(local.date().replace(day=1))
    return local.date() > first or (local.date() == first and local.time() >= OPENS_AT)


def period_of(basin_id: int, day: date) -> str:
    """Give the name of a basin's month."""
    return f"{basin_id}/{day:%Y-%m}"


def send_digest(database: Database, basin_id: int) -> int:
    """Write one basin's digest for the month, unless another process just did; none when all is well."""
    with database.start_work() as work:
        basin = work.database.get_one(Basin, basin_id)
        today = clock.local_date(work.now, ZoneInfo(basin.zone))
        if not claims.take_period(work, tick=TICK, period=period_of(basin_id, today)):
            return 0
        lines = late_reports(work, basin_id, today)
        readers = steering_readers(work, basin_id, today) if lines else []
        notify.post(
            work,
            [
                notify.row(
                    work,
                    kind="digest_late",
                    recipient_id=person_id,
                    basin_id=basin_id,
                    data={"month": today.replace(day=1), "lines": lines},
                )
                for person_id in readers
            ],
        )
        return len(readers)


def late_reports(work: UnitOfWork, basin_id: int, today: date) -> list[Mapping[str, object]]:
    """List a basin's late reports, the oldest first: reference, due day, last rung climbed."""
    rows = work.connection.execute(
        sa.select(Task.case_id, Task.reference, Task.due_on)
        .where(
            Task.basin_id == basin_id,
            Task.form == reports.FORM,
            Task.closed_at.is_(None),
            Task.suspended.is_(sa.false()),
            Task.due_on < today,
        )
        .order_by(Task.due_on, Task.reference)
    ).all()
    reached = rungs_reached(work, [row.case_id for row in rows])
    return [
        {"reference": row.reference, "due_on": row.due_on, "rung": reached.get((row.case_id, row.due_on), "")}
        for row in rows
    ]


def rungs_reached(work: UnitOfWork, case_ids: list[UUID]) -> dict[tuple[UUID, date], str]:
    """Give the last rung climbed for each late report, by project and due day."""
    if not case_ids:
        return {}
    rows = work.connection.execute(
        sa.select(RungClimbed.case_id, RungClimbed.rung, Task.due_on)
        .join(Task, sa.and_(Task.case_id == RungClimbed.case_id, Task.form == reports.FORM))
        .where(
            RungClimbed.case_id.in_(case_ids),
            Task.closed_at.is_(None),
            RungClimbed.report_number.is_not(None),
            RungClimbed.climbed_at >= Task.opened_at,
        )
        .order_by(RungClimbed.climbed_at)
    )
    return {(row.case_id, row.due_on): row.rung for row in rows}


def steering_readers(work: UnitOfWork, basin_id: int, today: date) -> list[UUID]:
    """List those who steer a basin today and can be written to."""
    return list(
        work.connection.scalars(
            sa.select(Person.id)
            .join(Assignment, Assignment.person_id == Person.id)
            .where(
                Assignment.basin_id == basin_id,
                Assignment.role == Role.STEERING.value,
                assignments.in_force(today),
                Person.email.is_not(None),
            )
            .distinct()
            .order_by(Person.id)
        )
    )
