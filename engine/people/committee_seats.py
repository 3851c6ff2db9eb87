"""The seats of an approval committee: who sits, for whom, and who has a voice (R7, R16, R17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased

from engine import errors
from engine.people import assignments
from engine.people.models import Assignment, Organisation, Person, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

MINIMUM_PARTNER_COMPANIES = 4
TYPICAL_PARTNER_COMPANIES = 10


class NoSeat(errors.NotAllowed):
    """Cette personne ne tient pas de siège délibératif au comité d’agrément de ce bassin."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat in force: who sits, for which organisation; a guest has no voice."""

    assignment_id: UUID
    person_id: UUID
    full_name: str
    organisation_id: UUID
    organisation_name: str
    guest: bool
    for_partner_company: bool
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PartnerGauge:
    """How many partner companies are active, beside the four required and the ten that work (R7)."""

    count: int
    minimum: int = MINIMUM_PARTNER_COMPANIES
    typical: int = TYPICAL_PARTNER_COMPANIES

    @property
    def is_enough(self) -> bool:
        """True from four on; below, an alert, and running projects go on."""
        return self.count >= self.minimum


_partner = aliased(Assignment)
_head = aliased(Assignment)
_recused = aliased(Assignment)


def is_partner(organisation: Any, basin: Any, on: Any) -> sa.Exists:
    """The condition that an organisation is an active partner company of a basin on a day."""
    return (
        sa.select(1)
        .where(
            _partner.organisation_id == organisation,
            _partner.basin_id == basin,
            _partner.role == Role.PARTNER_COMPANY.value,
            assignments.in_force(on, _partner),
        )
        .exists()
    )


ON = bindparam("on", type_=sa.Date())
BASIN = bindparam("basin_id", type_=sa.Integer())

_of_basin = sa.and_(Assignment.basin_id == BASIN, assignments.in_force(ON))
NAMED = (
    sa.select(
        Assignment.id.label("assignment_id"),
        Assignment.person_id,
        Person.full_name,
        Assignment.organisation_id,
        Organisation.name.label("organisation_name"),
        Assignment.valid_from.label("since"),
        Assignment.valid_to.label("until"),
    )
    .join(Person, Person.id == Assignment.person_id)
    .join(Organisation, Organisation.id == Assignment.organisation_id)
    .where(_of_basin)
)

SEATS = (
    NAMED.add_columns(
        Assignment.guest,
        is_partner(Assignment.organisation_id, BASIN, ON).label("for_partner_company"),
    )
    .where(Assignment.role == Role.SEAT.value)
    .order_by(Assignment.guest, Person.search_name, Organisation.search_name, Assignment.id)
)


def seats_in_force(work: UnitOfWork, basin_id: int, on: date) -> list[Seat]:
    """List the seats of a basin's committee on a day, guests last."""
    rows = work.connection.execute(SEATS, {"basin_id": basin_id, "on": on})
    return [Seat(**row._asdict()) for row in rows]


def seats_of(work: UnitOfWork, person_id: UUID, basin_id: int, on: date) -> list[Seat]:
    """List the seats that one person holds in a basin on a day; several organisations are possible."""
    rows = work.connection.execute(
        SEATS.where(Assignment.person_id == person_id), {"basin_id": basin_id, "on": on}
    )
    return [Seat(**row._asdict()) for row in rows]


def give_seat(
    work: UnitOfWork,
    *,
    basin_id: int,
    person_id: UUID,
    organisation_id: UUID,
    from_date: date | None = None,
    until: date | None = None,
    guest: bool = False,
) -> Assignment:
    """Give a person a seat for an organisation. Raises `assignments.AlreadyHeld`."""
    return assignments.assign(
        work,
        role=Role.SEAT,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=organisation_id,
        guest=guest,
        from_date=from_date,
        until=until,
    )


def in_conflict(work: UnitOfWork, case_id: UUID, organisation_id: UUID, on: date | None = None) -> bool:
    """Tell whether an organisation is the project's own firm: no part in deciding nor following up (D16)."""
    condition = [
        Assignment.case_id == case_id,
        Assignment.role == Role.BENEFICIARY.value,
        Assignment.organisation_id == organisation_id,
    ]
    if on is not None:
        condition.append(assignments.in_force(on))
    return work.connection.execute(sa.select(1).where(*condition).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Sitter:
    """Whom an answer names among the members, and for which organisation when they sit for several."""

    person_id: UUID
    organisation_id: UUID | None


def sitter(work: UnitOfWork, chosen: UUID) -> Sitter:
    """Whom an answer names: a member by themselves, or one of their seats when they have two (D16)."""
    seat = work.database.get(Assignment, chosen)
    if seat is None or seat.person_id is None:
        return Sitter(chosen, None)
    return Sitter(seat.person_id, seat.organisation_id)


def heads(person: Any, case: Any, on: Any) -> sa.Exists:
    """The condition that a person heads the firm of a project on a day, whoever else they sit for."""
    return _is_there(_head, Role.SME_HEAD, person, case, on)


def stepped_back(person: Any, case: Any, on: Any) -> sa.Exists:
    """The condition that a person stepped back from a project, on a day."""
    return _is_there(_recused, Role.RECUSED, person, case, on)


def _is_there(held: Any, role: Role, person: Any, case: Any, on: Any) -> sa.Exists:
    """The condition that a person has a role on a project, on a day."""
    return (
        sa.select(1)
        .where(
            held.person_id == person,
            held.case_id == case,
            held.role == role.value,
            assignments.in_force(on, held),
        )
        .exists()
    )


def barred(work: UnitOfWork, case_id: UUID, person_id: UUID, on: date) -> tuple[bool, bool]:
    """Whether a person heads the firm of a project (D16), and whether they stepped back from it."""
    asked = sa.select(heads(person_id, case_id, on), stepped_back(person_id, case_id, on))
    is_head, is_recused = work.connection.execute(asked).one()
    return bool(is_head), bool(is_recused)


def free(work: UnitOfWork, case_id: UUID, seats: Sequence[Seat], on: date) -> list[Seat]:
    """Those of some seats that may decide a project or follow it up.

    Left out: its firm's, its head's (D16), and whoever stepped back from it.
    """
    return free_on(work, [case_id], seats, on)[case_id]


def free_on(
    work: UnitOfWork, case_ids: Collection[UUID], seats: Sequence[Seat], on: date
) -> dict[UUID, list[Seat]]:
    """Those of some seats that may decide each of several projects, as `free` says, in one statement."""
    rows = work.connection.execute(
        sa.select(
            Assignment.case_id, Assignment.organisation_id, Assignment.person_id, Assignment.role
        ).where(
            Assignment.case_id.in_(list(case_ids)),
            Assignment.role.in_((Role.BENEFICIARY.value, Role.SME_HEAD.value, Role.RECUSED.value)),
            assignments.in_force(on),
        )
    ).all()
    firms = {(case, firm) for case, firm, _person, role in rows if role == Role.BENEFICIARY.value}
    persons = {(case, person) for case, _firm, person, role in rows if role != Role.BENEFICIARY.value}
    return {
        case: [
            seat
            for seat in seats
            if (case, seat.organisation_id) not in firms and (case, seat.person_id) not in persons
        ]
        for case in case_ids
    }


def speaking_seats(
    work: UnitOfWork, person_id: UUID, basin_id: int, on: date, case_id: UUID | None = None
) -> list[Seat]:
    """List the seats by which a person may prescribe or follow up: not a guest's, nor the firm's own."""
    held = [seat for seat in seats_of(work, person_id, basin_id, on) if not seat.guest]
    return held if case_id is None or not held else free(work, case_id, held, on)


def may_prescribe(
    work: UnitOfWork, person_id: UUID, basin_id: int, on: date, case_id: UUID | None = None
) -> bool:
    """Tell whether a person may prescribe: a member with a voice (R17); a guest may not (D16)."""
    return bool(speaking_seats(work, person_id, basin_id, on, case_id))


def may_follow_up(
    work: UnitOfWork, person_id: UUID, basin_id: int, on: date, case_id: UUID | None = None
) -> bool:
    """Tell whether a person may be the mandatary: a member with a voice (R28), not in conflict (D16)."""
    return bool(speaking_seats(work, person_id, basin_id, on, case_id))


def partner_companies_count(work: UnitOfWork, basin_id: int, on: date) -> int:
    """How many partner companies are active in a basin on a day (R7)."""
    statement = sa.select(sa.func.count(Assignment.organisation_id.distinct())).where(
        Assignment.basin_id == basin_id,
        Assignment.role == Role.PARTNER_COMPANY.value,
        assignments.in_force(on),
    )
    return work.connection.execute(statement).scalar_one()


def partner_gauge(work: UnitOfWork, basin_id: int, on: date) -> PartnerGauge:
    """The count of active partner companies beside the four required and the ten that work (R7)."""
    return PartnerGauge(partner_companies_count(work, basin_id, on))
