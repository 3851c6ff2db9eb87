"""Prescribing and deciding kept apart: who did a prescriber’s tasks on a project in their place."""

# The history knows it: the act of a substitute names both, and the capacity it was done in. An officer who
# records what a prescriber dictates on the telephone stands in for nobody, and prescribes nothing.

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.people import basins
from engine.people.models import Role, Substitution
from engine.persistence.history import history

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PRESCRIBER_APART = "committee.prescriber_apart"  # A basin’s parameter.

_done = history.alias("done_in_their_place")


def stood_in(person: Any, basin: Any, case: Any) -> sa.Exists:
    """The condition that somebody prescribed a project in its prescriber’s place, as their substitute."""
    return _acts(basin, case).where(_done.c.actor_id == person).exists()


def _acts(basin: Any, case: Any) -> sa.Select[Any]:
    return (
        sa.select(_done.c.actor_id)
        .join(
            Substitution,
            sa.and_(
                Substitution.substitute_id == _done.c.actor_id,
                Substitution.person_id == _done.c.on_behalf_of,
                Substitution.recorded_at <= _done.c.recorded_at,
                sa.or_(Substitution.ended_at.is_(None), Substitution.ended_at >= _done.c.recorded_at),
            ),
        )
        .where(
            _done.c.chain_id == case,
            _done.c.kind == "runtime.task.completed",
            _done.c.capacity == Role.PRESCRIBER.value,
            Substitution.basin_id == basin,
        )
    )


def is_asked(work: UnitOfWork, basin_id: int) -> bool:
    """Whether a basin keeps prescribing and deciding apart, today."""
    asked: bool = basins.parameter(work, basin_id, PRESCRIBER_APART, default=False)
    return asked


def kept_from_deciding(work: UnitOfWork, basin_id: int, case_id: UUID) -> set[UUID]:
    """Who may not decide a project, having prescribed it in another’s place; nobody where it is not asked."""
    found = set(work.connection.scalars(_acts(basin_id, case_id)))
    return found if found and is_asked(work, basin_id) else set()
