"""Close an account: never the last one of its kind, and what its holder had taken goes back to the group."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine import errors
from engine.departures import holdings
from engine.people import accounts, assignments, basins
from engine.people.models import Role
from engine.runtime import passing_on

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ALONE = (Role.OPERATOR, Role.CHAIR)


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
        if not counts or assignments.having(work, role, each.basin_id) - {person_id}:
            continue
        kind = LastAdministrator if is_last else OnlyChair if role is Role.CHAIR else OnlyOfficer
        found.append(kind(basin=each.basin))
    return found


def close(work: UnitOfWork, person_id: UUID) -> int:
    """Close an account, with all that it has open; give back what its holder had taken, and how many tasks.

    The rows of its roles’ basins are locked: two sole holders cannot close each other’s account at once.
    Parts in projects stay until they are handed over, and are shown. Raises `accounts.NoAccount`, `Alone`.
    """
    accounts.find(work, person_id)
    for basin_id in sorted({each.basin_id for each in holdings.roles(work, person_id) if each.basin_id}):
        basins.lock(work, basin_id)
    for refusal in alone(work, person_id):
        raise refusal
    released = 0
    for each in holdings.tasks(work, person_id):
        released += passing_on.give_back(work, task_id=each.id, former=person_id)
    accounts.disable(work, person_id)
    return released
