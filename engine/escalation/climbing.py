"""Climb one rung: write the mail if it still has an object, and keep what was done or why not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.escalation import awaited as late
from engine.escalation.ladder import Rung
from engine.escalation.models import Outcome, RungClimbed
from engine.outbox import notify
from engine.outbox.models import ARRIVED, Message
from engine.people import calendars
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.escalation.awaited import Awaited
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

INSERT = sa.insert(RungClimbed)
LONGEST_PAUSE = timedelta(days=21)


def climb_report_rung(act: Act, rung: Rung, *, kind: str) -> date:
    """Write to the mandatary about their report unless something forbids it.

    Gives the day from which the next rung keeps its distance: the day the mail leaves; when the
    mandatary waits for somebody, the end of that wait, so that the ladder pauses: once, and 21 days at
    most, whatever is waited for afterwards (D21).
    """
    number = report_number(act)
    report = late.open_report(act.work, act.case.id)
    obstacle = late.obstacle(act, report, report_number=number)
    opening = next_opening(act)
    leaves_on = clock.local_date(opening, act.zone)
    planned_on = planned_day(act, f"{'due_day' if rung is Rung.DUE else rung.value}_on")
    if report is None or obstacle is not None:
        keep(
            act,
            rung.value,
            obstacle or Outcome.MOOT,
            planned_on=planned_on,
            sent_on=None,
            recipient_id=None if report is None else report.holder_id,
            report_number=number,
        )
        if obstacle is Outcome.AWAITING and report is not None and report.awaiting_until is not None:
            return max(leaves_on, min(report.awaiting_until, act.today + LONGEST_PAUSE))
        return leaves_on
    write(act, report, kind=kind, rung=rung.value, planned_on=planned_on, opening=opening, number=number)
    return leaves_on


def pause_ends(act: Act, report: Awaited) -> date:
    """Give the day after a pause that begins today: after the wait, and within 21 days (D21)."""
    last_day = report.awaiting_until or act.today
    return min(last_day + timedelta(days=1), act.today + LONGEST_PAUSE)


def remind_holders(act: Act, *, form: str, kind: str) -> None:
    """Write to whoever holds an open task of this form in this instance, unless something forbids it."""
    opening = next_opening(act)
    for task in late.open_tasks(act.work, act.case.id, form, act.instance_id):
        obstacle = late.obstacle(act, task, report_number=None)
        if obstacle is None:
            write(act, task, kind=kind, rung=kind, planned_on=act.today, opening=opening, number=None)
        else:
            keep(
                act,
                kind,
                obstacle,
                planned_on=act.today,
                sent_on=None,
                recipient_id=task.holder_id,
                report_number=None,
            )


def write(
    act: Act,
    task: Awaited,
    *,
    kind: str,
    rung: str,
    planned_on: date,
    opening: datetime,
    number: int | None,
) -> None:
    """Leave the mail of a rung in the outbox, and keep the rung as climbed."""
    if task.holder_id is None:
        return
    about_report = {} if number is None else {"report_number": number, "due_on": task.due_on}
    outbox_id = notify.notify(
        act.work,
        kind=kind,
        recipient_id=task.holder_id,
        case_id=act.case.id,
        basin_id=act.case.basin_id,
        task_id=task.task_id,
        data=about_report,
        reference=task.reference,
        send_after=opening,
        counts_for=number,
    )
    keep(
        act,
        rung,
        Outcome.SENT,
        planned_on=planned_on,
        sent_on=clock.local_date(opening, act.zone),
        recipient_id=task.holder_id,
        report_number=number,
        outbox_id=outbox_id,
    )


def keep(
    act: Act,
    rung: str,
    outcome: Outcome,
    *,
    planned_on: date,
    sent_on: date | None,
    recipient_id: UUID | None,
    report_number: int | None,
    outbox_id: UUID | None = None,
) -> None:
    """Keep a rung as climbed, in its table and in the project's history."""
    rung_id = new_id()
    act.work.write(
        INSERT,
        {
            "id": rung_id,
            "case_id": act.case.id,
            "basin_id": act.case.basin_id,
            "report_number": report_number,
            "rung": rung,
            "planned_on": planned_on,
            "sent_on": sent_on,
            "climbed_at": act.work.now,
            "outbox_id": outbox_id,
            "outcome": outcome.value,
            "recipient_id": recipient_id,
        },
    )
    record(
        act,
        "escalation.rung.climbed",
        subject=rung_id,
        rung=rung,
        outcome=outcome.value,
        report_number=report_number,
        planned_on=planned_on,
        sent_on=sent_on,
        recipient=recipient_id,
    )


def record(act: Act, kind: str, *, subject: UUID | None = None, **facts: Any) -> None:
    """Tell the project's history what a ladder did."""
    act.work.record(
        kind,
        chain=act.case.id,
        subject=subject or act.case.id,
        basin_id=act.case.basin_id,
        occurred_on=act.occurred_on,
        **facts,
    )


def next_opening(act: Act) -> datetime:
    """Give the next instant at which a reminder may leave in this basin."""
    return calendars.calendar_of(act.work, act.case.basin_id).next_sending_time(act.work.now, act.zone)


def report_number(act: Act) -> int:
    """Give the number of the report that a ladder is about."""
    return int(act.routing.get("report_number") or 0)


def due_day(act: Act) -> date:
    """Give the day the report is due: the open task's, which may have moved; else the ladder's own."""
    report = late.open_report(act.work, act.case.id)
    return report.due_on if report is not None else planned_day(act, "report_due_on")


def planned_day(act: Act, variable: str) -> date:
    """Give the day that a routing variable holds; today when it holds none."""
    text = str(act.routing.get(variable) or "")
    return date.fromisoformat(text) if text else act.today


def unsent_of_case(work: UnitOfWork, case_id: UUID) -> dict[UUID, str | None]:
    """The mails of a project's rungs that have not left, with what became of them: none yet, or why not."""
    arrived = [outcome.value for outcome in ARRIVED]
    rows = work.connection.execute(
        sa.select(Message.id, Message.outcome)
        .join(RungClimbed, RungClimbed.outbox_id == Message.id)
        .where(
            RungClimbed.case_id == case_id,
            sa.or_(Message.outcome.is_(None), Message.outcome.not_in(arrived)),
        )
    )
    return dict(rows.all())


def rungs_of_case(work: UnitOfWork, case_id: UUID) -> list[RungClimbed]:
    """List the rungs climbed on a project, oldest first, for its page."""
    statement = (
        sa.select(RungClimbed)
        .where(RungClimbed.case_id == case_id)
        .order_by(RungClimbed.climbed_at, RungClimbed.planned_on, RungClimbed.id)
    )
    return list(work.database.scalars(statement))
