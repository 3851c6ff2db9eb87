"""Lock a dossier, read where its instances stand, and save it once at the end of the act.

Every act on a dossier locks its root row first: acts on one project take turns, acts on two projects
never wait for each other. The row carries the version counter, a second fence behind the lock, and the
head of the dossier's history chain, so that neither costs a statement of its own (D22, D23).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import clock as clocks
from engine import errors
from engine.persistence import chain_heads, history
from engine.persistence.base import new_id, table_of
from engine.persistence.prepared import Prepared
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import versions
from engine.runtime.acts import Case
from engine.runtime.models import Instance

instance = table_of(Instance)
ROOT_COLUMNS = [
    instance.c[name].label(f"root_{name}")
    for name in (
        "id", "basin_id", "version_id", "process", "reference", "firm", "zone", "state", "marking",
        "awaited", "due_at", "wake_at", "version", "history_length", "history_hash", "satellites",
        "started_at", "ended_at", "end_event", "suspended_on", "suspended_until", "held_by_incident",
    )
]  # fmt: skip

# "No key": rows that refer to the instance may still be inserted (a note, a document).
LOCK = sa.select(*ROOT_COLUMNS).where(instance.c.id == bindparam("case_id")).with_for_update(key_share=True)
LOCK_HEAD = (
    sa.select(instance.c.id, instance.c.history_length, instance.c.history_hash)
    .where(instance.c.id == bindparam("chain"), instance.c.case_id == instance.c.id)
    .with_for_update(key_share=True)
)
SATELLITES = sa.select(instance).where(
    instance.c.case_id == bindparam("case_id"),
    instance.c.id != bindparam("case_id"),
    instance.c.ended_at.is_(None),
)
MOVING = ("state", "marking", "awaited", "due_at", "ended_at", "end_event", "held_by_incident")
OF_ROOT = ("wake_at", "version", "history_length", "history_hash", "satellites", "suspended_on",
           "suspended_until", "firm")  # fmt: skip
SAVE_ROOT = Prepared(
    sa.update(instance)
    .where(instance.c.id == bindparam("key"), instance.c.version == bindparam("read_version"))
    .values({name: bindparam(name) for name in (*MOVING, *OF_ROOT)})
)
SAVE_SATELLITE = (
    sa.update(instance)
    .where(instance.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in MOVING})
)
SAVE_HEAD = (
    sa.update(instance)
    .where(instance.c.id == bindparam("key"))
    .values(history_length=bindparam("new_length"), history_hash=bindparam("new_hash"))
)
ADD = sa.insert(instance)


class CaseNotFound(errors.NotFound):
    """Ce projet n’existe pas, ou ne vous est pas visible."""


@dataclass(slots=True)
class InstanceState:
    """Where one instance stands, as loaded and as the act changes it."""

    id: UUID
    process: str
    version_id: UUID
    state: str
    marking: str
    awaited: frozenset[str]
    due_at: datetime | None
    ended_at: datetime | None = None
    end_event: str | None = None
    held_by_incident: UUID | None = None
    is_new: bool = False
    is_changed: bool = False


@dataclass(slots=True)
class Completing:
    """What closing a task must know and its view does not say: waits, drafts, why its day is so early."""

    awaiting_since: datetime | None = None
    awaited_seconds: int = 0
    has_drafts: bool = False
    suspended_seconds: int = 0
    late_reason: str | None = None


@dataclass(slots=True)
class LockedCase:
    """A dossier under the act's lock: its root, its satellites once asked for, its chain's head."""

    case: Case
    root: InstanceState
    version: int
    head: history.Head
    wake_at: datetime | None
    live_satellites: int
    started_at: datetime
    suspended_on: date | None
    suspended_until: date | None
    satellites: dict[UUID, InstanceState] | None = None
    is_new: bool = False
    saved_length: int = field(default=0)
    anchored_length: int = 0  # Read from nowhere else: what a chain brings when a case adopts it.
    completing: dict[UUID, Completing] = field(default_factory=dict)  # By task, those locked with the case.

    def instances(self) -> list[InstanceState]:
        """The root, then the satellites that are known to be alive."""
        alive = [each for each in (self.satellites or {}).values() if each.ended_at is None]
        return [self.root, *alive]


def lock(work: UnitOfWork, case_id: UUID) -> LockedCase:
    """Lock a dossier for the rest of the act; asked twice, it is the same one.

    Raises `CaseNotFound`.
    """
    known = already_locked(work, case_id)
    if known is not None:
        return known
    work.forget_what_was_read()
    row = work.connection.execute(LOCK, {"case_id": case_id}).one_or_none()
    if row is None:
        raise CaseNotFound
    return adopt(work, row)


def already_locked(work: UnitOfWork, case_id: UUID) -> LockedCase | None:
    """The dossier, if this act has locked it already; None otherwise."""
    known: LockedCase | None = work.memory.get((__name__, case_id))
    return known


def adopt(work: UnitOfWork, row: Any) -> LockedCase:
    """Take a locked root row (columns of `ROOT_COLUMNS`) into the act; it is saved at its end."""
    known = already_locked(work, row.root_id)
    if known is not None:
        return known
    root = InstanceState(
        row.root_id, row.root_process, row.root_version_id, row.root_state, row.root_marking,
        names_of(row.root_awaited), row.root_due_at, row.root_ended_at, row.root_end_event,
        row.root_held_by_incident,
    )  # fmt: skip
    locked = LockedCase(
        case=Case(
            row.root_id, row.root_basin_id, row.root_version_id, row.root_reference, row.root_firm,
            ZoneInfo(row.root_zone),
        ),
        root=root,
        version=row.root_version,
        head=history.Head(row.root_history_length, row.root_history_hash),
        wake_at=row.root_wake_at,
        live_satellites=row.root_satellites,
        started_at=row.root_started_at,
        suspended_on=row.root_suspended_on,
        suspended_until=row.root_suspended_until,
        saved_length=row.root_history_length,
    )  # fmt: skip
    return _keep(work, locked)


def on_the_version_in_force(
    work: UnitOfWork, *, case_id: UUID, basin_id: int, zone: ZoneInfo, process: str, reference: str, firm: str
) -> Case:
    """A dossier to begin on the version in force in its basin today.

    A process that this version was published without runs on the reference. Raises
    `versions.NothingPublished`.
    """
    in_force = versions.in_force(work, basin_id=basin_id, on=work.today(zone))
    version_id = versions.holding(work, version_id=in_force, process=process)
    return Case(case_id, basin_id, version_id, reference, firm, zone)


def begin(work: UnitOfWork, *, case: Case, process: str, head: history.Head | None = None) -> LockedCase:
    """A dossier that starts with this act; its row is inserted when the act ends.

    What had a history before it had a case brings the `head` of its chain, as `UnitOfWork.head_of` gives
    it: the root row carries it from now on, and nothing else does. Raises `LookupError` when no row of
    heads keeps that chain.
    """
    root = InstanceState(case.id, process, case.version_id, "", "", frozenset(), None, is_new=True)
    locked = LockedCase(
        case=case, root=root, version=0, head=history.Head(), wake_at=None, live_satellites=0,
        started_at=work.now, suspended_on=None, suspended_until=None, satellites={}, is_new=True,
    )  # fmt: skip
    if head is not None:
        locked.head = history.Head(head.length, head.hash)
        locked.saved_length = head.length
        locked.anchored_length = chain_heads.give_up(work, case.id)
    return _keep(work, locked)


def satellites(work: UnitOfWork, locked: LockedCase) -> dict[UUID, InstanceState]:
    """The instances alive beside the root; read at most once, and only when there are some."""
    if locked.satellites is None:
        locked.satellites = {}
        if locked.live_satellites:
            for row in work.connection.execute(SATELLITES, {"case_id": locked.case.id}):
                locked.satellites[row.id] = InstanceState(
                    row.id, row.process, row.version_id, row.state, row.marking, names_of(row.awaited),
                    row.due_at, row.ended_at, row.end_event, row.held_by_incident,
                )  # fmt: skip
    return locked.satellites


def add_satellite(
    work: UnitOfWork, locked: LockedCase, *, process: str, instance_id: UUID | None = None
) -> InstanceState:
    """A new instance beside the root, inserted when the act ends.

    It runs on the root's version, or on the reference where that version was published without it.
    Raises `versions.NothingPublished`.
    """
    version_id = versions.holding(work, version_id=locked.case.version_id, process=process)
    state = InstanceState(
        instance_id or new_id(), process, version_id, "", "", frozenset(), None, is_new=True
    )
    satellites(work, locked)[state.id] = state
    return state


def names_of(text: str) -> frozenset[str]:
    """The names kept between commas in one column."""
    return frozenset(name for name in text.split(",") if name)


def _keep(work: UnitOfWork, locked: LockedCase) -> LockedCase:
    work.memory[__name__, locked.case.id] = locked
    work.heads[locked.case.id] = (locked.head, None)  # Saved with the row, at no cost of its own.
    work.finishers.append(lambda: _save(work, locked))
    if locked.is_new:
        # Tasks refer to their instance: its row goes first, empty, and is filled at the end.
        work.write(ADD, _row(work, locked, locked.root))
    return locked


def _moving(state: InstanceState) -> dict[str, Any]:
    return {
        "state": state.state,
        "marking": state.marking,
        "awaited": ",".join(sorted(state.awaited)),
        "due_at": state.due_at,
        "ended_at": state.ended_at,
        "end_event": state.end_event,
        "held_by_incident": state.held_by_incident,
    }


def _row(work: UnitOfWork, locked: LockedCase, state: InstanceState) -> dict[str, Any]:
    """A whole row of `instance`, for an insert."""
    return {
        "id": state.id,
        "case_id": locked.case.id,
        "basin_id": locked.case.basin_id,
        "version_id": state.version_id,
        "process": state.process,
        "reference": locked.case.reference,
        "firm": locked.case.firm,
        "zone": locked.case.zone.key,
        "wake_at": None,
        "version": 0,
        "history_length": locked.head.length if state is locked.root else 0,
        "history_hash": locked.head.hash if state is locked.root else history.GENESIS,
        "anchored_length": locked.anchored_length if state is locked.root else 0,
        "satellites": 0,
        "started_at": work.now,
        "suspended_on": None,
        "suspended_until": None,
        **_moving(state),
    }


def insert_satellite(work: UnitOfWork, locked: LockedCase, state: InstanceState) -> None:
    """Queue a satellite's row, before the tasks that will refer to it."""
    work.write(ADD, _row(work, locked, state))
    state.is_new = False


def wake_at(locked: LockedCase) -> datetime | None:
    """The dossier's earliest timer; a suspended dossier sleeps until its last day of suspension.

    A suspension whose end failed holds the root: nothing wakes the dossier until somebody has looked.
    """
    if locked.root.ended_at is not None:
        return None
    if locked.suspended_until is not None:
        if locked.root.held_by_incident is not None:
            return None
        return clocks.start_of_day(locked.suspended_until, locked.case.zone)
    known = [each.due_at for each in locked.instances() if each.due_at and not each.held_by_incident]
    if locked.satellites is None and locked.live_satellites and locked.wake_at is not None:
        # Satellites were not read: the earliest known date stands, and waking too early costs nothing.
        known.append(locked.wake_at)
    return min(known, default=None)


def _save(work: UnitOfWork, locked: LockedCase) -> None:
    changed = [each for each in (locked.satellites or {}).values() if each.is_changed and not each.is_new]
    if changed:
        work.write(SAVE_SATELLITE, [{"key": each.id, **_moving(each)} for each in changed])
    touched = locked.is_new or changed or locked.root.is_changed or locked.head.length != locked.saved_length
    if not touched:
        return
    if locked.satellites is not None:
        locked.live_satellites = sum(each.ended_at is None for each in locked.satellites.values())
    work.write(
        SAVE_ROOT,
        {
            "key": locked.case.id,
            "read_version": locked.version,
            "version": locked.version + 1,
            "wake_at": wake_at(locked),
            "history_length": locked.head.length,
            "history_hash": locked.head.hash,
            "satellites": locked.live_satellites,
            "suspended_on": locked.suspended_on,
            "suspended_until": locked.suspended_until,
            "firm": locked.case.firm,
            **_moving(locked.root),
        },
        expected=1,
    )


class CaseHeads:
    """The head source of dossiers that an act writes on without having locked them before."""

    def lock(self, connection: sa.Connection, chain: UUID) -> history.Head | None:
        """The head of the dossier's chain, its root row locked."""
        row = connection.execute(LOCK_HEAD, {"chain": chain}).one_or_none()
        return None if row is None else history.Head(row.history_length, row.history_hash)

    def save(self, work: UnitOfWork, chain: UUID, head: history.Head, basin_id: int | None) -> None:
        """Queue the new head."""
        work.write(SAVE_HEAD, {"key": chain, "new_length": head.length, "new_hash": head.hash}, expected=1)
