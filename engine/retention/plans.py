"""What will be forgotten and when: note it, warn thirty and seven days before, put it off, then do it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock, errors
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import assignments, basins, permissions
from engine.people.folding import clean
from engine.people.models import Account, Assignment, Person, Role
from engine.people.permissions import Permission
from engine.persistence import claims
from engine.persistence.base import new_id, table_of
from engine.persistence.unit_of_work import SYSTEM
from engine.projects.models import Project
from engine.retention import contents, emptying, erasing, obstacles, replaying, rules, skeletons
from engine.retention.models import Plan
from engine.retention.rules import Due, Rule

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

log = logging.getLogger("alize.retention")
LONGEST_REASON = 500
TICK = "retention"
LEASE = timedelta(hours=1)
plan = table_of(Plan)


class UnknownPlan(errors.NotFound):
    """Cette échéance n’existe pas, ou ne vous est pas visible."""


class PlanDone(errors.Conflict):
    """C’est déjà fait : cette échéance ne se reporte plus."""


def forget_daily(database: Database, store: Store) -> int:
    """Once a day, by one process: do what is due, and keep the list of what was forgotten beside the store.

    What was begun and not finished is gone on with at any time. The day is noted once all is done: a
    process that dies half-way leaves it to the next.
    """
    with database.start_reading(SYSTEM) as reading:
        period = clock.local_date(reading.now, basins.NATIONAL_ZONE).isoformat()
        mark_of_day = sa.select(claims.tick_mark.c.period).where(
            claims.tick_mark.c.tick == TICK, claims.tick_mark.c.period == period
        )
        is_done = reading.connection.execute(mark_of_day).first() is not None
        if is_done and not erasing.unfinished(reading) and not contents.is_to_sweep(reading):
            return 0
    holder = new_id().hex
    with database.start_work(SYSTEM) as work:
        if not claims.take_lease(work, name=TICK, holder=holder, lasting=LEASE):
            return 0
    try:
        done = finish(database, store) if is_done else forget_due(database, store)
        replaying.keep(database, store.folder.parent)
        with database.start_work(SYSTEM) as work:
            claims.take_period(work, tick=TICK, period=period)
        return done
    finally:
        with database.start_work(SYSTEM) as work:
            claims.give_back(work, name=TICK, holder=holder)


def finish(database: Database, store: Store) -> int:
    """Go on with the erasures that were begun, and with the files to remove; how many."""
    with database.start_reading(SYSTEM) as reading:
        begun = erasing.unfinished(reading)
    for person_id in begun:
        erasing.carry_out(database, person_id)
    return len(begun) + contents.sweep(database, store)


def forget_due(database: Database, store: Store) -> int:
    """Bring plans up to date, warn, do what is due and finish what was begun; how many things were done.

    Each is a unit of work of its own: whatever stops it, the next call goes on. One that fails is noted
    and stops no other.
    """
    with database.start_work(SYSTEM) as work:
        done = refresh(work)
    with database.start_work(SYSTEM) as work:
        done += warn(work)
    with database.start_reading(SYSTEM) as reading:
        due = planned(reading)
    for plan_id in due:
        done += attempt(database, plan_id)
    return done + finish(database, store)


def refresh(work: UnitOfWork) -> int:
    """Note what is due within thirty days, move what moved, drop what is not due any more."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    found = {(each.rule.value, each.subject_id): each for each in rules.soon(work)}
    known = {
        (row.rule, row.subject_id): row
        for row in work.connection.execute(sa.select(plan).where(plan.c.done_at.is_(None)))
    }
    for row in known.values():
        if (row.rule, row.subject_id) not in found:
            # It was used again, or put right: nothing is due. What was put off is dropped with it.
            work.connection.execute(sa.delete(plan).where(plan.c.id == row.id))
    fresh = [each for key, each in found.items() if key not in known]
    for each in fresh:
        work.connection.execute(
            sa.delete(plan).where(plan.c.rule == each.rule.value, plan.c.subject_id == each.subject_id)
        )
        work.connection.execute(sa.insert(plan).values(row_of(each, today)))
    return len(fresh)


def row_of(due: Due, today: date) -> dict[str, Any]:
    """A plan's row: never sooner than thirty days after its first warning, however late it was noticed."""
    return {
        "id": new_id(), "rule": due.rule.value, "subject_id": due.subject_id, "basin_id": due.basin_id,
        "due_on": due.due_on, "planned_on": max(due.due_on, today + rules.WARNED),
    }  # fmt: skip


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
    rows = work.connection.execute(
        sa.select(plan).where(plan.c.id.in_([row.id for row in (*first, *again)]))
    ).all()
    tell(work, rows)
    return len(rows)


def mark(work: UnitOfWork, row: Any, today: date, *, column: str, least: timedelta) -> None:
    """Note a warning; what was missed while nothing ran is put off, so that it still comes in time."""
    work.connection.execute(
        sa.update(plan)
        .where(plan.c.id == row.id)
        .values({column: work.now, "planned_on": max(row.planned_on, today + least)})
    )


def tell(work: UnitOfWork, rows: Sequence[Any]) -> None:
    """Write the mails about some plans."""
    messages = []
    for basin_id in sorted({row.basin_id for row in rows if row.basin_id is not None}):
        here = [row for row in rows if row.basin_id == basin_id]
        lines = lines_of(work, here)
        messages += [
            notify.row(
                work, kind="retention_due", recipient_id=person_id, basin_id=basin_id,
                data={"path": "/administration/conservation", "lines": lines},
            )
            for person_id in officers(work, basin_id)
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
    named = sa.select(Project.id, Project.reference).where(Project.id.in_([row.subject_id for row in rows]))
    references = {each.id: each.reference for each in work.connection.execute(named)}
    lines: list[dict[str, object]] = [
        {"reference": references[row.subject_id], "rule": row.rule, "planned_on": row.planned_on}
        for row in rows
    ]
    return sorted(lines, key=lambda line: (str(line["planned_on"]), str(line["reference"])))


def officers(work: UnitOfWork, basin_id: int) -> list[UUID]:
    """The officers of a basin who can be written to."""
    today = basins.today(work, basin_id)
    found = (
        sa.select(Person.id)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(
            Assignment.basin_id == basin_id, Assignment.role == Role.OPERATOR.value,
            assignments.in_force(today), Person.email.is_not(None),
        )
        .distinct()
        .order_by(Person.id)
    )  # fmt: skip
    return list(work.connection.scalars(found))


def can_be_written_to(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether a person has an address."""
    found = sa.select(Person.email).where(Person.id == person_id)
    return work.connection.execute(found).scalar_one_or_none() is not None


def planned(work: UnitOfWork) -> list[UUID]:
    """The plans whose day has come and whose two warnings left in time."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    found = sa.select(plan.c.id).where(
        plan.c.done_at.is_(None), plan.c.planned_on <= today, plan.c.last_warned_at.is_not(None)
    )
    return list(work.connection.scalars(found.order_by(plan.c.planned_on, plan.c.id)))


def attempt(database: Database, plan_id: UUID) -> bool:
    """Do what a plan says; False when it cannot be done, which is noted on it."""
    try:
        return carry_out(database, plan_id)
    except Exception as failure:
        expected = isinstance(failure, errors.EngineError)
        if not expected:
            log.exception("retention.plan.failed", extra={"plan": str(plan_id)})
        with database.start_work(SYSTEM) as work:
            work.connection.execute(
                sa.update(plan)
                .where(plan.c.id == plan_id, plan.c.done_at.is_(None))
                .values(failure=type(failure).__name__)
            )
        return False


def carry_out(database: Database, plan_id: UUID) -> bool:
    """Do what a plan says, and note it done; False when it is done already, or not due any more."""
    with database.start_reading(SYSTEM) as reading:
        row = reading.connection.execute(sa.select(plan).where(plan.c.id == plan_id)).one_or_none()
    if row is None or row.done_at is not None:
        return False
    rule = Rule(row.rule)
    # What follows is passed over where it was done before a crash: only the note was missing.
    if rule in {Rule.LEAD, Rule.REJECTED, Rule.CLOSED}:
        erasing.reduce(database, row.subject_id)
    elif rule is Rule.PERSON:
        erase_if_left(database, row.subject_id)
    with database.start_work(SYSTEM) as work:
        if rule is Rule.ARCHIVE:
            skeletons.archive(work, row.subject_id)
        elif rule is Rule.PIECES:
            skeletons.forget_pieces(work, row.subject_id)
        elif rule is Rule.ACCOUNT:
            close_account(work, row.subject_id)
        work.connection.execute(
            sa.update(plan)
            .where(plan.c.id == plan_id, plan.c.done_at.is_(None))
            .values(done_at=work.now, failure=None, extension_reason=None)
        )
    return True


def erase_if_left(database: Database, person_id: UUID) -> None:
    """Erase a person that nothing keeps, unless it is done already."""
    try:
        erasing.erase(database, person_id)
    except obstacles.AlreadyErased:
        erasing.carry_out(database, person_id)


def close_account(work: UnitOfWork, person_id: UUID) -> None:
    """Delete an account that nobody uses, with all that it signed in by; the person stays known."""
    if work.database.get(Account, person_id) is None:
        return
    work.database.expire_all()
    for name in ("recovery_code", "device", "api_token", "sign_in_code", "account"):
        where = emptying.table(name)
        work.connection.execute(sa.delete(where).where(where.c.person_id == person_id))
    work.record("retention.account.closed", chain=person_id, subject=person_id)


def extend(work: UnitOfWork, plan_id: UUID, *, until: date, reason: str) -> None:
    """Put a project's plan off, with a reason, within two years of its rule's day; warnings leave anew.

    Raises `UnknownPlan`, `PlanDone`, `permissions.MissingPermission`, `errors.InvalidAnswers`.
    """
    locked = (
        sa.select(plan)
        .where(plan.c.id == plan_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = work.connection.execute(locked).one_or_none()
    if row is None or row.basin_id is None:
        raise UnknownPlan
    permissions.require(work, Permission.KEEP_LONGER, basin_id=row.basin_id, case_id=row.subject_id)
    if row.done_at is not None:
        raise PlanDone
    said = clean(reason)
    last = rules.years_after(row.due_on, rules.LONGEST_EXTENSION)
    wrong: dict[str, list[str]] = {}
    if not row.planned_on < until <= last:
        wrong["until"] = [
            _("Choisissez un jour après l’échéance prévue, et deux ans au plus après celle de la règle.")
        ]
    if not said or len(said) > LONGEST_REASON:
        wrong["reason"] = [_("Dites pourquoi, en 500 caractères au plus.")]
    if wrong:
        raise errors.InvalidAnswers(wrong)
    work.connection.execute(
        sa.update(plan)
        .where(plan.c.id == plan_id)
        .values(
            planned_on=until, first_warned_at=None, last_warned_at=None, failure=None,
            extended_at=work.now, extended_by=work.actor.person_id, extension_reason=said,
        )
    )  # fmt: skip
    work.record(
        "retention.plan.extended", chain=row.subject_id, subject=row.subject_id, basin_id=row.basin_id,
        until=until, rule=row.rule, content={"reason": said},
    )  # fmt: skip


def of_basins(work: UnitOfWork, basin_ids: set[int] | None) -> list[Any]:
    """The plans not done yet about projects of some basins (None: of all), the next first."""
    found = (
        sa.select(plan, Project.reference, Project.firm)
        .join(Project, Project.id == plan.c.subject_id)
        .where(plan.c.done_at.is_(None))
        .order_by(plan.c.planned_on, Project.reference)
    )
    if basin_ids is not None:
        found = found.where(plan.c.basin_id.in_(basin_ids))
    return list(work.connection.execute(found))


def find(work: UnitOfWork, plan_id: UUID) -> Any:
    """One plan about a project that the actor may put off. Raises `UnknownPlan`, and as `extend` does."""
    row = work.connection.execute(
        sa.select(plan, Project.reference, Project.firm)
        .join(Project, Project.id == plan.c.subject_id)
        .where(plan.c.id == plan_id)
    ).one_or_none()
    if row is None:
        raise UnknownPlan
    permissions.require(work, Permission.KEEP_LONGER, basin_id=row.basin_id, case_id=row.subject_id)
    return row
