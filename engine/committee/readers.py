"""Those who read what a session leaves, its members and those who steer, and in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.outbox import notify
from engine.people import assignments, basins
from engine.people.models import Role
from engine.registry import parameters

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

READING = (Role.SEAT, Role.CHAIR, Role.STEERING)


def language(work: UnitOfWork, basin_id: int) -> str:
    """The language in which a basin writes its documents."""
    values = basins.parameters(work, basin_id, parameters.defaults(parameters.Kind.CURRENT))
    return str(values["documents.language"])


def of_basin(work: UnitOfWork, basin_id: int, *roles: Role) -> list[UUID]:
    """Who holds one of these roles in a basin today, each once, whoever acts left out."""
    today = basins.today(work, basin_id)
    found = [
        each.person_id
        for role in roles
        for each in assignments.of_basin(work, basin_id, today, role)
        if each.person_id is not None
    ]
    return [each for each in dict.fromkeys(found) if each != work.actor.person_id]


def tell(work: UnitOfWork, session: CommitteeSession, kind: str, **data: object) -> None:
    """Write to a session's members and to those who steer, once to each."""
    notify.post(
        work,
        [
            notify.row(
                work,
                kind=kind,
                recipient_id=person_id,
                case_id=session.id,
                basin_id=session.basin_id,
                reference=session.number,
                data={"session_id": session.id, **data},
            )
            for person_id in of_basin(work, session.basin_id, *READING)
        ],
    )
