"""Fire what is due: claim dossiers whose `wake_at` has passed, let them go on, save, commit.

The claim is the lock that the act needs anyway: FOR NO KEY UPDATE SKIP LOCKED on PostgreSQL, so that
any number of schedulers share the work and wait for nobody; BEGIN IMMEDIATE on SQLite. A tick reads no
sleeper: `wake_at` is a column of a partial index, kept by every act.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.people import holders
from engine.persistence.claims import is_due
from engine.persistence.database import PASSING, Busy, Database, Unreachable
from engine.persistence.unit_of_work import SYSTEM, UnitOfWork
from engine.runtime import advance, cases, in_turn, incidents, instances
from engine.runtime.cases import LockedCase

BATCH = 20

instance = cases.instance
CLAIM = (
    sa.select(*cases.ROOT_COLUMNS)
    .where(instance.c.wake_at <= bindparam("now"))
    .order_by(instance.c.wake_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, key_share=True)
)
CLAIM_ONE = CLAIM.where(instance.c.id == bindparam("only"))
DUE = sa.select(instance.c.id).where(instance.c.wake_at <= bindparam("now")).order_by(instance.c.wake_at)
NEXT = sa.select(sa.func.min(instance.c.wake_at)).where(instance.c.wake_at.is_not(None))


def next_due(work: UnitOfWork) -> datetime | None:
    """The earliest instant at which a dossier has something to do."""
    found: datetime | None = work.connection.execute(NEXT).scalar_one_or_none()
    return found


def fire_due(database: Database, *, at_most: int = BATCH) -> int:
    """Fire up to `at_most` due dossiers in one transaction; how many were woken.

    When one of them fails, the batch is undone and taken again one by one, so that a poisoned dossier
    stops no other: its failure is recorded as an incident, which holds it until somebody retries. One
    that could not even be recorded is raised once the others were woken.
    """
    try:
        with database.start_work(SYSTEM) as work:
            rows = work.connection.execute(CLAIM, {"now": work.now, "at_most": at_most}).all()
            if len(rows) > 1:
                holders.foresee(work, [row.root_id for row in rows])
            for row in rows:
                wake(work, cases.adopt(work, row))
            return len(rows)
    except Exception:  # noqa: BLE001 — whatever failed, each dossier is tried again alone.
        return _one_by_one(database, at_most=at_most)


def wake(work: UnitOfWork, locked: LockedCase) -> None:
    """Fire the due timers of a dossier's instances, each once, in order of their dates."""
    if locked.suspended_on is not None:
        _take_up_again(work, locked)
    locked.root.is_changed = True  # The row is saved even if nothing fires: `wake_at` must move on.
    cases.satellites(work, locked)
    for state in sorted(locked.instances(), key=lambda each: each.due_at or work.now):
        if is_due(state.due_at, work.now) and state.ended_at is None and not state.held_by_incident:
            advance.fire_timers(work, locked, state)


def _take_up_again(work: UnitOfWork, locked: LockedCase) -> None:
    """End a suspension that ran out; a failure is the whole dossier's, whichever instance met it."""
    try:
        instances.resume(work, case_id=locked.case.id)
    except (Busy, Unreachable, *PASSING):
        raise
    except Exception as error:
        cause = error.cause if isinstance(error, advance.OperationFailed) else error
        step = advance.Advance(work, work.domain, locked, locked.root, work.today(locked.case.zone))
        raise step.failure("", "", cause) from error


def _one_by_one(database: Database, *, at_most: int) -> int:
    with database.start_reading() as work:
        due = work.connection.execute(DUE.limit(at_most), {"now": work.now}).scalars().all()
    return in_turn.each(due, partial(_wake_alone, database))


def _wake_alone(database: Database, case_id: UUID) -> int:
    first: advance.Advance | None = None
    try:
        with database.start_work(SYSTEM) as work:
            row = work.connection.execute(
                CLAIM_ONE, {"now": work.now, "at_most": 1, "only": case_id}
            ).one_or_none()
            if row is None:
                return 0
            first = _first_due(work, cases.adopt(work, row))
            wake(work, first.locked)
        return 1
    except Busy:
        return 0  # Somebody holds what it needs: the next tick finds it due as before.
    except advance.OperationFailed as failure:
        incidents.record(database, failure, actor=SYSTEM, hold=True)
        return 1
    except Unreachable:
        raise
    except Exception as error:
        if first is None:
            raise
        incidents.record(database, first.failure("", "", error), actor=SYSTEM, hold=True)
        return 1


def _first_due(work: UnitOfWork, locked: LockedCase) -> advance.Advance:
    """The instance of a dossier that is to fire first: the one to hold if nothing can be written."""
    cases.satellites(work, locked)
    state = min(locked.instances(), key=lambda each: (each.due_at is None, each.due_at or work.now))
    return advance.Advance(work, work.domain, locked, state, work.today(locked.case.zone))
