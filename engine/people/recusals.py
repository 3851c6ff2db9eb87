"""Who steps back from a project: a dated role that gives nothing, and takes the committee's away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.people import assignments, basins, permissions
from engine.people.models import Assignment, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def recuse(
    work: UnitOfWork, *, case_id: UUID, basin_id: int, person_id: UUID, from_date: date | None = None
) -> Assignment:
    """Let a person step back from a project, from a day on (today); the caller holds the project's row.

    They no longer see it as a member of the committee, preside over it or vote on it; a part that they
    hold in the project itself stays theirs, and so does what an officer or a national role sees.
    Somebody who stepped back already does so once. Raises `errors.InvalidAnswers`.
    """
    start = from_date or basins.today(work, basin_id)
    found = work.database.scalars(
        sa.select(Assignment).where(Assignment.person_id == person_id, *_recused(case_id, start))
    ).first()
    if found is None:
        found = assignments.assign(
            work, role=Role.RECUSED, basin_id=basin_id, person_id=person_id, case_id=case_id, from_date=start
        )
        permissions.forget(work)
    return found


def end(work: UnitOfWork, assignment_id: UUID, *, reason: str, on: date | None = None) -> Assignment:
    """Let a person come back to a project they stepped back from, from a day on (today), for a reason.

    Raises `assignments.UnknownAssignment` for what is no such step, or is over; `errors.InvalidAnswers`
    without a reason.
    """
    if assignments.find(work, assignment_id).role != Role.RECUSED.value:
        raise assignments.UnknownAssignment
    ended = assignments.end(work, assignment_id, reason=reason, on=on)
    permissions.forget(work)
    return ended


def recused_on(work: UnitOfWork, case_id: UUID, on: date) -> set[UUID]:
    """The persons who stepped back from a project, on a day."""
    rows = work.database.scalars(sa.select(Assignment.person_id).where(*_recused(case_id, on)))
    return {person_id for person_id in rows if person_id is not None}


def _recused(case_id: UUID, on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Assignment.case_id == case_id,
        Assignment.role == Role.RECUSED.value,
        assignments.in_force(on),
    )
