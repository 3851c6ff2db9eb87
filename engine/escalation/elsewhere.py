"""What is late or held up at others in a basin: at whom, since when, and whether they may be written to."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.escalation.ladder import MAILS_AT_MOST
from engine.outbox.models import ARRIVED, Message
from engine.people import assignments, basins, chairs
from engine.people.models import Absence, Account, Assignment, Person, Role
from engine.projects import reports, whereabouts
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.whereabouts import Dated

SHOWN = 50
# Whom to reach: whoever stands in for the holder while they are away.
REACHED = sa.func.coalesce(Task.substitute_id, Task.assignee_id)
COOL_DOWN = timedelta(days=7)
# A project stands still until these are answered: they are shown before they are late, once somebody has
# had these days to answer.
HOLDING_UP = (
    "agreement_signature", "decision_sign_off", "closure_sign_off", "termination_sign_off", "mandate_answer",
    "mandate_reassignment", "mandatary_choice", "prescription_answer", "minutes_sign_off", "request_approval",
)  # fmt: skip
LEFT_IN_PEACE = timedelta(days=3)
LADDER = "late_report"
KIND = "task_reminded"


class Obstacle(enum.StrEnum):
    """Why nobody may be written to today about a task; the telephone remains."""

    NOBODY = "nobody"
    GONE = "gone"  # Their account is closed: somebody else is to have their part.
    AWAITING = "awaiting"  # Put on hold until a day, with its reason.
    INVALID_ADDRESS = "invalid_address"
    ENOUGH = "enough"  # Three mails have left about this report (D9).
    ABSENT = "absent"
    TOO_SOON = "too_soon"  # A mail left within the week.


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A task that somebody else has not done, and what is known of reaching them.

    `person_id` is its holder, or their substitute; for a sign-off that any chair may give, the chair in
    force. `written_at` is when the last mail about it left, or will; `counted_mails` those that count
    towards the three of a report (D9). `away_until` is the last day of a declared absence; of somebody
    who `is_gone`, the account is closed.
    """

    task_id: UUID
    case_id: UUID
    basin_id: int
    process: str
    step: str
    title: str
    form: str
    role: str
    capacity: str | None
    firm: str
    reference: str
    opened_on: date
    due_on: date
    awaiting: str | None
    awaiting_until: date | None
    person_id: UUID | None
    person: str | None
    phone: str | None
    email: str | None
    address_invalid_at: datetime | None
    written_at: datetime | None
    counted_mails: int
    away_until: date | None
    is_gone: bool
    next_rung: Dated | None = None

    @property
    def is_report(self) -> bool:
        """Whether it is a follow-up report, whose ladder writes three times at most."""
        return self.form == reports.FORM

    def may_be_written_again_on(self, zone: Any) -> date | None:
        """The first day on which another mail may leave after the last one."""
        return None if self.written_at is None else self.written_at.astimezone(zone).date() + COOL_DOWN

    def obstacle(self, today: date, zone: Any) -> Obstacle | None:
        """Why no mail may be asked for today, or None when one may."""
        again_on = self.may_be_written_again_on(zone)
        stands = {  # The first that does is told.
            Obstacle.NOBODY: self.person_id is None,
            Obstacle.GONE: self.is_gone,
            Obstacle.AWAITING: self.awaiting is not None
            and self.awaiting_until is not None
            and self.awaiting_until >= today,
            Obstacle.INVALID_ADDRESS: self.email is None or self.address_invalid_at is not None,
            Obstacle.ENOUGH: self.is_report and self.counted_mails >= MAILS_AT_MOST,
            Obstacle.ABSENT: self.away_until is not None,
            Obstacle.TOO_SOON: again_on is not None and today < again_on,
        }
        return next((obstacle for obstacle, does in stands.items() if does), None)


def at_others(
    work: UnitOfWork, basin_ids: Collection[int] | None, person_id: UUID, *, at_most: int = SHOWN
) -> list[Elsewhere]:
    """What is late, or has held a project up for three days, at others; the most overdue first.

    Free tasks of officers are nobody else's; what waits for a third party until a day has its cause.
    """
    today = work.today(basins.NATIONAL_ZONE)
    conditions = [
        Task.suspended.is_(sa.false()),
        sa.or_(Task.awaiting.is_(None), Task.awaiting_until < today),
        sa.or_(Task.assignee_id.is_not(None), Task.role != Role.OPERATOR.value),
        sa.or_(Task.assignee_id.is_(None), REACHED.is_distinct_from(person_id)),
        sa.or_(
            Task.due_at < work.now,
            sa.and_(Task.form.in_(HOLDING_UP), Task.opened_on <= today - LEFT_IN_PEACE),
        ),
    ]
    if basin_ids is not None:
        conditions.append(Task.basin_id.in_(list(basin_ids)))
    found = read(work, today, *conditions, at_most=at_most)
    dates = whereabouts.dates_of_cases(work, {each.case_id for each in found})
    return [replace(each, next_rung=next_rung(each, dates.get(each.case_id, []))) for each in found]


def of_form(work: UnitOfWork, case_id: UUID, form: str, today: date) -> dict[UUID, Elsewhere]:
    """The open tasks of one form on a project, by their ids: whoever has each, and the last mail to them."""
    found = read(work, today, Task.case_id == case_id, Task.form == form, at_most=SHOWN)
    return {each.task_id: each for each in found}


def read(
    work: UnitOfWork, today: date, *conditions: sa.ColumnElement[bool], at_most: int = 1
) -> list[Elsewhere]:
    """Open tasks of some conditions with their holders; a chair's free task has the chair in force."""
    rows = work.connection.execute(
        sa.select(
            Task.id, Task.case_id, Task.basin_id, Task.process, Task.step, Task.title,
            Task.form, Task.role, Task.capacity, Task.firm, Task.reference, Task.opened_on, Task.due_on,
            Task.awaiting, Task.awaiting_until, REACHED, Person.full_name, Person.phone,
            Person.email, Person.address_invalid_at, LAST_WRITTEN, COUNTED,
            AWAY, GONE, STEPPED_BACK,
        )
        .outerjoin(Person, Person.id == REACHED)
        .where(Task.closed_at.is_(None), *conditions)
        .order_by(Task.due_at, Task.id)
        .limit(at_most),
        {"today": today},
    )  # fmt: skip
    return [
        with_chair(work, Elsewhere(*tuple(row)[:-1]), today, row.case_id if row.stepped_back else None)
        for row in rows
    ]


def with_chair(work: UnitOfWork, found: Elsewhere, today: date, case_id: UUID | None) -> Elsewhere:
    """The task with the chair to call, when any chair in force may do it.

    Asked once per basin, and again on a project (`case_id`) from which somebody stepped back: it may be
    the chair.
    """
    if found.person_id is not None or found.role != Role.CHAIR.value:
        return found
    key = (__name__, "chair", found.basin_id, case_id)
    if key not in work.memory:
        chair = chairs.chair_in_force(work, found.basin_id, today, case_id)
        work.memory[key] = None if chair is None else work.database.get(Person, chair.person_id)
    person: Person | None = work.memory[key]
    if person is None:
        return found
    return replace(
        found, person_id=person.id, person=person.full_name, phone=person.phone, email=person.email,
        address_invalid_at=person.address_invalid_at,
    )  # fmt: skip


def next_rung(found: Elsewhere, dates: list[Dated]) -> Dated | None:
    """What happens next by itself about a task, and when: its ladder's rung, or its own step's reminder."""
    coming = [
        each
        for each in dates
        if (each.process, each.at) == (found.process, found.step)
        or (found.is_report and each.process == LADDER)
    ]
    return min(coming, key=lambda each: each.until, default=None)


counts = sa.or_(Message.outcome.is_(None), Message.outcome.in_([each.value for each in ARRIVED]))
about = sa.and_(
    Message.case_id == Task.case_id,  # The index of a project's mails.
    Message.task_id == Task.id,
    sa.or_(
        Task.assignee_id.is_(None),
        Message.recipient_id == Task.assignee_id,
        Message.recipient_id == Task.substitute_id,
    ),
    counts,
)
LAST_WRITTEN = (
    sa.select(sa.func.max(sa.func.coalesce(Message.sent_at, Message.send_after)))
    .where(about)
    .correlate(Task)
    .scalar_subquery()
)
COUNTED = (
    sa.select(sa.func.count())
    .select_from(Message)
    .where(about, Message.counts_for.is_not(None))
    .correlate(Task)
    .scalar_subquery()
)
STEPPED_BACK = (
    sa.select(1)
    .where(
        Assignment.case_id == Task.case_id,
        Assignment.role == Role.RECUSED.value,
        assignments.in_force(sa.bindparam("today", type_=sa.Date)),
    )
    .correlate(Task)
    .exists()
    .label("stepped_back")
)
AWAY = (
    sa.select(sa.func.max(Absence.last_day))
    .where(
        Absence.person_id == REACHED,
        Absence.withdrawn_at.is_(None),
        Absence.first_day <= sa.bindparam("today", type_=sa.Date),
        Absence.last_day >= sa.bindparam("today", type_=sa.Date),
    )
    .correlate(Task)
    .scalar_subquery()
)
GONE = (
    sa.select(1)
    .where(Account.person_id == REACHED, Account.disabled_at.is_not(None))
    .correlate(Task)
    .exists()
)
