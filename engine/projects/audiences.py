"""Who reads the notes, the calls and the documents of a dossier (D21)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from engine.people.models import Role

if TYPE_CHECKING:
    from engine.people.permissions import Rights

OF_OPERATOR = frozenset({Role.OPERATOR, Role.AUDITOR})
OF_COMMITTEE = frozenset(
    {Role.CHAIR, Role.SEAT, Role.STEERING, Role.PRESCRIBER, Role.MANDATARY, Role.ADMINISTRATOR}
)


def of_roles(roles: Collection[Role]) -> set[str]:
    """The audiences that the holder of these roles belongs to, on a dossier."""
    held = frozenset(roles)
    if held & OF_OPERATOR:
        return {"operator", "committee", "project"}
    return {"committee", "project"} if held & OF_COMMITTEE else {"project"}


def of_rights(rights: Rights, *, basin_id: int, case_id: UUID) -> set[str]:
    """The audiences of somebody on a dossier: by their national roles, those of its basin, and its own."""
    if rights.is_system:
        return of_roles(OF_OPERATOR)
    return of_roles(rights.roles_on(case_id, basin_id))
