"""Give any role of a basin by the door of that role: the same for pages and commands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from engine.people import assignments, chairs
from engine.people.models import ORGANISATION_ROLES, Assignment, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def give(
    work: UnitOfWork,
    *,
    role: Role,
    basin_id: int,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    guest: bool = False,
    from_date: date | None = None,
    until: date | None = None,
) -> Assignment:
    """Give a role in a basin; the chair only to whom the charter allows (R14).

    Raises `InvalidAnswers`, `assignments.AlreadyHeld`, `chairs.NotEligibleToChair` saying what is missing.
    """
    if role is Role.CHAIR and person_id is not None:
        return chairs.appoint_chair(
            work, basin_id=basin_id, person_id=person_id, organisation_id=organisation_id,
            from_date=from_date, until=until,
        )  # fmt: skip
    return assignments.assign(
        work,
        role=role,
        basin_id=basin_id,
        person_id=None if role in ORGANISATION_ROLES else person_id,
        organisation_id=organisation_id,
        guest=role is Role.SEAT and guest,
        from_date=from_date,
        until=until,
    )
