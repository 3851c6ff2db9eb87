"""Substitutes: who does somebody's tasks in a basin while they are away, and within which limits."""

# A substitution is one hop: whoever stands in for a person gets the tasks of that person, never those for
# which that person stands in. Personal tasks wait for their holder (D18). Nothing here touches a task: the
# runtime writes the substitute on the rows when the period begins, and takes it off when it ends.

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import absences, apart, assignments, basins, chairs, committee_seats
from engine.people.models import Account, Assignment, Person, Role, Substitution

if TYPE_CHECKING:
    from engine.people.models import Absence
    from engine.persistence.unit_of_work import UnitOfWork

LONGEST_DAYS = 92
# The chair has an acting chair (D18); a firm's head and a signatory are themselves and nobody else.
ROLES = (Role.OPERATOR, Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT)
BY_SEAT = frozenset({Role.PRESCRIBER, Role.MANDATARY})


class UnknownSubstitution(errors.NotFound):
    """Ce remplacement n’existe pas, ou a déjà pris fin."""


class EndReason(StrEnum):
    """Why nobody stands in any more."""

    OVER = "over"
    WITHDRAWN = "withdrawn"
    AWAY = "away"  # The substitute is away too.
    LEFT = "left"  # The substitute has no such role or no account any more, or the person no such role.


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be named in a basin, and for which roles of the absent person."""

    person_id: UUID
    full_name: str
    roles: frozenset[Role]


def find(work: UnitOfWork, substitution_id: UUID) -> Substitution:
    """Find a substitution, ended or not. Raises `UnknownSubstitution`."""
    found = work.database.get(Substitution, substitution_id)
    if found is None:
        raise UnknownSubstitution
    return found


def basins_of(work: UnitOfWork, person_id: UUID, on: date) -> list[int]:
    """The basins in which somebody has, or may have, tasks that another can do."""
    return sorted({basin_id for basin_id, _role in roles_held(work, person_id, on)})


def roles_held(work: UnitOfWork, person_id: UUID, on: date) -> set[tuple[int, Role]]:
    """The roles, by basin, whose tasks a substitute may do; a seat counts for the parts it lets one take."""
    wanted = [role.value for role in (*ROLES, Role.SEAT)]
    rows = work.connection.execute(
        sa.select(Assignment.basin_id, Assignment.role)
        .where(
            Assignment.person_id == person_id,
            Assignment.role.in_(wanted),
            Assignment.guest.is_(sa.false()),
            Assignment.acting.is_(sa.false()),
            assignments.in_force(on),
        )
        .distinct()
    )
    found: set[tuple[int, Role]] = set()
    for basin_id, role in rows:
        if basin_id is None:
            continue
        found |= {(basin_id, each) for each in (BY_SEAT if role == Role.SEAT.value else {Role(role)})}
    return found


def candidates(work: UnitOfWork, *, person_id: UUID, basin_id: int, on: date) -> list[Candidate]:
    """Who may be named in a basin in somebody's place: another officer, member with a voice, or expert.

    Closed accounts are left out, and whoever has none: a substitute signs in to see the tasks.
    """
    needed = {role for where, role in roles_held(work, person_id, on) if where == basin_id}
    if not needed:
        return []
    asked = [role.value for role in (*(needed - BY_SEAT), *([Role.SEAT] if needed & BY_SEAT else []))]
    rows = work.connection.execute(
        sa.select(Person.id, Person.full_name, Assignment.role)
        .join(Person, Person.id == Assignment.person_id)
        .join(Account, sa.and_(Account.person_id == Person.id, Account.disabled_at.is_(None)))
        .where(
            Assignment.basin_id == basin_id,
            Assignment.case_id.is_(None),
            Assignment.role.in_(asked),
            Assignment.guest.is_(sa.false()),
            Assignment.person_id != person_id,
            assignments.in_force(on),
        )
        .order_by(Person.search_name, Person.id)
    )
    found: dict[UUID, Candidate] = {}
    for other_id, name, role in rows:
        known = found.get(other_id, Candidate(other_id, name, frozenset()))
        gives = needed & BY_SEAT if role == Role.SEAT.value else {Role(role)}
        found[other_id] = Candidate(other_id, name, known.roles | gives)
    return list(found.values())


def require_days(first_day: date, last_day: date) -> None:
    """Refuse a period too long to stand in for somebody. Raises `errors.InvalidAnswers` on `last_day`."""
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise errors.InvalidAnswers(
            {
                "last_day": [
                    _(
                        "Un remplacement dure trois mois au plus : au-delà, l’opérateur confie les dossiers "
                        "à une autre personne."
                    )
                ]
            }
        )


def name(work: UnitOfWork, *, absence: Absence, basin_id: int, substitute_id: UUID) -> Substitution:
    """Name who does somebody's tasks in a basin during an absence.

    The basin's row is locked: two substitutes cannot both be named for one day. Which projects the
    substitute may not touch is for the caller to look at.
    Raises `errors.InvalidAnswers` on `substitute`, saying what stands in the way, or on `last_day`.
    """
    require_days(absence.first_day, absence.last_day)
    basins.lock(work, basin_id)
    today = basins.today(work, basin_id)
    if absence.last_day < today:
        raise errors.InvalidAnswers({"last_day": [_("Cette absence est passée.")]})
    on = max(today, absence.first_day)
    known = candidates(work, person_id=absence.person_id, basin_id=basin_id, on=on)
    if substitute_id not in {each.person_id for each in known}:
        raise refusal(_("Choisissez l’une des personnes proposées."))
    _require_free(work, absence, basin_id=basin_id, substitute_id=substitute_id)
    made = Substitution(
        absence_id=absence.id,
        basin_id=basin_id,
        person_id=absence.person_id,
        substitute_id=substitute_id,
        first_day=absence.first_day,
        last_day=absence.last_day,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
    )
    work.database.add(made)
    work.database.flush()
    work.record(
        "people.substitute.named", chain=absence.person_id, subject=made.id, basin_id=basin_id,
        substitute=substitute_id, first_day=made.first_day, last_day=made.last_day,
    )  # fmt: skip
    return made


def refusal(sentence: str) -> errors.InvalidAnswers:
    """A refusal that stands beside the choice of a substitute."""
    return errors.InvalidAnswers({"substitute": [sentence]})


def _require_free(work: UnitOfWork, absence: Absence, *, basin_id: int, substitute_id: UUID) -> None:
    """Refuse a second substitute for the same days, and one who is away: no chain, no circle."""
    overlaps = sa.and_(
        Substitution.ended_at.is_(None),
        Substitution.first_day <= absence.last_day,
        Substitution.last_day >= absence.first_day,
    )
    already = sa.select(Substitution.id).where(
        overlaps, Substitution.person_id == absence.person_id, Substitution.basin_id == basin_id
    )
    if work.connection.execute(already.limit(1)).first() is not None:
        raise refusal(_("Un remplacement couvre déjà une partie de ces jours : retirez-le d’abord."))
    if absences.is_absent_between(work, substitute_id, absence.first_day, absence.last_day):
        raise refusal(_("Cette personne a déclaré une absence sur une partie de ces jours."))


def end(work: UnitOfWork, substitution_id: UUID, *, reason: EndReason) -> Substitution:
    """End a substitution, once. Raises `UnknownSubstitution` when it has ended already."""
    found = work.database.scalars(
        sa.select(Substitution)
        .where(Substitution.id == substitution_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.ended_at is not None:
        raise UnknownSubstitution
    found.ended_at, found.ended_by, found.end_reason = work.now, work.actor.person_id, reason.value
    work.database.flush()
    work.record(
        "people.substitute.ended", chain=found.person_id, subject=found.id, basin_id=found.basin_id,
        substitute=found.substitute_id, reason=reason.value,
    )  # fmt: skip
    return found


def going_on(work: UnitOfWork) -> list[Substitution]:
    """Every substitution that has not ended, begun or not, in order."""
    return list(
        work.database.scalars(
            sa.select(Substitution)
            .where(Substitution.ended_at.is_(None))
            .order_by(Substitution.first_day, Substitution.id)
        )
    )


def in_force(work: UnitOfWork, found: Collection[Substitution]) -> list[Substitution]:
    """Those of some substitutions whose days have begun and are not over, each by its basin's day."""
    return [each for each in found if each.first_day <= basins.today(work, each.basin_id) <= each.last_day]


def of_absences(work: UnitOfWork, absence_ids: Collection[UUID]) -> list[Substitution]:
    """Who was named for these absences, and still is."""
    if not absence_ids:
        return []
    return list(
        work.database.scalars(
            sa.select(Substitution)
            .where(Substitution.absence_id.in_(list(absence_ids)), Substitution.ended_at.is_(None))
            .order_by(Substitution.basin_id)
        )
    )


def by_substitute(work: UnitOfWork, person_id: UUID) -> list[Substitution]:
    """For whom somebody stands in, now or later."""
    return list(
        work.database.scalars(
            sa.select(Substitution)
            .where(Substitution.substitute_id == person_id, Substitution.ended_at.is_(None))
            .order_by(Substitution.first_day, Substitution.id)
        )
    )


def why_over(work: UnitOfWork, found: Substitution) -> EndReason | None:
    """Why a substitution that has not ended should today, or None when it goes on."""
    today = basins.today(work, found.basin_id)
    if found.last_day < today:
        return EndReason.OVER
    if found.first_day > today:
        return None
    known = candidates(work, person_id=found.person_id, basin_id=found.basin_id, on=today)
    if found.substitute_id not in {each.person_id for each in known}:
        return EndReason.LEFT
    return EndReason.AWAY if absences.is_absent(work, found.substitute_id, today) else None


def may_act(
    work: UnitOfWork, *, person_id: UUID, substitute_id: UUID, basin_id: int, role: Role, case_id: UUID
) -> bool:
    """Tell whether somebody stands in for a person today, in a role on a project: read under its lock."""
    if role not in ROLES:
        return False
    today = basins.today(work, basin_id)
    found = work.database.scalars(
        sa.select(Substitution).where(
            Substitution.person_id == person_id,
            Substitution.substitute_id == substitute_id,
            Substitution.basin_id == basin_id,
            Substitution.ended_at.is_(None),
            Substitution.first_day <= today,
            Substitution.last_day >= today,
        )
    ).first()
    if found is None or absences.is_absent(work, substitute_id, today):
        return False
    return may_stand_in(
        work, substitute_id=substitute_id, basin_id=basin_id, role=role, case_id=case_id, on=today
    )


def is_over_for(work: UnitOfWork, *, person_id: UUID, substitute_id: UUID, basin_id: int) -> bool:
    """Tell whether somebody stood in for a person in a basin, and does so no more."""
    found = work.database.scalars(
        sa.select(Substitution).where(
            Substitution.person_id == person_id,
            Substitution.substitute_id == substitute_id,
            Substitution.basin_id == basin_id,
        )
    ).all()
    today = basins.today(work, basin_id)
    begun = [each for each in found if each.first_day <= today]
    return bool(begun) and all(each.ended_at is not None or each.last_day < today for each in begun)


def may_stand_in(
    work: UnitOfWork, *, substitute_id: UUID, basin_id: int, role: Role, case_id: UUID, on: date
) -> bool:
    """Tell whether somebody could do the tasks of a role on a project (D16, R17, R28).

    Never whoever stepped back from it, heads its firm or sits for it; a prescriber's and a mandatary's
    tasks ask for a seat with a voice. Where the basin keeps prescriber and decision apart, whoever may
    sign the decision as chair does not prescribe in another's place.
    """
    if any(committee_seats.barred(work, case_id, substitute_id, on)):
        return False
    if role in BY_SEAT:
        if not committee_seats.speaking_seats(work, substitute_id, basin_id, on, case_id):
            return False
        return role is not Role.PRESCRIBER or not is_kept_apart(work, substitute_id, basin_id, on, case_id)
    held = [
        each
        for each in assignments.of_basin(work, basin_id, on, role)
        if each.person_id == substitute_id and not each.guest
    ]
    firms = {each.organisation_id for each in held if each.organisation_id is not None}
    is_of_the_firm = any(committee_seats.in_conflict(work, case_id, firm, on) for firm in firms)
    return bool(held) and not is_of_the_firm


def is_kept_apart(
    work: UnitOfWork, substitute_id: UUID, basin_id: int, on: date, case_id: UUID | None = None
) -> bool:
    """Tell whether a basin keeps somebody who may sign its decisions from prescribing in another's place."""
    return apart.is_asked(work, basin_id) and chairs.eligible_chair(
        work, substitute_id, basin_id, on, case_id
    )
