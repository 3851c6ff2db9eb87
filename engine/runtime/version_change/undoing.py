"""Take one project back to the version it was on, as long as nobody has acted on it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.people import permissions
from engine.people.permissions import Permission
from engine.persistence import history
from engine.runtime import cases
from engine.runtime.version_change import moving
from engine.runtime.version_change.models import Outcome, line

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.cases import LockedCase

UNDONE = "runtime.version.undone"

entry = history.history
instance = cases.instance
LAST_MOVE = (
    sa.select(line)
    .where(
        line.c.case_id == bindparam("case"),
        line.c.outcome == Outcome.MOVED.value,
        line.c.undone_at.is_(None),
    )
    .order_by(line.c.settled_at.desc(), line.c.version.desc())
    .limit(1)
)
# What is kept beside a project without its process moving: none of it stands in the way of going back.
BESIDE = ("projects.note.%", "projects.document.%", "documents.%")
# Where each change stands in the history of its project. An instant may see several, when the clock stands
# still: all but the last were undone.
CHANGES = (
    sa.select(line.c.id.label("line_id"), sa.func.max(entry.c.number).label("number"))
    .join(entry, entry.c.chain_id == line.c.case_id)
    .where(
        line.c.id.in_(bindparam("ids", expanding=True)),
        entry.c.kind == moving.CHANGED,
        entry.c.recorded_at == line.c.settled_at,
    )
    .group_by(line.c.id)
    .subquery()
)
FIRST_ACTS = (
    sa.select(CHANGES.c.line_id, sa.func.min(entry.c.number).label("number"))
    .join(line, line.c.id == CHANGES.c.line_id)
    .join(entry, sa.and_(entry.c.chain_id == line.c.case_id, entry.c.number > CHANGES.c.number))
    .where(*(entry.c.kind.not_like(each) for each in BESIDE))
    .group_by(CHANGES.c.line_id)
    .subquery()
)
ACTS_SINCE = (
    sa.select(FIRST_ACTS.c.line_id, entry.c.actor_id, entry.c.recorded_at)
    .join(line, line.c.id == FIRST_ACTS.c.line_id)
    .join(entry, sa.and_(entry.c.chain_id == line.c.case_id, entry.c.number == FIRST_ACTS.c.number))
)
STRIKE = (
    sa.update(line)
    .where(line.c.id == bindparam("key"), line.c.undone_at.is_(None))
    .values(undone_at=bindparam("at"), undone_by=bindparam("by"))
)
UNTOUCHED = (
    sa.select(line.c.id)
    .join(instance, instance.c.id == line.c.case_id)
    .where(
        line.c.case_id.in_(bindparam("ids", expanding=True)),
        line.c.outcome == Outcome.MOVED.value,
        line.c.undone_at.is_(None),
        line.c.version == instance.c.version,
    )
)


class NothingToUndo(errors.Conflict):
    """Ce projet n’a changé de version par aucune demande, ou ce changement a déjà été annulé."""


class TooLate(errors.Conflict):
    """Quelqu’un a agi sur ce projet depuis son changement de version : il ne s’annule plus."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acted first on a project since a change of its version, and when."""

    who: UUID
    when: datetime


def undo(work: UnitOfWork, *, case_id: UUID, batch_id: UUID | None = None) -> None:
    """Put a project back as it was before its last change of version: its state, its tasks, its dates.

    A note or a document added since changes nothing to that; any act on its process does. Whoever names a
    batch undoes what that batch did, and nothing asked for since.
    Raises `cases.CaseNotFound`, what `permissions.require` does, `NothingToUndo`, and `TooLate`, which says
    who has acted and when.
    """
    locked = cases.lock(work, case_id)
    basin_id = locked.case.basin_id
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=basin_id)
    found = work.connection.execute(LAST_MOVE.with_for_update(), {"case": case_id}).one_or_none()
    if found is None or batch_id not in {None, found.batch_id}:
        raise NothingToUndo
    if found.version != locked.version:
        raise too_late(work, found.id)
    former = locked.case.version_id
    put_back(work, locked, found.before)
    locked.case = replace(locked.case, version_id=found.from_version_id)
    work.write(STRIKE, {"key": found.id, "at": work.now, "by": work.actor.person_id}, expected=1)
    work.record(
        UNDONE, chain=case_id, subject=case_id, basin_id=basin_id, batch=found.batch_id, former=former,
        version=found.from_version_id,
    )  # fmt: skip


def too_late(work: UnitOfWork, line_id: UUID) -> TooLate:
    """Say who has acted since, and when."""
    first = acts_since(work, [line_id]).get(line_id)
    return TooLate(who=first.who, when=first.when) if first else TooLate()


def acts_since(work: UnitOfWork, line_ids: Sequence[UUID]) -> dict[UUID, Act]:
    """By line, who acted first on its project since it was moved, and when; nothing where nobody has."""
    if not line_ids:
        return {}
    found = work.connection.execute(ACTS_SINCE, {"ids": list(line_ids)})
    return {row.line_id: Act(row.actor_id, row.recorded_at) for row in found}


def put_back(work: UnitOfWork, locked: LockedCase, before: Mapping[str, Any]) -> None:
    """Write again what was there, to the letter."""
    known = {locked.root.id: locked.root, **cases.satellites(work, locked)}
    for kept in before["instances"]:
        state = known[UUID(kept["id"])]
        state.state, state.marking = kept["state"], kept["marking"]
        state.awaited = frozenset(kept["awaited"])
        state.due_at = datetime.fromisoformat(kept["due_at"]) if kept["due_at"] else None
        state.version_id, state.is_changed = UUID(kept["version_id"]), True
    work.write(
        moving.GO_TO_VERSION,
        [{"key": UUID(each["id"]), "now_on": UUID(each["version_id"])} for each in before["instances"]],
    )
    work.write(
        moving.FOLLOW,
        [
            {"key": UUID(each["id"]), "now_on": UUID(each["version_id"]), "called": each["title"],
             "words": each["search_text"], "asked": each["questions"]}
            for each in before["tasks"]
        ],
    )  # fmt: skip


def may_undo(work: UnitOfWork, case_ids: list[UUID]) -> set[UUID]:
    """The lines of these projects whose change may still be undone: nobody has acted since."""
    return set(work.connection.scalars(UNTOUCHED, {"ids": case_ids})) if case_ids else set()
