"""Which dossier is asked for, whether this reader sees it, and what of it may be told to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import g

from engine.people import basins, permissions
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.projects import archived, audiences, dossiers, readers
from web.auth import viewer

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody is to a dossier: their roles there, and what they may do on it."""

    person_id: UUID
    roles: frozenset[Role]
    permissions: frozenset[Permission]

    @property
    def audiences(self) -> set[str]:
        """The audiences of notes, calls and documents that this reader belongs to."""
        return audiences.of_roles(self.roles)

    @property
    def reads_words(self) -> bool:
        """Whether what people wrote about the firm is for this reader: the committee and the operator."""
        return readers.reads_words(self.audiences)

    @property
    def is_officer(self) -> bool:
        """Whether they run the basin, and may note what somebody else did."""
        return Role.OPERATOR in self.roles


def open_file(work: UnitOfWork, project_id: UUID, permission: Permission = Permission.SEE_PROJECT) -> Project:
    """The dossier, for those who may do this on it; its basin's zone becomes the page's.

    Raises `ProjectNotFound`, `permissions.NotVisible`, `permissions.MissingPermission`.
    """
    project = dossiers.find(work, project_id)
    basin = basin_of(work, project)  # Read before its zone is asked for: the basin tells it too.
    permissions.require(work, permission, basin_id=project.basin_id, case_id=project.id)
    archived.require_readable(work, project)
    g.zone = basins.zone_of(work, basin.id)
    return project


def basin_of(work: UnitOfWork, project: Project) -> Basin:
    """The dossier's basin, read once."""
    return basins.find(work, project.basin_id)


def reader_of(project: Project) -> Reader:
    """What the person signed in is to a dossier."""
    rights = viewer().rights
    roles = rights.roles_on(project.id, project.basin_id)
    may = {
        permission
        for permission in Permission
        if rights.allows(permission, basin_id=project.basin_id, case_id=project.id)
    }
    return Reader(viewer().person_id, frozenset(roles), frozenset(may))
