"""The reference has a newer version: which basins are behind it. Nobody is moved to it (D14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.people.models import Basin
from engine.persistence.base import table_of
from engine.registry.models import ProcessVersion

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

version = table_of(ProcessVersion)


@dataclass(frozen=True, slots=True)
class Reference:
    """A version of the programme's reference."""

    id: UUID
    number: int


def references(work: UnitOfWork) -> list[Reference]:
    """Every version of the reference, the latest first."""
    found = work.connection.execute(
        sa.select(version.c.id, version.c.number)
        .where(version.c.basin_id.is_(None))
        .order_by(version.c.number.desc())
    )
    return [Reference(*row) for row in found]


def newer_than(known: list[Reference], reference_id: UUID | None) -> Reference | None:
    """The latest reference, when a version stands on an older one, or on none that is known."""
    if not known or known[0].id == reference_id:
        return None
    return known[0]


def number_of(known: list[Reference], reference_id: UUID | None) -> int | None:
    """The number of the reference that a version stands on."""
    return next((each.number for each in known if each.id == reference_id), None)


@dataclass(frozen=True, slots=True)
class Behind:
    """A basin whose last version stands on an older reference than the programme's."""

    basin: str
    slug: str
    number: int | None  # Of the reference that it stands on.


def behind(work: UnitOfWork) -> list[Behind]:
    """The basins that the latest reference is offered to, by name."""
    known = references(work)
    if not known:
        return []
    last = (
        sa.select(version.c.basin_id, sa.func.max(version.c.number).label("number"))
        .where(version.c.basin_id.is_not(None))
        .group_by(version.c.basin_id)
        .subquery()
    )
    found = work.connection.execute(
        sa.select(Basin.name, Basin.slug, version.c.reference_id)
        .join(version, version.c.basin_id == Basin.id)
        .join(last, sa.and_(last.c.basin_id == version.c.basin_id, last.c.number == version.c.number))
        .order_by(Basin.name)
    )
    return [
        Behind(name, slug, number_of(known, reference_id))
        for name, slug, reference_id in found
        if reference_id != known[0].id
    ]
