"""What some projects are called, for whoever names several at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.projects.models import Project

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Named:
    """A project by its firm, its city and its reference."""

    firm: str
    city: str | None
    reference: str


def named(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, Named]:
    """The names of some projects, in one statement; none for none."""
    if not ids:
        return {}
    rows = work.connection.execute(
        sa.select(Project.id, Project.firm, Project.city, Project.reference).where(Project.id.in_(list(ids)))
    )
    return {row.id: Named(row.firm, row.city, row.reference) for row in rows}
