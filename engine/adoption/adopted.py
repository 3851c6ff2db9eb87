"""The projects of a basin that were taken over, as its page lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.projects.models import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.persistence.unit_of_work import UnitOfWork


def of_basin(work: UnitOfWork, basin_id: int) -> Sequence[Project]:
    """The projects of a basin that were taken over, by firm."""
    return work.database.scalars(
        sa.select(Project)
        .where(Project.basin_id == basin_id, Project.adopted.is_(True))
        .order_by(Project.firm, Project.reference)
    ).all()
