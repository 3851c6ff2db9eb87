"""Who holds a role on one project: give it, find it, hand it to another (D17, D19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.people import assignments, basins, committee_seats
from engine.people.models import SINGLE_CASE_ROLES, Assignment, Role
from engine.persistence.base import table_of

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# Only members with a voice prescribe and follow up (R17, R28).
MEMBERS_ONLY = frozenset({Role.PRESCRIBER, Role.MANDATARY})


assignment = table_of(Assignment)
PERSON = (
    sa.select(assignment.c.person_id, assignment.c.substitute_id, assignment.c.substitute_until)
    .where(
        assignment.c.case_id == sa.bindparam("case_id"),
        assignment.c.role == sa.bindparam("role"),
        assignment.c.valid_from <= sa.bindparam("on"),
        sa.or_(assignment.c.valid_to.is_(None), assignment.c.valid_to > sa.bindparam("on")),
    )
    .order_by(assignment.c.valid_from, assignment.c.created_at, assignment.c.id)
    .limit(1)
)


# The same for the dossiers of a whole batch; `person_of` then picks those of the day.
OF_CASES = (
    sa.select(
        assignment.c.case_id, assignment.c.role, assignment.c.person_id, assignment.c.valid_from,
        assignment.c.valid_to, assignment.c.substitute_id, assignment.c.substitute_until,
    )
    .where(assignment.c.case_id.in_(sa.bindparam("case_ids", expanding=True)))
    .order_by(assignment.c.valid_from, assignment.c.created_at, assignment.c.id)
)  # fmt: skip
FORESEEN = (__name__, "foreseen")


class InConflict(errors.NotAllowed):
    """Cette organisation est celle du projet : elle ne peut ni en décider, ni le suivre.

    D16: the same organisation as beneficiary and in the decision, or as mandatary, is refused.
    """


class HeadOfTheFirm(InConflict):
    """Cette personne dirige l’entreprise du projet : elle ne peut ni en décider, ni le suivre."""


class SteppedBack(InConflict):
    """Cette personne s’est déportée de ce projet : elle ne peut ni en décider, ni le suivre."""


class SameHolder(errors.Conflict):
    """Cette personne tient déjà ce rôle sur ce projet."""


def hold(
    work: UnitOfWork,
    *,
    role: Role,
    case_id: UUID,
    basin_id: int,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    from_date: date | None = None,
) -> Assignment:
    """Give a role on a project, to a person or, for the beneficiary, to an organisation.

    The prescriber and the mandatary hold a seat with a voice; without `organisation_id` it is the one
    for which they sit. An expert or a signatory named twice holds the role once.
    Raises `committee_seats.NoSeat`, `InConflict`, `assignments.AlreadyHeld`.
    """
    start = from_date or basins.today(work, basin_id)
    if role in MEMBERS_ONLY and person_id is not None:
        organisation_id = _sitting_for(
            work, basin_id, person_id, organisation_id=organisation_id, on=start, case_id=case_id
        )
    if role not in SINGLE_CASE_ROLES:
        same = _same(work, role, case_id, person_id=person_id, organisation_id=organisation_id, on=start)
        if same is not None:
            return same
    return assignments.assign(
        work,
        role=role,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=organisation_id,
        case_id=case_id,
        from_date=start,
    )


def holder(work: UnitOfWork, *, role: Role, case_id: UUID, on: date) -> Assignment | None:
    """The one who holds a role on a project on a day; the first named when there are several."""
    return next(iter(holders(work, role=role, case_id=case_id, on=on)), None)


def person_of(work: UnitOfWork, *, role: Role, case_id: UUID, on: date) -> UUID | None:
    """The person who holds a role on a project on a day."""
    return expected(work, role=role, case_id=case_id, on=on).person_id


@dataclass(frozen=True, slots=True)
class Expected:
    """Who holds a role on a project, and who does its tasks until a day, included, while they are away."""

    person_id: UUID | None = None
    substitute_id: UUID | None = None
    substitute_until: date | None = None


def expected(work: UnitOfWork, *, role: Role, case_id: UUID, on: date) -> Expected:
    """Who is expected in a role on a project on a day: what opening a task asks, and nothing more."""
    foreseen = {} if work.has_objects else work.memory.get(FORESEEN, {})
    if case_id in foreseen:
        mandates = foreseen[case_id].get(role.value, ())
        named = (each for since, until, each in mandates if since <= on and (not until or until > on))
        found = next(named, Expected())
    else:
        work.flush_objects()
        row = work.connection.execute(
            PERSON, {"case_id": case_id, "role": role.value, "on": on}
        ).one_or_none()
        found = Expected(*row) if row is not None else Expected()
    is_over = found.substitute_until is not None and found.substitute_until < on
    return Expected(found.person_id) if is_over else found


def foresee(work: UnitOfWork, case_ids: Sequence[UUID]) -> None:
    """Read at once who holds what on several dossiers, which this act has locked and will open tasks of.

    Only the ORM changes roles: once an act has used its session, each is asked for again.
    """
    found: dict[UUID, dict[str, list[tuple[date, date | None, Expected]]]]
    found = {case_id: {} for case_id in case_ids}
    for case_id, role, person_id, since, until, *substitute in work.connection.execute(
        OF_CASES, {"case_ids": list(case_ids)}
    ):
        found[case_id].setdefault(role, []).append((since, until, Expected(person_id, *substitute)))
    work.memory[FORESEEN] = found


def holders(work: UnitOfWork, *, role: Role, case_id: UUID, on: date) -> list[Assignment]:
    """List those who hold a role on a project on a day, in the order they were named."""
    return [found for found in assignments.of_case(work, case_id, on) if found.role == role]


def replace_holder(
    work: UnitOfWork,
    *,
    role: Role,
    case_id: UUID,
    basin_id: int,
    person_id: UUID,
    reason: str,
    organisation_id: UUID | None = None,
    from_date: date | None = None,
) -> tuple[Assignment | None, Assignment]:
    """Hand a role on a project to another person, from a day on; gives the one before and the new one.

    The caller holds the project's row (D17); open tasks are the runtime's to move (D19). With nobody
    in place the role is simply given.
    Raises `SameHolder`, `committee_seats.NoSeat`, `InConflict`.
    """
    start = from_date or basins.today(work, basin_id)
    before = holder(work, role=role, case_id=case_id, on=start)
    if before is not None:
        if before.person_id == person_id and organisation_id in (None, before.organisation_id):
            raise SameHolder
        assignments.end(work, before.id, reason=reason, on=start)
    after = hold(
        work,
        role=role,
        case_id=case_id,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=organisation_id,
        from_date=start,
    )
    return before, after


def release(
    work: UnitOfWork, *, role: Role, case_id: UUID, reason: str, on: date, person_id: UUID | None = None
) -> None:
    """End a role on a project, for one person or for all who hold it; nothing if nobody does."""
    for found in holders(work, role=role, case_id=case_id, on=on):
        if person_id in (None, found.person_id):
            assignments.end(work, found.id, reason=reason, on=on)


def _sitting_for(
    work: UnitOfWork,
    basin_id: int,
    person_id: UUID,
    *,
    organisation_id: UUID | None,
    on: date,
    case_id: UUID,
) -> UUID:
    """The organisation for which a member holds a role on a project. Raises `NoSeat`, `InConflict`."""
    sitting = [
        seat.organisation_id
        for seat in committee_seats.speaking_seats(work, person_id, basin_id, on)
        if organisation_id in (None, seat.organisation_id)
    ]
    if not sitting:
        raise committee_seats.NoSeat
    heads_it, stepped_back = committee_seats.barred(work, case_id, person_id, on)
    if heads_it:
        raise HeadOfTheFirm
    if stepped_back:
        raise SteppedBack
    free = [each for each in sitting if not committee_seats.in_conflict(work, case_id, each, on)]
    if not free:
        raise InConflict
    return free[0]


def _same(
    work: UnitOfWork,
    role: Role,
    case_id: UUID,
    *,
    person_id: UUID | None,
    organisation_id: UUID | None,
    on: date,
) -> Assignment | None:
    return work.database.scalars(
        sa.select(Assignment).where(
            Assignment.case_id == case_id,
            Assignment.role == Role(role).value,
            Assignment.person_id == person_id,
            Assignment.organisation_id == organisation_id,
            assignments.in_force(on),
        )
    ).first()
