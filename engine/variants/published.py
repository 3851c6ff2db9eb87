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

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

version = table_of(ProcessVersion)


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


def numbered(work: UnitOfWork, basin_id: int, number: int) -> ProcessVersion:
    """One version of a basin. Raises `versions.VersionNotFound`."""
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
