"""Ask for a change of version: which projects, to which version, why; and which could be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import clock, errors
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from engine.persistence.base import new_id, table_of
from engine.registry.models import ProcessVersion
from engine.registry.versions import VersionNotFound
from engine.runtime import cases
from engine.runtime.version_change.models import batch, line
from engine.spiff.comparing import Refusal
from forms import texts

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ORDERED = "runtime.version_change.ordered"
# The process of a project: sessions are cases too, and live a few weeks.
PROJECT = "project"
LONGEST_REASON = 2_000
AT_ONCE = 500
ASKED_ALREADY = _("Son passage à la version {number} est déjà demandé : il attend son tour.")
Thing = TypeVar("Thing")

instance = cases.instance
version = table_of(ProcessVersion)
TARGET = sa.select(
    version.c.basin_id, version.c.number, version.c.effective_on, version.c.published_at
).where(version.c.id == bindparam("version"))
# What new projects take in the place of a version, as soon as its day or sooner.
REPLACING = sa.select(sa.func.max(version.c.number)).where(
    version.c.basin_id == bindparam("basin"),
    version.c.number > bindparam("number"),
    version.c.effective_on <= bindparam("day"),
)
OF_BASIN = sa.select(sa.func.count()).where(
    instance.c.id.in_(bindparam("ids", expanding=True)),
    instance.c.case_id == instance.c.id,
    instance.c.process == PROJECT,
    instance.c.basin_id == bindparam("basin"),
)
IS_CANDIDATE = (
    instance.c.basin_id == bindparam("basin"),
    instance.c.case_id == instance.c.id,
    instance.c.process == PROJECT,
    instance.c.ended_at.is_(None),
    instance.c.version_id != bindparam("version"),
)
# To which version a project is asked to go already, where its turn has not come yet.
asked = version.alias("asked")
ASKED = (
    sa.select(sa.func.max(asked.c.number))
    .join(batch, batch.c.version_id == asked.c.id)
    .join(line, line.c.batch_id == batch.c.id)
    .where(line.c.case_id == instance.c.id, line.c.outcome.is_(None), batch.c.ended_at.is_(None))
    .correlate(instance)
    .scalar_subquery()
)
CANDIDATES = (
    sa.select(
        instance.c.id.label("case_id"), instance.c.reference, instance.c.firm, instance.c.version_id,
        version.c.number, ASKED.label("asked"),
    )
    .join(version, version.c.id == instance.c.version_id)
    .where(*IS_CANDIDATE)
    .order_by(instance.c.reference)
)  # fmt: skip
COUNT = sa.select(sa.func.count()).where(*IS_CANDIDATE)
NUMBERED = sa.select(version.c.id).where(
    version.c.basin_id == bindparam("basin"), version.c.number == bindparam("number")
)
NAMED = sa.select(instance.c.reference, instance.c.id).where(
    instance.c.basin_id == bindparam("basin"),
    instance.c.case_id == instance.c.id,
    instance.c.process == PROJECT,
    instance.c.reference.in_(bindparam("references", expanding=True)),
)
WAITING = (
    sa.select(batch.c.id)
    .where(
        batch.c.basin_id == bindparam("basin"),
        batch.c.version_id == bindparam("version"),
        batch.c.ended_at.is_(None),
    )
    .order_by(batch.c.ordered_at)
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A running project that is on another version; `asked` is the one it is to go to already, if any."""

    case_id: UUID
    reference: str
    firm: str
    version_id: UUID
    number: int
    asked: int | None

    @property
    def refusals(self) -> list[Refusal]:
        """Why nobody asks for it again."""
        return [] if self.asked is None else [Refusal(ASKED_ALREADY, {"number": str(self.asked)})]


@dataclass(frozen=True, slots=True)
class Target:
    """A version that projects may go to: whose it is, and since when new projects take it."""

    basin_id: int
    number: int
    effective_on: date
    published_at: datetime


class NotInForceYet(errors.Conflict):
    """Cette version entre en vigueur le {day} : les projets en cours n’y passent pas avant les nouveaux."""


class NeverInForce(errors.Conflict):
    """La version {number} a été remplacée par la version {newer} avant son jour : aucun projet n’y passe."""


def target(work: UnitOfWork, version_id: UUID) -> Target:
    """Give a version that projects may go to.

    Raises `VersionNotFound` for the reference's own versions too: projects run on their basin's.
    """
    found = work.connection.execute(TARGET, {"version": version_id}).one_or_none()
    if found is None or found.basin_id is None:
        raise VersionNotFound
    return Target(*found)


def require_in_force(work: UnitOfWork, wanted: Target) -> None:
    """Refuse a version that is not in force yet, or never was. Raises `NotInForceYet`, `NeverInForce`."""
    zone = basins.zone_of(work, wanted.basin_id)
    if wanted.effective_on > work.today(zone):
        raise NotInForceYet(day=wanted.effective_on.isoformat())
    if clock.local_date(wanted.published_at, zone) >= wanted.effective_on:
        return  # It was in force at once.
    newer = work.connection.execute(
        REPLACING, {"basin": wanted.basin_id, "number": wanted.number, "day": wanted.effective_on}
    ).scalar_one()
    if newer is not None:
        raise NeverInForce(number=wanted.number, newer=newer)


def numbered(work: UnitOfWork, *, basin_id: int, number: int) -> UUID:
    """The version of a basin that bears a number. Raises `VersionNotFound`."""
    found: UUID | None = work.connection.execute(
        NUMBERED, {"basin": basin_id, "number": number}
    ).scalar_one_or_none()
    if found is None:
        raise VersionNotFound
    return found


def named(work: UnitOfWork, *, basin_id: int, references: Sequence[str]) -> dict[str, UUID]:
    """The projects of a basin by reference, in the order given.

    Raises `cases.CaseNotFound` for what is none of its projects.
    """
    found: dict[str, UUID] = {}
    for some in in_parts(references):
        rows = work.connection.execute(NAMED, {"basin": basin_id, "references": some})
        found |= {row.reference: row.id for row in rows}
    unknown = [each for each in references if each not in found]
    if unknown:
        raise cases.CaseNotFound(reference=unknown[0])
    return {each: found[each] for each in references}


def candidates(work: UnitOfWork, *, basin_id: int, to_version_id: UUID) -> list[Candidate]:
    """The running projects of a basin that are on another version, by reference."""
    rows = work.connection.execute(CANDIDATES, {"basin": basin_id, "version": to_version_id})
    return [Candidate(*row) for row in rows]


def count_elsewhere(work: UnitOfWork, *, basin_id: int, version_id: UUID) -> int:
    """How many running projects of a basin are on another version."""
    asked = {"basin": basin_id, "version": version_id}
    return int(work.connection.execute(COUNT, asked).scalar_one())


def order(
    work: UnitOfWork, *, basin_id: int, case_ids: Iterable[UUID], to_version_id: UUID, reason: str
) -> UUID:
    """Ask for projects to go to a version of their basin; a tick carries it out. Gives the batch's id.

    Raises what `permissions.require` does, `VersionNotFound`, `NotInForceYet`, `NeverInForce`,
    `cases.CaseNotFound`, and `InvalidAnswers` on `reason` or `projects`.
    """
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=basin_id)
    wanted = list(dict.fromkeys(case_ids))
    require_sensible(wanted, reason)
    going_to = target(work, to_version_id)
    if going_to.basin_id != basin_id:
        raise VersionNotFound
    require_in_force(work, going_to)
    require_of_basin(work, wanted, basin_id)
    batch_id = new_id()
    work.write(
        sa.insert(batch),
        {"id": batch_id, "basin_id": basin_id, "version_id": to_version_id, "reason": reason.strip(),
         "ordered_at": work.now, "ordered_by": work.actor.person_id, "attempts": 0},
    )  # fmt: skip
    work.write(
        sa.insert(line),
        [
            {"id": new_id(), "batch_id": batch_id, "case_id": each, "place": place, "told": []}
            for place, each in enumerate(wanted)
        ],
    )
    work.record(
        ORDERED, chain=basins.chain_of(work, basin_id), subject=batch_id, basin_id=basin_id,
        version=to_version_id, projects=len(wanted), content={"reason": reason.strip()},
    )  # fmt: skip
    return batch_id


def require_sensible(wanted: Sequence[UUID], reason: str) -> None:
    """Refuse an order for nothing, or for no reason. Raises `InvalidAnswers`."""
    if not wanted:
        raise errors.InvalidAnswers({"projects": [_("Choisissez au moins un projet.")]})
    if not reason.strip():
        raise errors.InvalidAnswers(
            {"reason": [_("Dites pourquoi : la raison reste dans l’historique de chaque projet.")]}
        )
    if not texts.is_readable(reason):
        raise errors.InvalidAnswers(
            {"reason": [_("Ce texte contient des caractères illisibles : effacez-les ou retapez-le.")]}
        )
    if len(reason) > LONGEST_REASON:
        raise errors.InvalidAnswers({"reason": [_("Deux mille caractères au plus.")]})


def require_of_basin(work: UnitOfWork, wanted: Sequence[UUID], basin_id: int) -> None:
    """Refuse what is not a project of the basin: another's looks as if it did not exist."""
    for some in in_parts(wanted):
        if work.connection.execute(OF_BASIN, {"ids": some, "basin": basin_id}).scalar_one() != len(some):
            raise cases.CaseNotFound


def in_parts(things: Sequence[Thing]) -> list[Sequence[Thing]]:
    """Give things a few hundred at a time: a statement holds so many values, no more."""
    return [things[place : place + AT_ONCE] for place in range(0, len(things), AT_ONCE)]


def waiting_batches(work: UnitOfWork, *, basin_id: int, to_version_id: UUID) -> list[UUID]:
    """The batches of a basin to a version that are not carried out to their end, the oldest first."""
    asked = {"basin": basin_id, "version": to_version_id}
    return list(work.connection.scalars(WAITING, asked))
