"""Say what a change of version would do to each project, before anybody asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.registry import versions
from engine.runtime import cases
from engine.runtime.version_change import moving, ordering
from engine.spiff import rebind
from engine.spiff.comparing import Refusal, name_of

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.spiff.parser import Specification
    from engine.spiff.rebind import Later
    from engine.spiff.workflow import ArmedTimer

SUSPENDED = _("Ce projet est suspendu : il le reste, sur la nouvelle version.")
HELD = _("Ce projet est retenu par un incident : il le reste, et sera réessayé sur la nouvelle version.")

instance = cases.instance
ALIVE = sa.select(instance).where(
    instance.c.case_id.in_(bindparam("ids", expanding=True)),
    sa.or_(instance.c.ended_at.is_(None), instance.c.id == instance.c.case_id),
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A date that runs, by the name of the step that waits for it."""

    process: str
    step: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of one project.

    `told` says why it cannot move, or need not; `kept` are the dates that run and stay, `begun` those that
    would begin at once, `later` the delays and due rules to come that would follow the new version.
    """

    case_id: UUID
    reference: str
    firm: str
    from_version_id: UUID
    may_move: bool
    told: tuple[Refusal, ...] = ()
    kept: tuple[Awaited, ...] = ()
    begun: tuple[Awaited, ...] = ()
    later: tuple[Later, ...] = ()
    remarks: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class Onlooker:
    """The host of an instance that is moved on paper only: nothing is played."""

    now: datetime
    zone: ZoneInfo
    is_suspended: bool = False

    def operate(self, step: object, routing: Mapping[str, object]) -> Any:
        """Nobody may ask: a move performs no operation."""
        raise AssertionError(f"{step} would act on {len(routing)} variables of an instance that only moves")


def preview(work: UnitOfWork, *, case_ids: Sequence[UUID], to_version_id: UUID) -> list[Prospect]:
    """Say what would become of each project, in the order given; nothing is locked or written.

    Raises what `permissions.require` does, `VersionNotFound`, and `cases.CaseNotFound`.
    """
    basin_id = ordering.target(work, to_version_id).basin_id
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=basin_id)
    ordering.require_of_basin(work, list(dict.fromkeys(case_ids)), basin_id)
    rows: dict[UUID, list[Any]] = defaultdict(list)
    for some in ordering.in_parts(list(case_ids)):
        for row in work.connection.execute(ALIVE, {"ids": some}):
            rows[row.case_id].append(row)
    return [prospect(work, each, rows[each], to_version_id) for each in case_ids]


def prospect(work: UnitOfWork, case_id: UUID, rows: Sequence[Any], version_id: UUID) -> Prospect:
    """Say what would become of one project, from the rows of its instances."""
    root = next(row for row in rows if row.id == case_id)
    said = _Said(work, version_id, root)
    if root.ended_at is not None:
        said.refusals.append(Refusal(moving.ENDED))
    elif root.version_id == version_id:
        said.refusals.append(Refusal(moving.ALREADY))
    elif not versions.has(work, version_id=version_id, process=root.process):
        said.refusals.append(Refusal(moving.NO_PROCESS, {"process": root.process}))
    else:
        for row in rows:
            said.look_at(row)
    return said.prospect()


@dataclass(slots=True)
class _Said:
    """What is being gathered of one project, instance by instance."""

    work: UnitOfWork
    version_id: UUID
    root: Any
    refusals: list[Refusal] = field(default_factory=list)
    kept: list[Awaited] = field(default_factory=list)
    begun: list[Awaited] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    is_held: bool = False

    def look_at(self, row: Any) -> None:
        """Move one instance on paper."""
        self.is_held = self.is_held or row.held_by_incident is not None
        target = versions.holding(self.work, version_id=self.version_id, process=row.process)
        if target == row.version_id:
            return
        old, new = (
            versions.specification(self.work, version_id=each, process=row.process)
            for each in (row.version_id, target)
        )
        host = Onlooker(self.work.now, ZoneInfo(self.root.zone), self.root.suspended_on is not None)
        try:
            result = rebind.move(old, new, row.marking, host)
        except rebind.CannotMove as refusal:
            self.refusals += refusal.refusals
            return
        self.kept += (awaited(new, each) for each in result.kept)
        self.begun += (awaited(new, each) for each in result.begun)
        self.later += result.later

    def prospect(self) -> Prospect:
        """Give what was said."""
        root, refusals = self.root, {each.told(): each for each in self.refusals}
        found = {"case_id": root.id, "reference": root.reference, "firm": root.firm}
        if refusals:
            return Prospect(
                **found, from_version_id=root.version_id, may_move=False, told=tuple(refusals.values())
            )
        remarks = [SUSPENDED] if root.suspended_on is not None else []
        remarks += [HELD] if self.is_held else []
        return Prospect(
            **found,
            from_version_id=root.version_id,
            may_move=True,
            kept=tuple(sorted(self.kept, key=lambda each: each.due_at)),
            begun=tuple(sorted(self.begun, key=lambda each: each.due_at)),
            later=tuple(self.later),
            remarks=tuple(Refusal(each) for each in remarks),
        )


def awaited(specification: Specification, timer: ArmedTimer) -> Awaited:
    """Give a date that runs by the name of its step."""
    step = specification.steps[timer.process, timer.step]
    return Awaited(timer.process, timer.step, name_of(step), timer.due_at)
