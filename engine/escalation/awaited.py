"""The tasks that a ladder is about, and whether their holder may be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.escalation.ladder import MAILS_AT_MOST
from engine.escalation.models import Outcome, RungClimbed
from engine.outbox.models import ARRIVED, Message
from engine.people import absences
from engine.people.models import Person
from engine.projects import reports
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Case


@dataclass(frozen=True, slots=True)
class Awaited:
    """An open task that somebody is late with; the holder's substitute is written to while they are away."""

    task_id: UUID
    holder_id: UUID | None
    due_on: date
    awaiting_until: date | None
    reference: str
    owner_id: UUID | None = None  # Whose it is, where the holder stands in for them.


def open_report(work: UnitOfWork, case_id: UUID) -> Awaited | None:
    """Give the report that a project's mandatary owes; one is open at a time (D4), or none."""
    return next(iter(open_tasks(work, case_id, reports.FORM)), None)


def opening_late(act: Act) -> Awaited | None:
    """Give the report that opens in this act though its due day has passed; none when it was given."""
    due_on, number = str(act.routing.get("report_due_on") or ""), int(act.routing.get("report_number") or 0)
    if not due_on or date.fromisoformat(due_on) > act.today:
        return None
    given = reports.latest(act.work, act.case.id)
    if given is not None and given.last_number >= number:
        return None
    return Awaited(act.instance_id, None, date.fromisoformat(due_on), None, act.case.reference)


def open_tasks(work: UnitOfWork, case_id: UUID, form: str, instance_id: UUID | None = None) -> list[Awaited]:
    """List a project's open tasks of a form, of one instance or of all, oldest first."""
    statement = (
        sa.select(
            Task.id,
            sa.func.coalesce(Task.substitute_id, Task.assignee_id),
            Task.due_on,
            Task.awaiting_until,
            Task.reference,
            Task.assignee_id,
        )
        .where(Task.case_id == case_id, Task.form == form, Task.closed_at.is_(None))
        .order_by(Task.opened_at, Task.id)
    )
    if instance_id is not None:
        statement = statement.where(Task.instance_id == instance_id)
    return [Awaited(*row) for row in work.connection.execute(statement)]


def obstacle(act: Act, awaited: Awaited | None, *, report_number: int | None) -> Outcome | None:
    """Tell why no mail is to leave today about this task, or None when one may."""
    if awaited is None or awaited.holder_id is None:
        return Outcome.MOOT
    if pauses(act, awaited, report_number=report_number):
        return Outcome.AWAITING
    if absences.is_absent(act.work, awaited.holder_id, act.today):
        return Outcome.ABSENT
    holder = act.work.database.get_one(Person, awaited.holder_id)
    if holder.email is None or holder.address_invalid_at is not None:
        return Outcome.INVALID_ADDRESS
    if report_number is not None:
        readers = {awaited.holder_id, awaited.owner_id or awaited.holder_id}
        written = sum(mails_written(act.work, act.case.id, each, report_number) for each in readers)
        if written >= MAILS_AT_MOST:
            return Outcome.ENOUGH
    return None


def pauses(act: Act, awaited: Awaited | None, *, report_number: int | None) -> bool:
    """Whether the holder waits for somebody today, and the ladder has not waited with them yet (D21)."""
    if awaited is None or awaited.holder_id is None or awaited.awaiting_until is None:
        return False
    return awaited.awaiting_until >= act.today and not has_paused(
        act.work, act.case.id, awaited.holder_id, report_number
    )


def has_paused(work: UnitOfWork, case_id: UUID, holder_id: UUID, report_number: int | None) -> bool:
    """Whether a report's ladder has waited for somebody already: it does so once (D21)."""
    if report_number is None:
        return False
    paused = sa.select(RungClimbed.id).where(
        RungClimbed.case_id == case_id,
        RungClimbed.recipient_id == holder_id,
        RungClimbed.report_number == report_number,
        RungClimbed.outcome == Outcome.AWAITING.value,
    )
    return work.connection.execute(paused.limit(1)).first() is not None


def counted(case_id: UUID, recipient_id: UUID, report_number: int) -> sa.ColumnElement[bool]:
    """The condition of a mail to one person that counts for one report: sent, or still to leave."""
    arrived = [outcome.value for outcome in ARRIVED]
    return sa.and_(
        Message.case_id == case_id,
        Message.recipient_id == recipient_id,
        Message.counts_for == report_number,
        sa.or_(Message.outcome.is_(None), Message.outcome.in_(arrived)),
    )


def mails_written(work: UnitOfWork, case_id: UUID, recipient_id: UUID, report_number: int) -> int:
    """Count the mails about a report to a person (D9: three at most)."""
    condition = counted(case_id, recipient_id, report_number)
    statement = sa.select(sa.func.count()).select_from(Message).where(condition)
    return work.connection.execute(statement).scalar_one()


def announced_on(work: UnitOfWork, case: Case, awaited: Awaited, report_number: int) -> date | None:
    """Give the local day the report's opening was announced to its holder; the ladder's first mail."""
    if awaited.holder_id is None:
        return None
    condition = counted(case.id, awaited.holder_id, report_number)
    first = work.connection.scalar(
        sa.select(sa.func.min(sa.func.coalesce(Message.sent_at, Message.send_after))).where(condition)
    )
    return None if first is None else clock.local_date(first, case.zone)
