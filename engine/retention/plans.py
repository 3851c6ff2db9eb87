"""What will be forgotten and when: note it, put it off, do it when its warnings have left in time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock, errors
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.folding import clean
from engine.people.models import Account
from engine.people.permissions import Permission
from engine.persistence import claims
from engine.persistence.base import new_id, table_of
from engine.persistence.unit_of_work import SYSTEM
from engine.projects import closing
from engine.projects.models import Project
from engine.retention import contents, emptying, erasing, replaying, rules, skeletons, warning
from engine.retention.models import Plan
from engine.retention.rules import Due, Rule

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import Actor, UnitOfWork

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
        is_left = (
            erasing.unfinished(reading)
            or contents.is_to_sweep(reading)
            or replaying.is_behind(reading, store.folder.parent)
        )
        if is_done and not is_left:
            return 0
    holder = new_id().hex
    with database.start_work(SYSTEM) as work:
        if not claims.take_lease(work, name=TICK, holder=holder, lasting=LEASE):
            return 0
    try:
        done = finish(database, store) if is_done else forget_due(database, store)
        replaying.keep_again(database, store.folder.parent)
        with database.start_work(SYSTEM) as work:
            claims.take_period(work, tick=TICK, period=period)
        return done
    finally:
        with database.start_work(SYSTEM) as work:
            claims.give_back(work, name=TICK, holder=holder)


def complete(database: Database, store: Store, person_id: UUID, *, actor: Actor) -> bool:
    """Carry an erasure that was begun to its end, files and list included; False when something stopped it.

    What was begun is not asked for again: the tick goes on from there within the hour.
    """
    try:
        erasing.carry_out(database, person_id, actor=actor)
        contents.sweep(database, store)
        replaying.keep_again(database, store.folder.parent)
    except Exception:
        log.exception("retention.erasure.interrupted", extra={"person": str(person_id)})
        return False
    return True


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
        done += warning.warn(work)
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
    for key, row in known.items():
        if key not in found:
            # It was used again, or put right: nothing is due. What was put off is dropped with it.
            work.connection.execute(sa.delete(plan).where(plan.c.id == row.id))
        elif found[key].due_on != row.due_on:
            due_on = found[key].due_on
            moved = {"due_on": due_on, "planned_on": max(row.planned_on, due_on)}
            work.connection.execute(sa.update(plan).where(plan.c.id == row.id).values(moved))
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
    """Do what a plan says, and note it done in the same act; False when it is done, or not due any more."""
    with database.start_reading(SYSTEM) as reading:
        row = reading.connection.execute(sa.select(plan).where(plan.c.id == plan_id)).one_or_none()
    if row is None or row.done_at is not None:
        return False
    rule = Rule(row.rule)
    taken = partial(take, plan_id=plan_id)
    if rule in {Rule.LEAD, Rule.REJECTED, Rule.CLOSED}:
        return erasing.reduce(database, row.subject_id, provided=taken)
    if rule is Rule.PERSON:
        return erasing.erase(database, row.subject_id, provided=taken)
    with database.start_work(SYSTEM) as work:
        if not taken(work):
            return False
        DEEDS[rule](work, row.subject_id)
    return True


def take(work: UnitOfWork, plan_id: UUID) -> bool:
    """Note a plan done, in the act that does it; False when it is not to be done any more.

    Its row is locked and read again: an officer may have put it off, a person signed in, another process
    done it, since the list of what is due was read.
    """
    row = locked(work, plan_id)
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    if row is None or row.done_at is not None or row.last_warned_at is None or row.planned_on > today:
        return False
    if not rules.is_due(work, Rule(row.rule), row.subject_id):
        return False
    done = {"done_at": work.now, "failure": None, "extension_reason": None}
    work.connection.execute(sa.update(plan).where(plan.c.id == plan_id).values(done))
    return True


def locked(work: UnitOfWork, plan_id: UUID) -> Any:
    """A plan's row, locked and read again; None when there is none."""
    found = sa.select(plan).where(plan.c.id == plan_id)
    again = found.with_for_update().execution_options(populate_existing=True)
    return work.connection.execute(again).one_or_none()


def drop_request(work: UnitOfWork, project_id: UUID) -> None:
    """End a request that nobody pursues."""
    closing.drop(work, project_id=project_id)


def close_account(work: UnitOfWork, person_id: UUID) -> None:
    """Delete an account that nobody uses, with all that it signed in by; the person stays known."""
    if work.database.get(Account, person_id) is None:
        return
    work.database.expire_all()
    for name in ("recovery_code", "device", "api_token", "sign_in_code", "account"):
        where = emptying.table(name)
        work.connection.execute(sa.delete(where).where(where.c.person_id == person_id))
    work.record("retention.account.closed", chain=person_id, subject=person_id)


DEEDS: Mapping[Rule, Callable[[UnitOfWork, UUID], None]] = {
    Rule.IDLE: drop_request,
    Rule.ARCHIVE: skeletons.archive,
    Rule.PIECES: skeletons.forget_pieces,
    Rule.ACCOUNT: close_account,
}


def extend(work: UnitOfWork, plan_id: UUID, *, until: date, reason: str) -> None:
    """Put a project's plan off, with a reason, within two years of its rule's day; warnings leave anew.

    Raises `UnknownPlan`, `PlanDone`, `permissions.MissingPermission`, `errors.InvalidAnswers`.
    """
    row = locked(work, plan_id)
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
        rules.EXTENDED, chain=row.subject_id, subject=row.subject_id, basin_id=row.basin_id,
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
