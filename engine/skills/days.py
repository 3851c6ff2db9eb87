"""Days given to a firm, intervention by intervention."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.skills.models import InterventionDay

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def given(work: UnitOfWork, project_id: UUID, *, as_of: datetime | None = None) -> dict[UUID, int]:
    """The quarters of a day given in each intervention of a dossier, as they were known by then, or now."""
    until = work.now if as_of is None else as_of
    rows = work.connection.execute(
        sa.select(InterventionDay.intervention_id, sa.func.sum(InterventionDay.quarter_days))
        .where(
            InterventionDay.project_id == project_id,
            InterventionDay.recorded_at <= until,
            sa.or_(InterventionDay.struck_at.is_(None), InterventionDay.struck_at > until),
        )
        .group_by(InterventionDay.intervention_id)
    )
    return {row[0]: int(row[1]) for row in rows}
