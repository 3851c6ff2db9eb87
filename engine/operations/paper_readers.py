"""Who reads which paper: those whom its project or its session is open to, and whom it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import bound_dossiers
from engine.committee.agenda_models import AgendaItem
from engine.documents import requests
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import audiences

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.people.permissions import Rights
    from engine.persistence.unit_of_work import UnitOfWork


def require_readable(work: UnitOfWork, paper_id: UUID) -> Paper:
    """A paper that the actor may read. Raises `requests.PaperNotFound`, whether it exists or not."""
    found = requests.find(work, paper_id)
    if not may_read(work, found):
        raise requests.PaperNotFound
    return found


def readable(work: UnitOfWork, papers: list[Paper]) -> list[Paper]:
    """Those of some papers that the actor may read."""
    return [each for each in papers if may_read(work, each)]


def may_read(work: UnitOfWork, found: Paper) -> bool:
    """Whether the actor may read a paper.

    Whoever stepped back from a project does not read its papers, nor those of a session that speak of it
    but the last one that was made for them, without it.
    """
    rights = permissions.permissions_of(work, work.actor.person_id)
    if not rights.allows(Permission.SEE_PROJECT, basin_id=found.basin_id, case_id=found.project_id):
        return False
    # A session is nobody's case: the roles that count are those of its basin.
    case_id = found.project_id or found.chain_id
    if found.audience not in audiences.of_rights(rights, basin_id=found.basin_id, case_id=case_id):
        return False
    return found.project_id is not None or not speaks_of_hidden(work, found, rights)


def speaks_of_hidden(work: UnitOfWork, found: Paper, rights: Rights) -> bool:
    """Whether a session's paper tells of a project that its reader stepped back from."""
    hidden = rights.hidden()
    if not hidden:
        return False
    on_agenda = sa.select(AgendaItem.id).where(
        AgendaItem.session_id == found.chain_id, AgendaItem.project_id.in_(hidden)
    )
    if work.connection.execute(on_agenda.limit(1)).first() is None:
        return False
    # One that was sent before the last may tell of what they stepped back from since.
    sent = bound_dossiers.latest(work, found.chain_id)
    return (rights.person_id, found.id) not in {(each.person_id, each.paper_id) for each in sent}
