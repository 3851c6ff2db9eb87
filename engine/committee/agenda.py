"""The agenda of a session: what is ready, as the officer arranged it, frozen once it is sent or held."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import candidates, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.candidates import Candidate
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork


class NotReady(errors.NotFound):
    """Ce point n’est pas prêt pour une séance, ou ne l’est plus."""


class OnTheAgenda(errors.Conflict):
    """Ce point est déjà à l’ordre du jour."""


def items_of(work: UnitOfWork, session_id: UUID) -> list[AgendaItem]:
    """The items that stand on a session's agenda, in order; those taken off it are left out."""
    return list(
        work.database.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.session_id == session_id, AgendaItem.removed_at.is_(None))
            .order_by(AgendaItem.position, AgendaItem.added_at, AgendaItem.id)
        )
    )


def freeze(work: UnitOfWork, session: CommitteeSession) -> list[AgendaItem]:
    """Write down what a session's agenda holds, in order, once; the items that stand on it.

    A written consultation takes only what its officer picked. The caller holds the session's lock.
    """
    standing = items_of(work, session.id)
    if session.diffused_at is not None or session.kind == sessions.WRITTEN:
        return standing
    known = set(work.database.scalars(sa.select(AgendaItem.key).where(AgendaItem.session_id == session.id)))
    ready = [each for each in candidates.of_basin(work, session.basin_id) if each.key not in known]
    for each in ready:
        standing.append(place(work, session, each, position=len(standing)))
    work.database.flush()
    return standing


def add(work: UnitOfWork, session_id: UUID, *, key: str) -> AgendaItem:
    """Put something that is ready on a session's agenda, at its end; late once that has been sent.

    Raises `sessions.NotPlanned`, `NotReady`, `OnTheAgenda`.
    """
    session = sessions.require_planned(work, session_id)
    standing = items_of(work, session.id)
    if any(each.key == key for each in standing):
        raise OnTheAgenda
    found = next((each for each in candidates.of_basin(work, session.basin_id) if each.key == key), None)
    if found is None:
        raise NotReady
    item = place(work, session, found, position=len(standing))
    item.is_late = session.diffused_at is not None
    work.database.flush()
    sessions.record(work, "committee.item.added", session, item=item.id, what=item.kind, late=item.is_late)
    return item


def place(work: UnitOfWork, session: CommitteeSession, found: Candidate, *, position: int) -> AgendaItem:
    """Write an item down, in its place."""
    item = AgendaItem(
        id=new_id(), basin_id=session.basin_id, session_id=session.id, position=position,
        kind=found.kind.value, key=found.key, project_id=found.project_id, instance_id=found.instance_id,
        subject_id=found.subject_id, added_at=work.now, added_by=work.actor.person_id,
    )  # fmt: skip
    work.database.add(item)
    return item
