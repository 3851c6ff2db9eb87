"""Days given to a firm, intervention by intervention."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.skills.models import InterventionDay

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def given(work: UnitOfWork, project_id: UUID) -> dict[UUID, int]:
    """The quarters of a day given in each intervention of a dossier, corrected ones as they read now."""
    rows = work.connection.execute(
        sa.select(InterventionDay.intervention_id, sa.func.sum(InterventionDay.quarter_days))
        .where(InterventionDay.project_id == project_id, InterventionDay.struck_at.is_(None))
        .group_by(InterventionDay.intervention_id)
    )
    return {row[0]: int(row[1]) for row in rows}
