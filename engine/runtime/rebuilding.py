"""Find instances whose saved state is damaged, and put them right: from their marking, or the reverse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.persistence import history
from engine.persistence.base import table_of
from engine.persistence.database import PASSING
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import versions
from engine.runtime import advance, cases, incidents, instances
from engine.runtime.cases import InstanceState, LockedCase
from engine.runtime.models import Task
from engine.spiff import restoring, workflow
from engine.spiff.workflow import Advanced, Specification

task = table_of(Task)
instance = cases.instance
entry = history.history
NAMED = sa.select(instance.c.id, instance.c.history_length).where(
    instance.c.reference == bindparam("reference"), instance.c.id == instance.c.case_id
)
LIVE = (
    sa.select(
        instance.c.id, instance.c.reference, instance.c.process, instance.c.version_id, instance.c.state,
        instance.c.marking,
    )
    .where(instance.c.ended_at.is_(None))
    .order_by(instance.c.reference, instance.c.started_at)
)  # fmt: skip
OPEN = sa.select(task.c.id).where(task.c.instance_id == bindparam("instance"), task.c.closed_at.is_(None))
# What may have happened to a project without its process going on.
STAYS = (
    "runtime.incident.recorded",
    "runtime.incident.retried",
    "runtime.task.claimed",
    "runtime.task.released",
)
SINCE = (
    sa.select(entry.c.kind)
    .where(
        entry.c.chain_id == bindparam("case"), entry.c.number > bindparam("length"),
        entry.c.kind.like("runtime.%"), entry.c.kind.not_in(STAYS),
    )
    .limit(1)
)  # fmt: skip


class UnknownReference(errors.NotFound):
    """Aucun dossier ne porte la référence « {reference} »."""


class CannotBeRebuilt(errors.Conflict):
    """{reference}, processus « {process} » : ni son état ni son marquage ne se lisent ({reason}). Donnez une sauvegarde : « alize instance rebuild {reference} --from FICHIER »."""  # noqa: E501


class GoneOn(errors.Conflict):
    """{reference} a continué depuis cette sauvegarde ({kind}) : elle ne dit plus où il en est."""


@dataclass(frozen=True, slots=True)
class Damage:
    """An instance that is not as it should be, and what is wrong with it."""

    reference: str
    process: str
    reason: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds of a project: how long its history was, and the marking of each instance."""

    history_length: int
    markings: Mapping[UUID, str]


def damaged(
    work: UnitOfWork, *, references: Sequence[str] = (), progress: Callable[[], None] = lambda: None
) -> Iterator[Damage]:
    """Read every live instance again, or those of some projects; give those that are not as they should be.

    Raises `UnknownReference`.
    """
    for reference in references:
        find(work, reference)
    wanted = LIVE.where(instance.c.reference.in_(references)) if references else LIVE
    for row in work.connection.execution_options(yield_per=200).execute(wanted):
        spec = versions.specification(work, version_id=row.version_id, process=row.process)
        reason = wrong_with(spec, row.state, row.marking, open_tasks(work, row.id))
        if reason:
            yield Damage(row.reference, row.process, reason)
        progress()


def count_live(work: UnitOfWork, *, references: Sequence[str] = ()) -> int:
    """How many instances `damaged` would read."""
    wanted = LIVE.where(instance.c.reference.in_(references)) if references else LIVE
    return work.connection.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def find(work: UnitOfWork, reference: str) -> UUID:
    """The case of a reference. Raises `UnknownReference`."""
    found = work.connection.execute(NAMED, {"reference": reference}).first()
    if found is None:
        raise UnknownReference(reference=reference)
    case_id: UUID = found.id
    return case_id


def open_tasks(work: UnitOfWork, instance_id: UUID) -> frozenset[UUID]:
    """The tasks that an instance has open, as people see them."""
    return frozenset(work.connection.scalars(OPEN, {"instance": instance_id}))


def wrong_with(spec: Specification, state: str, marking: str, opened: frozenset[UUID]) -> str:
    """What is wrong with a saved instance; nothing when its state, its marking and its tasks agree."""
    reason = unreadable(spec, state, opened)
    if reason:
        return f"état : {reason}"
    return (
        "" if restoring.marking_in(spec, state) == marking else "marquage : il ne dit pas ce que dit l’état"
    )


def unreadable(spec: Specification, state: str, opened: frozenset[UUID]) -> str:
    """Why a state cannot be gone on with; nothing when it can."""
    try:
        stands = {each.id for each in workflow.open_steps(spec, state)}
    except Exception as error:  # noqa: BLE001 — damaged as it is, anything may be missing from it.
        return f"{type(error).__name__}: {error}"[:200]
    return "" if stands == opened else "ses étapes ouvertes ne sont pas ses tâches ouvertes"


def rebuild(work: UnitOfWork, *, reference: str, saved: Saved | None = None) -> list[Damage]:
    """Put right each damaged instance of a project, and nothing else; what was wrong with them.

    A state is made again from its marking, a marking from its state, and what a backup `saved` serves when
    both are lost, as long as the history shows that the process has not gone on since. What an incident
    held goes on with the next tick. Raises `UnknownReference`, `instances.CaseEnded`, `CannotBeRebuilt`,
    `GoneOn`.
    """
    locked = cases.lock(work, find(work, reference))
    instances.require_alive(locked)
    cases.satellites(work, locked)
    done = []
    for state in locked.instances():
        spec = versions.specification(work, version_id=state.version_id, process=state.process)
        opened = open_tasks(work, state.id)
        reason = wrong_with(spec, state.state, state.marking, opened)
        if not reason:
            continue
        source, advanced = made_again(work, locked, state, opened, saved)
        state.state, state.marking = advanced.state, advanced.marking
        state.awaited, state.due_at, state.is_changed = advanced.awaited, advanced.due_at, True
        locked.root.is_changed = True  # When the project wakes is kept in its row.
        work.record(
            "runtime.instance.rebuilt", chain=locked.case.id, subject=state.id,
            basin_id=locked.case.basin_id, process=state.process, source=source,
        )  # fmt: skip
        if state.held_by_incident is not None:
            incidents.retry(work, incident_id=state.held_by_incident)
        done.append(Damage(reference, state.process, reason))
    return done


def made_again(
    work: UnitOfWork, locked: LockedCase, state: InstanceState, opened: frozenset[UUID], saved: Saved | None
) -> tuple[str, Advanced]:
    """From what an instance was made again, and how it stands. Raises `CannotBeRebuilt`, `GoneOn`."""
    host = advance.Advance(work, work.domain, locked, state, work.today(locked.case.zone))
    spec = host.specification()
    if not unreadable(spec, state.state, opened):
        return "state", restoring.from_state(spec, state.state, host)
    found, reason = from_marking(spec, state.marking, host, opened)
    if found is not None:
        return "marking", found
    if saved is not None and state.id in saved.markings:
        require_unmoved(work, locked, saved)
        found, reason = from_marking(spec, saved.markings[state.id], host, opened)
        if found is not None:
            return "backup", found
    raise CannotBeRebuilt(reference=locked.case.reference, process=state.process, reason=reason)


def from_marking(
    spec: Specification, marking: str, host: advance.Advance, opened: frozenset[UUID]
) -> tuple[Advanced | None, str]:
    """How an instance stands by a marking; or None, and why it cannot be told."""
    try:
        found = restoring.from_marking(spec, marking, host)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001 — damaged as it is, anything may be missing from it.
        return None, f"{type(error).__name__}: {error}"[:200]
    if {each.id for each in found.opened} != opened:
        return None, "ses étapes ouvertes ne sont pas ses tâches ouvertes"
    return found, ""


def require_unmoved(work: UnitOfWork, locked: LockedCase, saved: Saved) -> None:
    """Refuse the marking of a backup once the process has gone on. Raises `GoneOn`."""
    kind = work.connection.scalar(SINCE, {"case": locked.case.id, "length": saved.history_length})
    if kind is not None:
        raise GoneOn(reference=locked.case.reference, kind=kind)
