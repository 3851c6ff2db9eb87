"""Warn of what will be forgotten, thirty and seven days before: who keeps the files, people of their data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.outbox import notify
from engine.people import assignments, basins
from engine.people.models import Account, Assignment, Person, Role
from engine.persistence.base import table_of
from engine.projects.models import Project
from engine.retention import rules
from engine.retention.models import Plan

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

plan = table_of(Plan)


def warn(work: UnitOfWork) -> int:
    """Write the warnings that are due, one mail per reader: officers for projects, people for theirs."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    waiting = work.connection.execute(sa.select(plan).where(plan.c.done_at.is_(None))).all()
    first = [row for row in waiting if row.first_warned_at is None and row.planned_on - rules.WARNED <= today]
    again = [
        row
        for row in waiting
        if row.first_warned_at is not None
        and row.last_warned_at is None
        and row.planned_on - rules.WARNED_AGAIN <= today
    ]
    for row in first:
        mark(work, row, today, column="first_warned_at", least=rules.WARNED)
    for row in again:
        mark(work, row, today, column="last_warned_at", least=rules.WARNED_AGAIN)
    tell(work, [noted(work, row.id) for row in (*first, *again)])
    return len(first) + len(again)


def mark(work: UnitOfWork, row: Any, today: date, *, column: str, least: timedelta) -> None:
    """Note a warning; what was missed while nothing ran is put off, so that it still comes in time."""
    work.connection.execute(
        sa.update(plan)
        .where(plan.c.id == row.id)
        .values({column: work.now, "planned_on": max(row.planned_on, today + least)})
    )


def noted(work: UnitOfWork, plan_id: UUID) -> Any:
    """A plan as it stands, its day put off if it had to be."""
    return work.connection.execute(sa.select(plan).where(plan.c.id == plan_id)).one()


def tell(work: UnitOfWork, rows: Sequence[Any]) -> None:
    """Write the mails about some plans."""
    messages = []
    for basin_id in sorted({row.basin_id for row in rows if row.basin_id is not None}):
        lines = lines_of(work, [row for row in rows if row.basin_id == basin_id])
        messages += [
            notify.row(
                work, kind="retention_due", recipient_id=person_id, basin_id=basin_id,
                data={"path": "/administration/conservation", "lines": lines},
            )
            for person_id in keepers(work, basin_id)
        ]  # fmt: skip
    for row in rows:
        if row.basin_id is None and can_be_written_to(work, row.subject_id):
            messages.append(
                notify.row(
                    work,
                    kind="retention_own",
                    recipient_id=row.subject_id,
                    data={"rule": row.rule, "planned_on": row.planned_on},
                )
            )
    notify.post(work, messages)


def lines_of(work: UnitOfWork, rows: Sequence[Any]) -> list[dict[str, object]]:
    """The projects of a mail: reference, rule, day."""
    asked = sa.select(Project.id, Project.reference).where(Project.id.in_([row.subject_id for row in rows]))
    references = {row.id: row.reference for row in work.connection.execute(asked)}
    lines: list[dict[str, object]] = [
        {"reference": references[row.subject_id], "rule": row.rule, "planned_on": row.planned_on}
        for row in rows
    ]
    return sorted(lines, key=lambda line: (str(line["planned_on"]), str(line["reference"])))


def keepers(work: UnitOfWork, basin_id: int) -> list[UUID]:
    """Who is warned of the projects of a basin: its officers, or who administers it when it has none.

    A warning that nobody reads is none: what is due is not done in silence.
    """
    return (
        holders(work, Role.OPERATOR, basin_id)
        or holders(work, Role.ADMINISTRATOR, basin_id)
        or holders(work, Role.ADMINISTRATOR, None)
    )


def holders(work: UnitOfWork, role: Role, basin_id: int | None) -> list[UUID]:
    """The persons who hold a role in a basin, or in the whole programme, and can be written to."""
    today = basins.today(work, basin_id)
    found = (
        sa.select(Person.id)
        .join(Assignment, Assignment.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Assignment.basin_id == basin_id if basin_id is not None else Assignment.basin_id.is_(None),
            Assignment.role == role.value, Assignment.case_id.is_(None), assignments.in_force(today),
            Person.email.is_not(None), Account.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.id)
    )  # fmt: skip
    return list(work.connection.scalars(found))


def can_be_written_to(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether a person has an address."""
    found = sa.select(Person.email).where(Person.id == person_id)
    return work.connection.execute(found).scalar_one_or_none() is not None
