"""Projects put apart: over but for the law, they are read by those who look after the basin alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.people import permissions
from engine.people.permissions import Permission

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project


def require_readable(work: UnitOfWork, project: Project) -> None:
    """Let the actor go on unless the project is put apart and not theirs to read. Raises `NotVisible`."""
    if project.archived_at is None:
        return
    rights = permissions.permissions_of(work, work.actor.person_id)
    if not rights.allows(Permission.READ_ARCHIVE, basin_id=project.basin_id):
        raise permissions.NotVisible
