"""Deliver the extracts of signed minutes to their projects, each in a unit of its own."""

# Locks go project first, then session: the act that signs minutes holds the session, so that it may not
# touch a project. A row per item waits instead, claimed by a lease as mails are. A process that dies leaves
# the lease to run out; what it had committed is found delivered, what it had not is done again.

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine import errors
from engine.committee import confirmations, session_sheets
from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import Kind
from engine.committee.minutes_models import Extract
from engine.committee.models import CommitteeSession, Decision
from engine.persistence import claims
from engine.persistence.base import table_of
from engine.projects.follow_up_models import MandataryReplacement
from engine.runtime import cases

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger()

LEASE = timedelta(minutes=10)
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
AT_MOST = 20
LONGEST_FAILURE = 500

extract = table_of(Extract)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An extract that this process alone delivers, until its lease ends."""

    id: UUID
    project_id: UUID
    attempts: int  # This one included.
    lease_ends: datetime


def ratify(work: UnitOfWork, found: Extract) -> None:
    """Mark as ratified the replacement of a mandatary that the session approved (D19)."""
    item = work.database.get_one(AgendaItem, found.item_id)
    replacement = work.database.get_one(MandataryReplacement, item.subject_id)
    if replacement.ratified_in is None:
        session = work.database.get_one(CommitteeSession, found.session_id)
        replacement.ratified_in, replacement.ratified_on = session.id, session.held_on


def tell_of(work: UnitOfWork, found: Extract) -> None:
    """Write on what the chair decided alone in which session the committee was told of it."""
    item = work.database.get_one(AgendaItem, found.item_id)
    if item.kind == Kind.CHAIR_ALONE:
        work.database.get_one(Decision, item.subject_id).told_in = found.session_id


def nothing_more(work: UnitOfWork, found: Extract) -> None:
    """Let the project's history alone say it."""


# What each effect changes on its project; the history says all of them.
EFFECTS: Mapping[str, Callable[[UnitOfWork, Extract], None]] = {
    "decision": session_sheets.ask_for_extract,
    "ratified": ratify,
    "noted": tell_of,
    "confirmed": confirmations.take,
    "cancelled": confirmations.take,
}


def deliver_due(database: Database, *, limit: int = AT_MOST) -> int:
    """Deliver at most `limit` extracts that are due; gives how many were dealt with, failures included.

    Any number of processes may call it: each extract is claimed by one, and delivered once.
    """
    for number in range(limit):
        claimed = claim(database)
        if claimed is None:
            return number
        attempt(database, claimed)
    return limit


def claim(database: Database) -> Claimed | None:
    """Lease the extract that waits since longest."""
    leased = claims.lease_due(database, extract, due, lasting=LEASE)
    if leased is None:
        return None
    return Claimed(leased.row.id, leased.row.project_id, leased.row.attempts + 1, leased.lease_ends)


def due(work: UnitOfWork) -> sa.Select[Any]:
    """What should be delivered now, the first written first."""
    return (
        sa.select(extract.c.id, extract.c.project_id, extract.c.attempts)
        .where(
            extract.c.delivered_at.is_(None),
            sa.or_(extract.c.leased_until.is_(None), extract.c.leased_until < work.wall),
        )
        .order_by(extract.c.created_at, extract.c.id)
        .limit(1)
    )


def attempt(database: Database, claimed: Claimed) -> None:
    """Deliver one extract, or write why not and when it is tried again."""
    try:
        deliver(database, claimed)
    except errors.EngineError as refusal:
        put_off(database, claimed, refusal.message)
    except Exception as error:
        log.exception("committee.extract.not_delivered", extract=str(claimed.id))
        put_off(database, claimed, f"{type(error).__name__}: {error}")


def deliver(database: Database, claimed: Claimed) -> None:
    """Let an extract take effect on its project, locked first; one already delivered is left alone."""
    with database.start_work() as work:
        case = cases.lock(work, claimed.project_id).case
        found = work.database.get_one(Extract, claimed.id, populate_existing=True, with_for_update=True)
        if found.delivered_at is not None or found.leased_until != claimed.lease_ends:
            return
        EFFECTS.get(found.effect, nothing_more)(work, found)
        found.delivered_at, found.failure = work.now, None
        work.record(
            "committee.extract.received", chain=case.id, subject=found.id, basin_id=case.basin_id,
            session=found.session_id, item=found.item_id, effect=found.effect,
        )  # fmt: skip


def put_off(database: Database, claimed: Claimed, failure: str) -> None:
    """Write why an extract could not be delivered; it is tried again later, for as long as it takes."""
    with database.start_work() as work:
        later = AGAIN[min(claimed.attempts, len(AGAIN)) - 1]
        work.connection.execute(
            sa.update(extract)
            .where(extract.c.id == claimed.id, extract.c.leased_until == claimed.lease_ends)
            .values(leased_until=work.wall + later, failure=failure[:LONGEST_FAILURE])
        )
