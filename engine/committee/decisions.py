"""Decisions of the committee: find those of a project, their means and their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.models import Decision, DecisionCondition, DecisionMeans

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

APPROVING = frozenset({"approved", "approved_with_conditions"})


def latest(work: UnitOfWork, project_id: UUID, instance_id: UUID | None = None) -> Decision | None:
    """The last decision recorded on a project, or on one of its processes."""
    statement = sa.select(Decision).where(Decision.project_id == project_id)
    if instance_id is not None:
        statement = statement.where(Decision.instance_id == instance_id)
    return work.database.scalars(statement.order_by(Decision.turn.desc()).limit(1)).first()


def next_turn(work: UnitOfWork, project_id: UUID) -> int:
    """Which decision on the project comes next, from 1."""
    last = work.database.execute(
        sa.select(sa.func.max(Decision.turn)).where(Decision.project_id == project_id)
    ).scalar()
    return (last or 0) + 1


def of_project(work: UnitOfWork, project_id: UUID) -> list[Decision]:
    """Every decision on a project, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Decision).where(Decision.project_id == project_id).order_by(Decision.turn.desc())
        )
    )


def cancelled(work: UnitOfWork, project_id: UUID) -> dict[UUID, str]:
    """The numbers, by id, of the decisions on a project that the committee has cancelled since (E17)."""
    rows = work.database.execute(
        sa.select(Decision.id, Decision.number).where(
            Decision.project_id == project_id, Decision.reviewed == "cancelled"
        )
    )
    return {row.id: row.number or "" for row in rows}


def means_of(work: UnitOfWork, decision_id: UUID) -> list[DecisionMeans]:
    """The days that a decision commits, in order."""
    return list(
        work.database.scalars(
            sa.select(DecisionMeans)
            .where(DecisionMeans.decision_id == decision_id)
            .order_by(DecisionMeans.position)
        )
    )


def conditions_of(work: UnitOfWork, decision_id: UUID) -> list[DecisionCondition]:
    """The conditions of a decision, in order."""
    return list(
        work.database.scalars(
            sa.select(DecisionCondition)
            .where(DecisionCondition.decision_id == decision_id)
            .order_by(DecisionCondition.position)
        )
    )
