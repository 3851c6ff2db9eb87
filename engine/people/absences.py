"""Absences: the days on which a person asked not to be chased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import basins, persons
from engine.people.models import Absence, Assignment, Basin

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

LONGEST_DAYS = 366


class UnknownAbsence(errors.NotFound):
    """Cette absence n’existe pas, ou a été retirée."""


def declare(work: UnitOfWork, *, person_id: UUID, first_day: date, last_day: date) -> Absence:
    """Declare that a person is away from one day to another, both included; the same days twice are once.

    Raises `InvalidAnswers` when the days are past, out of order or more than a year apart.
    """
    if last_day < first_day:
        raise errors.InvalidAnswers({"last_day": [_("Le dernier jour vient avant le premier.")]})
    if (last_day - first_day).days > LONGEST_DAYS:
        raise errors.InvalidAnswers({"last_day": [_("Une absence de plus d’un an appelle un remplacement.")]})
    if last_day < day_of(work, person_id):
        raise errors.InvalidAnswers(
            {"last_day": [_("Ces jours sont passés : indiquez aujourd’hui ou un jour à venir.")]}
        )
    persons.lock(work, person_id)
    known = work.database.scalars(
        sa.select(Absence).where(
            Absence.person_id == person_id, Absence.first_day == first_day, Absence.last_day == last_day,
            Absence.withdrawn_at.is_(None),
        )
    ).first()  # fmt: skip
    if known is not None:
        return known  # A double click, or the page sent again.
    absence = Absence(
        person_id=person_id,
        first_day=first_day,
        last_day=last_day,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
    )
    work.database.add(absence)
    work.database.flush()
    work.record(
        "people.absence.declared",
        chain=person_id,
        subject=absence.id,
        first_day=first_day,
        last_day=last_day,
    )
    return absence


def day_of(work: UnitOfWork, person_id: UUID) -> date:
    """The day that it is for somebody: the earliest of their basins’, so that nothing is over too soon."""
    zones = work.connection.scalars(
        sa.select(Basin.zone)
        .join(Assignment, Assignment.basin_id == Basin.id)
        .where(Assignment.person_id == person_id)
        .distinct()
    )
    return min((work.today(ZoneInfo(zone)) for zone in zones), default=basins.today(work, None))


def find(work: UnitOfWork, absence_id: UUID) -> Absence:
    """Find an absence, withdrawn or not. Raises `UnknownAbsence`."""
    absence = work.database.get(Absence, absence_id)
    if absence is None:
        raise UnknownAbsence
    return absence


def lock(work: UnitOfWork, absence_id: UUID) -> Absence:
    """Lock an absence and read it again. Raises `UnknownAbsence` when it was withdrawn meanwhile."""
    work.database.flush()
    absence = work.database.scalars(
        sa.select(Absence)
        .where(Absence.id == absence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if absence is None or absence.withdrawn_at is not None:
        raise UnknownAbsence
    return absence


def withdraw(work: UnitOfWork, *, absence_id: UUID) -> None:
    """Withdraw a declared absence, once. Raises `UnknownAbsence`."""
    absence = lock(work, absence_id)
    absence.withdrawn_at = work.now
    work.database.flush()
    work.record("people.absence.withdrawn", chain=absence.person_id, subject=absence.id)


def of_person(work: UnitOfWork, person_id: UUID, *, since: date) -> list[Absence]:
    """List a person's absences that end on `since` or later, in order."""
    statement = (
        sa.select(Absence)
        .where(Absence.person_id == person_id, Absence.last_day >= since, Absence.withdrawn_at.is_(None))
        .order_by(Absence.first_day, Absence.id)
    )
    return list(work.database.scalars(statement))


def absent_among(work: UnitOfWork, person_ids: Iterable[UUID], on: date) -> set[UUID]:
    """Those of several persons who are away on a day, in one statement."""
    wanted = set(person_ids)
    if not wanted:
        return set()
    statement = sa.select(Absence.person_id).where(
        Absence.person_id.in_(wanted),
        Absence.first_day <= on,
        Absence.last_day >= on,
        Absence.withdrawn_at.is_(None),
    )
    return set(work.connection.scalars(statement))


def is_absent(work: UnitOfWork, person_id: UUID, on: date) -> bool:
    """Tell whether a person is away on a day."""
    return person_id in absent_among(work, [person_id], on)


def is_absent_between(work: UnitOfWork, person_id: UUID, first_day: date, last_day: date) -> bool:
    """Tell whether a person is away on any day from one to another, both included."""
    statement = sa.select(Absence.id).where(
        Absence.person_id == person_id,
        Absence.first_day <= last_day,
        Absence.last_day >= first_day,
        Absence.withdrawn_at.is_(None),
    )
    return work.connection.execute(statement.limit(1)).first() is not None
