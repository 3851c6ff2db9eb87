"""Dated roles: give one, end one, list those in force; the rules of each role are in `seats`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import basins, persons
from engine.people.folding import clean
from engine.people.models import (
    BASIN_ROLES,
    CASE_ROLES,
    NATIONAL_ROLES,
    ORGANISATION_ROLES,
    SINGLE_CASE_ROLES,
    Account,
    Assignment,
    Role,
)

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

Day = date | sa.ColumnElement[Any]


class UnknownAssignment(errors.NotFound):
    """Ce rôle n’existe pas, ou a déjà pris fin."""


class AlreadyHeld(errors.Conflict):
    """Ce rôle est déjà tenu sur tout ou partie de cette période."""


def in_force(on: Day, table: Any = Assignment) -> sa.ColumnElement[bool]:
    """The condition that an assignment is in force on a day (a date, a column or a bound parameter)."""
    return sa.and_(table.valid_from <= on, sa.or_(table.valid_to.is_(None), table.valid_to > on))


def held(*, person_id: Any, basin_id: Any, role: Any, case_id: Any, on: Any) -> sa.Exists:
    """The condition that a person holds a role here today, to be put inside a larger statement (D17).

    Arguments are values, columns or bound parameters. A role of the basin without a project counts on
    each of its projects; guests hold nothing that lets them act.
    """
    return (
        sa.select(1)
        .where(
            Assignment.person_id == person_id,
            Assignment.basin_id == basin_id,
            Assignment.role == role,
            sa.or_(Assignment.case_id.is_(None), Assignment.case_id == case_id),
            Assignment.guest.is_(sa.false()),
            in_force(on),
        )
        .exists()
    )


def assign(
    work: UnitOfWork,
    *,
    role: Role,
    basin_id: int | None,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    case_id: UUID | None = None,
    acting: bool = False,
    guest: bool = False,
    from_date: date | None = None,
    until: date | None = None,
) -> Assignment:
    """Give a role from a local day on (today), until another, excluded, or without end.

    The basin's row is locked first, so that two people cannot both find a role free; on a project,
    the act already holds the project's row.
    Raises `InvalidAnswers` when the role cannot be held so, `AlreadyHeld` with who holds it,
    `persons.UnknownPerson`, `persons.ErasedPerson`.
    """
    if case_id is None and basin_id is not None:
        basins.lock(work, basin_id)
    if case_id is None and person_id is not None:
        persons.require_known(persons.find(work, person_id))
    made = Assignment(
        role=Role(role).value,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=organisation_id,
        case_id=case_id,
        acting=acting,
        guest=guest,
        valid_from=from_date or basins.today(work, basin_id),
        valid_to=until,
        created_at=work.now,
        created_by=work.actor.person_id,
    )
    require_shape(made)
    require_free(work, made)
    work.database.add(made)
    work.database.flush()
    _record(work, "people.role.assigned", made, valid_from=made.valid_from, valid_to=made.valid_to)
    return made


def end(work: UnitOfWork, assignment_id: UUID, *, reason: str, on: date | None = None) -> Assignment:
    """End a role: from the day `on` (today) it is no longer in force.

    Raises `UnknownAssignment` when it has ended by then, `InvalidAnswers` without a reason.
    """
    if not clean(reason):
        raise errors.InvalidAnswers({"reason": [_("Indiquez pourquoi ce rôle prend fin.")]})
    statement = (
        sa.select(Assignment)
        .where(Assignment.id == assignment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = work.database.scalars(statement).one_or_none()
    if found is None:
        raise UnknownAssignment
    last = on or basins.today(work, found.basin_id)
    if found.valid_to is not None and found.valid_to <= last:
        raise UnknownAssignment
    # Ended before it began: never in force, and still there to be read.
    found.valid_to = max(last, found.valid_from)
    found.ended_at = work.now
    found.ended_by = work.actor.person_id
    found.ended_reason = clean(reason)
    work.database.flush()
    _record(work, "people.role.ended", found, content={"reason": found.ended_reason}, valid_to=found.valid_to)
    return found


def find(work: UnitOfWork, assignment_id: UUID) -> Assignment:
    """Find a role, in force or not. Raises `UnknownAssignment`."""
    found = work.database.get(Assignment, assignment_id)
    if found is None:
        raise UnknownAssignment
    return found


def of_person(work: UnitOfWork, person_id: UUID) -> list[Assignment]:
    """List every role that a person ever had, the latest first."""
    return _list(work, Assignment.person_id == person_id, latest_first=True)


def of_organisation(work: UnitOfWork, organisation_id: UUID) -> list[Assignment]:
    """List every role in which an organisation ever was, the latest first."""
    return _list(work, Assignment.organisation_id == organisation_id, latest_first=True)


def of_case(work: UnitOfWork, case_id: UUID, on: date | None = None) -> list[Assignment]:
    """List the roles on a project, in order: those in force on a day, or all."""
    conditions = [Assignment.case_id == case_id]
    return _list(work, *conditions, *([] if on is None else [in_force(on)]))


def of_basin(
    work: UnitOfWork, basin_id: int | None, on: date | None = None, role: Role | None = None
) -> list[Assignment]:
    """List the roles of a basin (None: national) that are not of one project, in order."""
    conditions = [Assignment.basin_id == basin_id, Assignment.case_id.is_(None)]
    if on is not None:
        conditions.append(in_force(on))
    if role is not None:
        conditions.append(Assignment.role == role.value)
    return _list(work, *conditions)


def having(work: UnitOfWork, role: Role, basin_id: int | None) -> set[UUID]:
    """Who holds a role in a basin today, or nationally, but those whose account is closed."""
    whose = Assignment.basin_id.is_(None) if basin_id is None else Assignment.basin_id == basin_id
    found = work.database.scalars(
        sa.select(Assignment.person_id)
        .outerjoin(Account, Account.person_id == Assignment.person_id)
        .where(
            whose, Assignment.role == role.value, Account.disabled_at.is_(None),
            in_force(basins.today(work, basin_id)),
        )
    )  # fmt: skip
    return {each for each in found if each is not None}


def require_shape(made: Assignment) -> None:
    """Refuse a role given where it does not belong, or to nobody. Raises `InvalidAnswers` by field."""
    role, messages = Role(made.role), {}
    if made.valid_to is not None and made.valid_to <= made.valid_from:
        messages["until"] = [_("La fin vient avant le début.")]
    if role in ORGANISATION_ROLES:
        if made.organisation_id is None or made.person_id is not None:
            messages["organisation_id"] = [_("Ce rôle est celui d’une organisation.")]
    elif made.person_id is None:
        messages["person_id"] = [_("Ce rôle est celui d’une personne.")]
    if role in {Role.SEAT, Role.CHAIR} and made.organisation_id is None:
        messages["organisation_id"] = [_("Un siège ou une présidence se tient pour une organisation.")]
    if made.basin_id is None and role not in NATIONAL_ROLES:
        messages["basin_id"] = [_("Ce rôle se tient dans un bassin.")]
    if made.basin_id is not None and role == Role.NATIONAL_COORDINATOR:
        messages["basin_id"] = [_("Ce rôle est national.")]
    messages |= _misplaced(made, role)
    if messages:
        raise errors.InvalidAnswers(messages)


def _misplaced(made: Assignment, role: Role) -> dict[str, list[str]]:
    on_a_project = role in CASE_ROLES or role == Role.BENEFICIARY
    if on_a_project and made.case_id is None and role not in BASIN_ROLES:
        return {"case_id": [_("Ce rôle se tient sur un projet.")]}
    is_acting_chair = role == Role.CHAIR and made.acting
    if made.case_id is not None and not on_a_project and not is_acting_chair:
        return {"case_id": [_("Ce rôle ne se tient pas sur un projet.")]}
    if made.acting and not is_acting_chair:
        return {"role": [_("L’intérim ne concerne que la présidence.")]}
    if made.guest and role != Role.SEAT:
        return {"role": [_("Seul un siège peut être invité.")]}
    known = role in BASIN_ROLES | NATIONAL_ROLES | ORGANISATION_ROLES | CASE_ROLES
    return {} if known else {"role": [_("Ce rôle est inconnu.")]}


def require_free(work: UnitOfWork, made: Assignment) -> None:
    """Refuse a role whose place is taken on one of its days.

    One chair per basin, one acting chair per basin or project, one prescriber, mandatary and head per
    project; nobody holds the same thing twice. Raises `AlreadyHeld` with the holder and the dates.
    """
    same = [
        Assignment.role == made.role,
        Assignment.basin_id == made.basin_id,
        Assignment.case_id == made.case_id,
        Assignment.acting == made.acting,
        sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > made.valid_from),
    ]
    if made.valid_to is not None:
        same.append(Assignment.valid_from < made.valid_to)
    if made.role not in SINGLE_CASE_ROLES | {Role.CHAIR}:
        same += [
            Assignment.person_id == made.person_id,
            Assignment.organisation_id == made.organisation_id,
        ]
    # An interval ended before it began holds no day.
    same.append(sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > Assignment.valid_from))
    taken = work.database.scalars(sa.select(Assignment).where(*same)).first()
    if taken is not None:
        raise AlreadyHeld(
            assignment_id=taken.id, who=taken.person_id, since=taken.valid_from, until=taken.valid_to
        )


def _list(
    work: UnitOfWork, *conditions: sa.ColumnElement[bool], latest_first: bool = False
) -> list[Assignment]:
    start = Assignment.valid_from.desc() if latest_first else Assignment.valid_from
    statement = sa.select(Assignment).where(*conditions).order_by(start, Assignment.created_at, Assignment.id)
    return list(work.database.scalars(statement))


def _record(
    work: UnitOfWork,
    kind: str,
    assignment: Assignment,
    content: dict[str, object] | None = None,
    **data: Any,
) -> None:
    """Tell history: on the project's chain, else the basin's, else the person's or organisation's.

    A role on a project goes to the project's own chain, whose row the act holds: the basin's would
    make all its writers queue.
    """
    chain = assignment.case_id
    if chain is None and assignment.basin_id is not None:
        chain = basins.chain_of(work, assignment.basin_id)
    chain = chain or assignment.person_id or assignment.organisation_id
    if chain is None:
        raise ValueError(f"assignment {assignment.id} is of nobody")
    work.record(
        kind,
        chain=chain,
        subject=assignment.id,
        basin_id=assignment.basin_id,
        content=content,
        role=assignment.role,
        person=assignment.person_id,
        organisation=assignment.organisation_id,
        case=assignment.case_id,
        acting=assignment.acting,
        guest=assignment.guest,
        **data,
    )
