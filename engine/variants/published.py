"""The versions of a basin's process, listed and found by their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.persistence.base import table_of
from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime.models import Instance

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

version = table_of(ProcessVersion)
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A version, without its diagrams."""

    id: UUID
    number: int
    effective_on: date
    published_at: datetime
    published_by: UUID
    reference_id: UUID | None
    content_hash: str


# The number of a running project's version, and of the one that its basin has in force.
own, newer, instance = version.alias(), version.alias(), table_of(Instance)
IN_FORCE = (
    sa.select(newer.c.number)
    .where(newer.c.basin_id == own.c.basin_id, newer.c.effective_on <= sa.bindparam("on"))
    .order_by(newer.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
OVERTAKEN = (
    sa.select(own.c.number, IN_FORCE.label("newer"))
    .join(instance, instance.c.version_id == own.c.id)
    .where(instance.c.id == sa.bindparam("case"), instance.c.ended_at.is_(None))
)
COLUMNS = [version.c[name] for name in Listed.__dataclass_fields__]


def of_basin(work: UnitOfWork, basin_id: int) -> list[Listed]:
    """Every version of a basin, the latest first."""
    found = work.connection.execute(
        sa.select(*COLUMNS).where(version.c.basin_id == basin_id).order_by(version.c.number.desc())
    )
    return [Listed(*row) for row in found]


def in_force_on(listed: Sequence[Listed], day: date) -> Listed | None:
    """The version that a project opened on that day takes."""
    return next((each for each in listed if each.effective_on <= day), None)


def never_in_force(listed: Sequence[Listed]) -> set[UUID]:
    """The versions that a later one, in force as soon or sooner, took the place of before their day."""
    found, earliest = set(), None
    for each in listed:
        if earliest is not None and each.effective_on >= earliest:
            found.add(each.id)
        earliest = each.effective_on if earliest is None else min(earliest, each.effective_on)
    return found


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The version a project runs on, and the newer one that new projects take."""

    number: int
    newer: int


def overtaken_of(work: UnitOfWork, *, case_id: UUID, on: date) -> Overtaken | None:
    """The version of a running project, where its basin has a newer one in force that day; none elsewhere."""
    row = work.connection.execute(OVERTAKEN, {"case": case_id, "on": on}).one_or_none()
    return None if row is None or row.newer is None or row.newer <= row.number else Overtaken(*row)


def numbered(work: UnitOfWork, basin_id: int, number: int) -> ProcessVersion:
    """One version of a basin. Raises `versions.VersionNotFound`."""
    if number > LARGEST_NUMBER:  # An address may hold a number that no column does.
        raise versions.VersionNotFound
    found = work.database.scalars(
        sa.select(ProcessVersion).where(ProcessVersion.basin_id == basin_id, ProcessVersion.number == number)
    ).one_or_none()
    if found is None:
        raise versions.VersionNotFound
    return found


def parameters_of(work: UnitOfWork, basin_id: int) -> dict[UUID, Mapping[str, Any]]:
    """The published parameters of every version of a basin."""
    found = work.connection.execute(
        sa.select(version.c.id, version.c.parameters).where(version.c.basin_id == basin_id)
    )
    return {row.id: row.parameters for row in found}
