"""The chair of an approval committee: who presides, and who may sign today (R14, D18)."""

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
from engine.i18n import mark as _
from engine.people import apart, assignments, basins, committee_seats
from engine.people.committee_seats import BASIN, NAMED, ON, Seat
from engine.people.models import Assignment, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class NotEligibleToChair(errors.NotAllowed):
    """La présidence revient au représentant d’une entreprise partenaire active, qui siège au comité.

    Cahier des charges §V and R14: the chair is the active representative of a partner company.
    """


class NotSeated(NotEligibleToChair):
    """Qui préside siège au comité : attribuez d’abord un siège à cette personne, à cette date."""


class SitsAsGuest(NotEligibleToChair):
    """Qui préside siège avec voix délibérative : cette personne n’est qu’invitée à cette date."""


class SitsForNoPartner(NotEligibleToChair):
    """Qui préside siège pour une entreprise partenaire : donnez d’abord ce rôle à son organisation."""


@dataclass(frozen=True, slots=True)
class Chair:
    """A chair who may sign today, in the company's name; acting when standing in for another."""

    assignment_id: UUID
    person_id: UUID
    full_name: str
    organisation_id: UUID
    organisation_name: str
    acting: bool
    case_id: UUID | None
    since: date
    until: date | None


PRESIDES = _("Cette personne préside déjà le comité : désignez-en une autre pour la remplacer.")

_seat = aliased(Assignment)
_beneficiary = aliased(Assignment)
_case = bindparam("case_id", type_=sa.Uuid())


def _sits(person: Any, organisation: Any, basin: Any, on: Any) -> sa.Exists:
    return (
        sa.select(1)
        .where(
            _seat.person_id == person,
            _seat.organisation_id == organisation,
            _seat.basin_id == basin,
            _seat.role == Role.SEAT.value,
            _seat.guest.is_(sa.false()),
            assignments.in_force(on, _seat),
        )
        .exists()
    )


def _benefits(organisation: Any, case: Any, on: Any) -> sa.Exists:
    return (
        sa.select(1)
        .where(
            _beneficiary.organisation_id == organisation,
            _beneficiary.case_id == case,
            _beneficiary.role == Role.BENEFICIARY.value,
            assignments.in_force(on, _beneficiary),
        )
        .exists()
    )


# Who may sign today, the nearest to the project first: its own acting chair, the basin's acting chair,
# then the chair. A mandate whose holder lost the seat, or whose company left, signs nothing (R14), and
# nobody presides over a project of their own firm, of the firm they head (D16), or they stepped back from.
# Who prescribed it in another's place is told apart: whether that keeps them from deciding is the basin's.
CHAIRS = (
    NAMED.add_columns(
        Assignment.acting,
        Assignment.case_id,
        apart.stood_in(Assignment.person_id, BASIN, _case).label("stood_in"),
    )
    .where(
        Assignment.role == Role.CHAIR.value,
        sa.or_(Assignment.case_id.is_(None), Assignment.case_id == _case),
        _sits(Assignment.person_id, Assignment.organisation_id, BASIN, ON),
        committee_seats.is_partner(Assignment.organisation_id, BASIN, ON),
        sa.not_(_benefits(Assignment.organisation_id, _case, ON)),
        sa.not_(committee_seats.heads(Assignment.person_id, _case, ON)),
        sa.not_(committee_seats.stepped_back(Assignment.person_id, _case, ON)),
    )
    .order_by(Assignment.case_id.is_(None), Assignment.acting.desc(), Assignment.valid_from, Assignment.id)
)

# Who may sign in each of several basins where no project is in question, the one to ask first.
CHAIRS_OF_BASINS = (
    sa.select(Assignment.basin_id, Assignment.person_id)
    .where(
        Assignment.role == Role.CHAIR.value,
        Assignment.basin_id.in_(bindparam("basin_ids", expanding=True)),
        Assignment.case_id.is_(None),
        assignments.in_force(ON),
        _sits(Assignment.person_id, Assignment.organisation_id, Assignment.basin_id, ON),
        committee_seats.is_partner(Assignment.organisation_id, Assignment.basin_id, ON),
    )
    .order_by(Assignment.acting.desc(), Assignment.valid_from, Assignment.id)
)


def presiding_over(work: UnitOfWork, basin_ids: Collection[int], on: date) -> dict[int, list[UUID]]:
    """Who may sign as chair in each of these basins on a day, whatever their number in one statement."""
    found: dict[int, list[UUID]] = {basin_id: [] for basin_id in basin_ids}
    for row in work.connection.execute(CHAIRS_OF_BASINS, {"basin_ids": list(found), "on": on}):
        found[row.basin_id].append(row.person_id)
    return found


def chairs_in_force(work: UnitOfWork, basin_id: int, on: date, case_id: UUID | None = None) -> list[Chair]:
    """List everybody who may sign as chair on a day, the one to ask first."""
    asked = {"basin_id": basin_id, "on": on, "case_id": case_id}
    rows = [row._asdict() for row in work.connection.execute(CHAIRS, asked)]
    stood_in = [row.pop("stood_in") for row in rows]
    if any(stood_in) and apart.is_asked(work, basin_id):
        rows = [row for row, prescribed in zip(rows, stood_in, strict=True) if not prescribed]
    return [Chair(**row) for row in rows]


def chair_in_force(work: UnitOfWork, basin_id: int, on: date, case_id: UUID | None = None) -> Chair | None:
    """The chair to ask on a day: acting on this project, else acting in the basin, else the chair.

    None is a vacancy: nobody eligible presides, the sign-off waits (D18).
    """
    return next(iter(chairs_in_force(work, basin_id, on, case_id)), None)


def eligible_chair(
    work: UnitOfWork, person_id: UUID, basin_id: int, on: date, case_id: UUID | None = None
) -> bool:
    """Tell whether a person may sign as chair on a day, in their own name or acting (R14).

    Their mandate is in force, they sit for the organisation they preside for, it is an active partner
    company, and it is not the project's own firm.
    """
    return any(chair.person_id == person_id for chair in chairs_in_force(work, basin_id, on, case_id))


def is_vacant(work: UnitOfWork, basin_id: int, on: date) -> bool:
    """Tell whether nobody eligible presides on a day: the officer is asked for an acting chair."""
    return chair_in_force(work, basin_id, on) is None


def chair_candidates(work: UnitOfWork, basin_id: int, on: date, case_id: UUID | None = None) -> list[Seat]:
    """List the seats whose holder may be made chair: with a voice, for an active partner company.

    For one project, those of its own firm are left out, whoever heads it, and whoever prescribed it in
    another's place where the basin keeps both apart.
    """
    found = committee_seats.seats_in_force(work, basin_id, on)
    speaking = [seat for seat in found if seat.for_partner_company and not seat.guest]
    if case_id is None:
        return speaking
    kept = apart.kept_from_deciding(work, basin_id, case_id)
    free = committee_seats.free(work, case_id, speaking, on)
    return [seat for seat in free if seat.person_id not in kept]


def stand_ins(work: UnitOfWork, basin_id: int, on: date, case_id: UUID | None = None) -> list[Seat]:
    """List the seats whose holder may stand in for the chair: as eligible, and not the chair themselves."""
    presiding = presiding_on(work, basin_id, on)
    return [seat for seat in chair_candidates(work, basin_id, on, case_id) if seat.person_id not in presiding]


def presiding_on(work: UnitOfWork, basin_id: int, on: date) -> set[UUID | None]:
    """Who holds the chair itself on a day, whether or not they may sign: those an acting chair replaces."""
    held = assignments.of_basin(work, basin_id, on, Role.CHAIR)
    return {each.person_id for each in held if not each.acting}


def appoint_chair(
    work: UnitOfWork,
    *,
    basin_id: int,
    person_id: UUID,
    organisation_id: UUID | None = None,
    from_date: date | None = None,
    until: date | None = None,
) -> Assignment:
    """Give the chair to the holder of a seat for an active partner company (R14).

    Without `organisation_id`, it is the one for which they sit.
    Raises `NotEligibleToChair`, `assignments.AlreadyHeld` while another's mandate runs.
    """
    start = from_date or basins.today(work, basin_id)
    return assignments.assign(
        work,
        role=Role.CHAIR,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=_presiding_for(
            work, basin_id, person_id, organisation_id=organisation_id, on=start, case_id=None
        ),
        from_date=start,
        until=until,
    )


def designate_acting_chair(
    work: UnitOfWork,
    *,
    basin_id: int,
    person_id: UUID,
    organisation_id: UUID | None = None,
    case_id: UUID | None = None,
    from_date: date | None = None,
    until: date | None = None,
) -> Assignment:
    """Let another eligible member stand in for the chair, in the basin or on one project (D18).

    Designated beforehand: what was signed earlier is nobody's to sign any more. Raises
    `NotEligibleToChair` (R14, or the project is their own firm's), `assignments.AlreadyHeld`, and
    `errors.InvalidAnswers` on `starts_on` for a day that is past, on `acting_chair_id` for the chair.
    """
    today = basins.today(work, basin_id)
    start = from_date or today
    if person_id in presiding_on(work, basin_id, start):
        raise errors.InvalidAnswers({"acting_chair_id": [PRESIDES]})
    if start < today:
        raise errors.InvalidAnswers(
            {"starts_on": [_("Un intérim se désigne à l’avance : il commence aujourd’hui au plus tôt.")]}
        )
    return assignments.assign(
        work,
        role=Role.CHAIR,
        basin_id=basin_id,
        person_id=person_id,
        organisation_id=_presiding_for(
            work, basin_id, person_id, organisation_id=organisation_id, on=start, case_id=case_id
        ),
        case_id=case_id,
        acting=True,
        from_date=start,
        until=until,
    )


def _presiding_for(
    work: UnitOfWork,
    basin_id: int,
    person_id: UUID,
    *,
    organisation_id: UUID | None,
    on: date,
    case_id: UUID | None,
) -> UUID:
    """The partner company for which a person may preside. Raises `NotEligibleToChair`."""
    for seat in chair_candidates(work, basin_id, on, case_id):
        if seat.person_id == person_id and organisation_id in (None, seat.organisation_id):
            return seat.organisation_id
    held = [
        seat
        for seat in committee_seats.seats_of(work, person_id, basin_id, on)
        if organisation_id in (None, seat.organisation_id)
    ]
    raise refusal_of(held)


def refusal_of(held: Sequence[Seat]) -> NotEligibleToChair:
    """Say which of the chair's conditions is not met by somebody who holds these seats (R14)."""
    if not held:
        return NotSeated()
    if all(seat.guest for seat in held):
        return SitsAsGuest()
    if not any(seat.for_partner_company for seat in held):
        return SitsForNoPartner()
    return NotEligibleToChair()
