"""Close an account: never the last one of its kind, and what its holder had taken goes back to the group."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.departures import holdings
from engine.people import accounts, assignments, basins
from engine.people.models import Account, Assignment, Role
from engine.runtime import cases, passing_on

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ALONE = (Role.OPERATOR, Role.CHAIR)
CLOSED = "account_closed"  # Why the mandate of an acting chair ended: a code, as history keeps it.


class Alone(errors.Conflict):
    """Cette personne est seule à tenir ce rôle : donnez-le d’abord à quelqu’un d’autre."""


class OnlyOfficer(Alone):
    """Cette personne est le seul opérateur de {basin} : donnez d’abord ce rôle à quelqu’un d’autre."""


class OnlyChair(Alone):
    """Cette personne préside seule le comité de {basin} : désignez d’abord une autre présidence."""


class LastAdministrator(Alone):
    """C’est la dernière personne qui administre l’installation : donnez d’abord ce rôle à une autre."""


def alone(work: UnitOfWork, person_id: UUID) -> list[Alone]:
    """Why an account cannot be closed: the roles that nobody else with an open account holds."""
    found: list[Alone] = []
    for each in holdings.roles(work, person_id):
        role = Role(each.role)
        is_last = each.basin_id is None and role is Role.ADMINISTRATOR
        counts = is_last or (each.basin_id is not None and role in ALONE)
        if not counts or others_hold(work, role, each.basin_id, person_id):
            continue
        kind = LastAdministrator if is_last else OnlyChair if role is Role.CHAIR else OnlyOfficer
        found.append(kind(basin=each.basin))
    return found


def others_hold(work: UnitOfWork, role: Role, basin_id: int | None, person_id: UUID) -> bool:
    """Whether somebody else who can sign in holds a role today, for good: no acting chair counts."""
    return bool(_holders(work, role, basin_id) - {person_id})


def _holders(work: UnitOfWork, role: Role, basin_id: int | None) -> set[UUID]:
    where = Assignment.basin_id.is_(None) if basin_id is None else Assignment.basin_id == basin_id
    return set(
        work.connection.scalars(
            sa.select(Account.person_id)
            .join(Assignment, Assignment.person_id == Account.person_id)
            .where(
                where, Assignment.role == role.value, Assignment.case_id.is_(None),
                Assignment.acting.is_(sa.false()), Account.disabled_at.is_(None),
                assignments.in_force(basins.today(work, basin_id)),
            )
        )
    )  # fmt: skip


def close(work: UnitOfWork, person_id: UUID) -> int:
    """Close an account, with all that it has open; give back what its holder had taken, and how many tasks.

    Two sole holders cannot close each other’s account at once: dossiers, basins and accounts are locked,
    in that order. Parts in projects stay until they are handed over, and are shown; the mandate of an
    acting chair ends. Closed already, nothing more is done. Raises `accounts.NoAccount`, `Alone`.
    """
    for case_id in sorted({each.case_id for each in holdings.tasks(work, person_id) if each.case_id}):
        cases.lock(work, case_id)
    mandates = acting_chairs(work, person_id)
    held = {each.basin_id for each in holdings.roles(work, person_id)} | {each.basin_id for each in mandates}
    for basin_id in sorted(each for each in held if each is not None):
        basins.lock(work, basin_id)
    if person_id in lock_accounts(work, person_id):
        return 0
    for refusal in alone(work, person_id):
        raise refusal
    for each in mandates:
        assignments.end(work, each.id, reason=CLOSED)
    released = 0
    for task in holdings.tasks(work, person_id):
        released += passing_on.give_back(work, task_id=task.id, former=person_id)
    accounts.disable(work, person_id)
    return released


def lock_accounts(work: UnitOfWork, person_id: UUID) -> set[UUID]:
    """Lock somebody’s account with those of all who administer the installation; the closed ones of these.

    Raises `accounts.NoAccount`.
    """
    found = accounts.lock(work, {person_id, *_holders(work, Role.ADMINISTRATOR, None)})
    if person_id not in found:
        raise accounts.NoAccount
    return {each for each, account in found.items() if account.disabled_at is not None}


def acting_chairs(work: UnitOfWork, person_id: UUID) -> list[Assignment]:
    """The mandates of acting chair that somebody has, or will have, in a basin or on one project."""
    return [
        each
        for each in assignments.of_person(work, person_id)
        if each.acting and (each.valid_to is None or each.valid_to > basins.today(work, each.basin_id))
    ]


def end_role(work: UnitOfWork, assignment_id: UUID, *, reason: str, on: date | None = None) -> Assignment:
    """End a role, but never that of the last person who administers the installation.

    Raises `LastAdministrator`, and what `assignments.end` raises.
    """
    found = assignments.find(work, assignment_id)
    if found.role == Role.ADMINISTRATOR.value and found.basin_id is None and found.person_id is not None:
        accounts.lock(work, {found.person_id, *_holders(work, Role.ADMINISTRATOR, None)})
        if not others_hold(work, Role.ADMINISTRATOR, None, found.person_id):
            raise LastAdministrator
    return assignments.end(work, assignment_id, reason=reason, on=on)
