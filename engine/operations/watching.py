"""Each night the histories that grew are read against the charter, and a line not kept is told (D29)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.outbox.notify import notify
from engine.people import assignments
from engine.people.models import Role
from engine.persistence import anchors, claims, history
from engine.projects import charter_watch
from engine.runtime import cases, in_turn

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.charter_watch import Breach

BROKEN, TICK = "projects.charter.broken", "charter"
LOOKED_BACK = timedelta(days=7)  # Long enough for an outage; older marks are tidied away.
entry = history.history
log = logging.getLogger("alize.charter")


def watch_charter(database: Database) -> int:
    """Judge what each night's anchor covers, once; record and tell each breach. Gives how many there were.

    The charter is proved of a process before it is published: a breach means that something of ours is
    wrong, or that somebody wrote in the database. It stops nothing, least of all the anchor, and says so to
    those who can look. A history that cannot be judged stops no other, and is judged again next time.
    """
    with database.start_reading() as work:
        waiting = not_judged(work)
    return in_turn.each(waiting, partial(judge_anchor, database))


def not_judged(work: UnitOfWork) -> list[tuple[int, int]]:
    """The basins and numbers of late anchors that nobody judged yet."""
    found = work.connection.execute(
        sa.select(anchors.anchor.c.basin_id, anchors.anchor.c.number)
        .where(anchors.anchor.c.at >= work.now - LOOKED_BACK, anchors.anchor.c.basin_id != anchors.PROGRAMME)
        .order_by(anchors.anchor.c.basin_id, anchors.anchor.c.number)
    ).all()
    judged = set(
        work.connection.scalars(sa.select(claims.tick_mark.c.period).where(claims.tick_mark.c.tick == TICK))
    )
    return [(basin_id, number) for basin_id, number in found if period_of(basin_id, number) not in judged]


def period_of(basin_id: int, number: int) -> str:
    """What a judged anchor is marked by."""
    return f"{basin_id}/{number}"


def judge_anchor(database: Database, which: tuple[int, int]) -> int:
    """Judge the projects that one anchor covers, then mark it as judged."""
    basin_id, number = which
    leaf = anchors.anchor_leaf
    with database.start_reading() as work:
        covered = sa.select(leaf.c.chain_id).where(leaf.c.basin_id == basin_id, leaf.c.number == number)
        cases_to_judge = concerned(work, work.connection.scalars(covered))
    found = in_turn.each(cases_to_judge, partial(judge, database, basin_id))
    with database.start_work() as work:
        claims.take_period(work, tick=TICK, period=period_of(basin_id, number))
    return found


def judge(database: Database, basin_id: int, case_id: UUID) -> int:
    """Tell what one project's history breaks and nobody was told of yet; how many lines that is."""
    with database.start_reading() as work:
        if not new_breaches(work, case_id):
            return 0
    with database.start_work() as work:
        cases.lock(work, case_id)  # What was read before the lock proves nothing.
        found = new_breaches(work, case_id)
        for breach in found:
            tell(work, basin_id, case_id, breach)
    return len(found)


def concerned(work: UnitOfWork, chains: Iterable[UUID]) -> list[UUID]:
    """The chains in which something was ever done that may break a line of the charter."""
    wanted = list(chains)
    told: list[UUID] = []
    for start in range(0, len(wanted), 500):
        told += work.connection.scalars(
            sa.select(entry.c.chain_id)
            .distinct()
            .where(entry.c.chain_id.in_(wanted[start : start + 500]), entry.c.kind.in_(charter_watch.TELLING))
        )
    return sorted(told)


def new_breaches(work: UnitOfWork, case_id: UUID) -> list[Breach]:
    """What a project's history breaks and nobody was told of yet, each line once."""
    broken = {breach.line: breach for breach in charter_watch.breaches(charter_watch.lived(work, case_id))}
    if not broken:
        return []
    known = {json.loads(each)["line"] for each in work.connection.scalars(
        sa.select(entry.c.data).where(entry.c.chain_id == case_id, entry.c.kind == BROKEN)
    )}  # fmt: skip
    return [breach for line, breach in broken.items() if line not in known]


def tell(work: UnitOfWork, basin_id: int, case_id: UUID, breach: Breach) -> None:
    """Write a breach in the project's history, and to the basin's officers and the national coordination."""
    project = cases.lock(work, case_id).case
    log.error("%s: %s breaks the charter: %s", BROKEN, project.reference, breach.line)
    work.record(
        BROKEN, chain=case_id, subject=case_id, basin_id=basin_id, line=breach.line, article=breach.article
    )
    told: dict[str, Any] = {"article": breach.article.removeprefix("§"), "line": breach.line}
    for person_id in readers(work, basin_id):
        notify(
            work, kind="charter_broken", recipient_id=person_id, basin_id=basin_id, case_id=case_id, data=told
        )


def readers(work: UnitOfWork, basin_id: int) -> list[UUID]:
    """The basin's officers and the national coordinators, but those whose account is closed."""
    officers = assignments.having(work, Role.OPERATOR, basin_id)
    return sorted(officers | assignments.having(work, Role.NATIONAL_COORDINATOR, None))
