"""Each night the histories that grew are read against the charter, and a line not kept is told (D29)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.outbox.notify import notify
from engine.people import assignments, basins
from engine.people.models import Account, Assignment, Role
from engine.persistence import history
from engine.projects import charter_watch
from engine.runtime import cases

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.charter_watch import Breach

BROKEN = "projects.charter.broken"
entry = history.history
log = logging.getLogger("alize.charter")


def watch_charter(work: UnitOfWork, *, basin_id: int, chains: Iterable[UUID]) -> int:
    """Judge the projects among these chains; record and tell each breach once. Gives how many there were.

    The charter is proved of a process before it is published: a breach means that something of ours is
    wrong, or that somebody wrote in the database. It stops nothing, and says so to those who can look.
    """
    found = 0
    for case_id in concerned(work, chains):
        for breach in new_breaches(work, case_id):
            found += 1
            tell(work, basin_id, case_id, breach)
    return found


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
    found = work.database.scalars(
        sa.select(Assignment.person_id)
        .distinct()
        .outerjoin(Account, Account.person_id == Assignment.person_id)
        .where(
            sa.or_(
                sa.and_(Assignment.role == Role.OPERATOR.value, Assignment.basin_id == basin_id),
                Assignment.role == Role.NATIONAL_COORDINATOR.value,
            ),
            Account.disabled_at.is_(None),
            assignments.in_force(basins.today(work, basin_id)),
        )
    )
    return sorted(each for each in found if each is not None)
