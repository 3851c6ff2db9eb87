"""Decisions of a dossier with their means and conditions, as its page shows them: three statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.expecting import SESSION
from engine.committee.models import CommitteeSession, Decision, DecisionCondition, DecisionMeans
from engine.committee.waiting import STEP

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView


@dataclass(slots=True)
class Decided:
    """One decision, the session it was taken in, what it commits and asks."""

    decision: Decision
    session: CommitteeSession | None
    means: list[DecisionMeans] = field(default_factory=list)
    conditions: list[DecisionCondition] = field(default_factory=list)


def is_to_correct(task: TaskView) -> bool:
    """Whether a decision to record is one that the chair sent back: it waits for no session any more."""
    return task.step == STEP and task.waits_for != SESSION


def of_project(work: UnitOfWork, project_id: UUID) -> list[Decided]:
    """Every decision on a dossier, the latest first, those sent back included."""
    rows = work.database.execute(
        sa.select(Decision, CommitteeSession)
        .outerjoin(CommitteeSession, CommitteeSession.id == Decision.session_id)
        .where(Decision.project_id == project_id)
        .order_by(Decision.turn.desc())
    )
    found = {row[0].id: Decided(row[0], row[1]) for row in rows}
    if not found:
        return []
    for means in work.database.scalars(
        sa.select(DecisionMeans)
        .where(DecisionMeans.decision_id.in_(list(found)))
        .order_by(DecisionMeans.position)
    ):
        found[means.decision_id].means.append(means)
    for condition in work.database.scalars(
        sa.select(DecisionCondition)
        .where(DecisionCondition.decision_id.in_(list(found)))
        .order_by(DecisionCondition.position)
    ):
        found[condition.decision_id].conditions.append(condition)
    return list(found.values())
