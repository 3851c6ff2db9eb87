"""Carry a change of version out: each project in a unit of work of its own, wholly on one version."""

# A process that dies leaves the projects it has moved, and the others where they were: the lines that say
# nothing yet are taken up again by whoever comes next. Two may carry the same batch out: the project's lock
# comes first, then its line is read again, and the second finds it settled.

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.i18n import mark as _
from engine.persistence import claims
from engine.persistence.database import PASSING, Busy, Unreachable
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, in_turn
from engine.runtime.version_change import moving
from engine.runtime.version_change.models import Outcome, batch, line
from engine.spiff import rebind
from engine.spiff.comparing import Refusal

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

log = logging.getLogger("alize.runtime")

LEASE = timedelta(minutes=5)
AT_ONCE = 100  # Projects between two looks at the lease.
UNFORESEEN = _(
    "Une erreur imprévue l’a empêché : ce projet est resté comme il était. Prévenez l’administrateur."
)

BATCH = sa.select(batch).where(batch.c.id == bindparam("batch"))
WAITING = (
    sa.select(line.c.id, line.c.case_id)
    .where(
        line.c.batch_id == bindparam("batch"), line.c.outcome.is_(None), line.c.place >= bindparam("place")
    )
    .order_by(line.c.place)
)
STILL_WAITING = (
    sa.select(line.c.id).where(line.c.id == bindparam("line"), line.c.outcome.is_(None)).with_for_update()
)
SETTLE = (
    sa.update(line)
    .where(line.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("outcome", "told", "from_version_id", "before", "version",
                                                "settled_at")})
)  # fmt: skip
RENEW = sa.update(batch).where(batch.c.id == bindparam("key")).values(leased_until=bindparam("until"))
END = (
    sa.update(batch)
    .where(
        batch.c.id == bindparam("key"),
        batch.c.ended_at.is_(None),
        ~sa.select(1).where(line.c.batch_id == batch.c.id, line.c.outcome.is_(None)).exists(),
    )
    .values(ended_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a batch asks for, as every project of it needs to know."""

    id: UUID
    version_id: UUID
    reason: str
    actor: Actor


def carry_out_due(database: Database) -> int:
    """Carry out the batches that wait, each by one process at a time; how many projects had their turn."""
    done = 0
    while (leased := claims.lease_due(database, batch, due, lasting=LEASE)) is not None:
        done += carry_out(database, leased.row.id)
        if not is_over(database, leased.row.id):
            return done  # What somebody holds is left to the next turn.
    return done


def due(work: UnitOfWork) -> sa.Select[Any]:
    """The batch to carry out first, of those that nobody is at."""
    return (
        sa.select(batch.c.id, batch.c.attempts)
        .where(
            batch.c.ended_at.is_(None),
            sa.or_(batch.c.leased_until.is_(None), batch.c.leased_until <= work.wall),
        )
        .order_by(batch.c.ordered_at)
        .limit(1)
    )


def carry_out(
    database: Database, batch_id: UUID, *, progress: Callable[[int], None] = lambda _done: None
) -> int:
    """Give each waiting project of a batch its turn, and end the batch when none is left; how many had it.

    `progress` is told after each. One that somebody is acting on keeps its turn for later; one that
    fails stops no other. Taken up again after a death, it goes on where it stopped.
    """
    with database.start_reading() as work:
        row = work.connection.execute(BATCH, {"batch": batch_id}).one()
        waiting = work.connection.execute(WAITING, {"batch": batch_id, "place": 0}).all()
    ordered = Ordered(row.id, row.version_id, row.reason, Actor(row.ordered_by, "system"))
    turns = paced(waiting, partial(renew, database, batch_id), progress)
    done = in_turn.each(turns, partial(give_turn, database, ordered))
    end(database, batch_id)
    return done


def paced(
    waiting: Sequence[Any], renew_lease: Callable[[], None], progress: Callable[[int], None]
) -> Iterator[Any]:
    """Give each project its turn, renewing the lease now and then and telling how many have had theirs."""
    for place, each in enumerate(waiting):
        if place % AT_ONCE == 0:
            renew_lease()
        yield each
        progress(place + 1)


def renew(database: Database, batch_id: UUID) -> None:
    """Keep others away a while longer: they would find each project settled, and wait for its lock."""
    with database.start_work() as work:
        work.write(RENEW, {"key": batch_id, "until": work.wall + LEASE})


def end(database: Database, batch_id: UUID) -> None:
    """Say that a batch is over, or let whoever comes next take up what is left of it."""
    with database.start_work() as work:
        work.write(END, {"key": batch_id, "at": work.now})
        work.write(RENEW, {"key": batch_id, "until": work.wall})


def is_over(database: Database, batch_id: UUID) -> bool:
    """Whether every project of a batch has had its turn."""
    with database.start_reading() as work:
        return work.connection.execute(BATCH, {"batch": batch_id}).one().ended_at is not None


def give_turn(database: Database, ordered: Ordered, waiting: sa.Row[Any]) -> int:
    """Move one project, or say why not, in a unit of work of its own; 0 when somebody else has done so."""
    try:
        with database.start_work(ordered.actor) as work:
            return settle(work, ordered, waiting.id, waiting.case_id)
    except (Busy, Unreachable, *PASSING):
        raise
    except Exception:
        log.exception("runtime.version_change.failed case=%s", waiting.case_id)
        with database.start_work(ordered.actor) as work:
            return give_up(work, waiting.id, waiting.case_id)


def settle(work: UnitOfWork, ordered: Ordered, line_id: UUID, case_id: UUID) -> int:
    """Lock a project, then its line, and move it if it may."""
    locked = cases.lock(work, case_id)
    if not is_waiting(work, line_id):
        return 0
    former = locked.case.version_id
    said: dict[str, Any] = {
        "key": line_id, "told": [], "from_version_id": former, "before": None, "version": None,
        "settled_at": work.now,
    }  # fmt: skip
    try:
        before = moving.move_case(work, locked, ordered.version_id)
    except moving.NotRunning as refusal:
        work.write(SETTLE, said | {"outcome": Outcome.SKIPPED, "told": moving.told((refusal.why,))})
        return 1
    except rebind.CannotMove as refusal:
        work.write(SETTLE, said | {"outcome": Outcome.REFUSED, "told": moving.told(refusal.refusals)})
        return 1
    work.record(
        moving.CHANGED, chain=case_id, subject=case_id, basin_id=locked.case.basin_id, batch=ordered.id,
        former=former, version=ordered.version_id, content={"reason": ordered.reason},
    )  # fmt: skip
    # The project's counter once this act is saved: what it says then, nobody has acted since.
    moved = {"outcome": Outcome.MOVED, "before": before, "version": locked.version + 1}
    work.write(SETTLE, said | moved)
    return 1


def is_waiting(work: UnitOfWork, line_id: UUID) -> bool:
    """Whether a project still waits for its turn; its line is locked then."""
    return work.connection.execute(STILL_WAITING, {"line": line_id}).first() is not None


def give_up(work: UnitOfWork, line_id: UUID, case_id: UUID) -> int:
    """Say that something nobody foresaw kept a project back: it is as it was."""
    locked = cases.lock(work, case_id)
    if not is_waiting(work, line_id):
        return 0
    work.write(
        SETTLE,
        {"key": line_id, "outcome": Outcome.FAILED, "told": moving.told((Refusal(UNFORESEEN),)),
         "from_version_id": locked.case.version_id, "before": None, "version": None,
         "settled_at": work.now},
    )  # fmt: skip
    return 1
