"""What those who steer remark on a session or a project, and what is answered: nothing ever waits for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import readers, sessions
from engine.committee.minutes_models import Observation
from engine.outbox import notify
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects.recording import find_kept as find_project

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

AUDIENCE = "committee"


class ObservationNotFound(errors.NotFound):
    """Cette observation n’existe pas, ou ne vous est pas visible."""


class AlreadyAnswered(errors.Conflict):
    """Il a déjà été répondu à cette observation."""


def write(
    work: UnitOfWork, *, text: str, session_id: UUID | None = None, project_id: UUID | None = None
) -> Observation:
    """Write an observation on a session, or on a project; officers are told, no step waits.

    Raises `sessions.SessionNotFound`, `recording.ProjectNotFound`, `LookupError` when it is about neither.
    """
    basin_id, reference = about(work, session_id, project_id)
    observation = Observation(
        id=new_id(),
        basin_id=basin_id,
        session_id=session_id,
        project_id=project_id,
        text=text,
        audience=AUDIENCE,
        written_at=work.now,
        written_by=work.actor.person_id,
    )
    work.database.add(observation)
    work.record(
        "committee.observation.written", chain=chain_of(observation), subject=observation.id,
        basin_id=basin_id, content={"text": text},
    )  # fmt: skip
    tell(work, observation, reference, readers.of_basin(work, basin_id, Role.OPERATOR))
    return observation


def chain_of(observation: Observation) -> UUID:
    """The history that an observation belongs to: its session's, or its project's."""
    found = observation.session_id or observation.project_id
    if found is None:
        raise LookupError("an observation is about a session or a project")
    return found


def about(work: UnitOfWork, session_id: UUID | None, project_id: UUID | None) -> tuple[int, str | None]:
    """The basin and the reference of what an observation is about."""
    if session_id is not None:
        session = sessions.find(work, session_id)
        return session.basin_id, session.number
    if project_id is None:
        raise LookupError("an observation is about a session or a project")
    project = find_project(work, project_id)
    return project.basin_id, project.reference


def answer(work: UnitOfWork, observation_id: UUID, *, text: str) -> Observation:
    """Answer an observation, once; whoever wrote it is told.

    Raises `ObservationNotFound`, `AlreadyAnswered`.
    """
    before = find(work, observation_id)
    work.head_of(chain_of(before))  # Two answers take turns.
    observation = find(work, observation_id)
    if observation.answer is not None:
        raise AlreadyAnswered
    observation.answer, observation.answered_at = text, work.now
    observation.answered_by = work.actor.person_id
    work.record(
        "committee.observation.answered", chain=chain_of(observation),
        subject=observation.id, basin_id=observation.basin_id, content={"answer": text},
    )  # fmt: skip
    _basin, reference = about(work, observation.session_id, observation.project_id)
    tell(work, observation, reference, [observation.written_by])
    return observation


def tell(work: UnitOfWork, observation: Observation, reference: str | None, people: Collection[UUID]) -> None:
    """Write that there is an observation, or an answer, to read."""
    notify.post(
        work,
        [
            notify.row(
                work,
                kind="observation_written" if observation.answer is None else "observation_answered",
                recipient_id=person_id,
                case_id=chain_of(observation),
                basin_id=observation.basin_id,
                reference=reference,
                data={"session_id": observation.session_id} if observation.session_id else {},
            )
            for person_id in people
        ],
    )


def find(work: UnitOfWork, observation_id: UUID) -> Observation:
    """An observation, as the database has it now. Raises `ObservationNotFound`."""
    found = work.database.get(Observation, observation_id, populate_existing=True)
    if found is None:
        raise ObservationNotFound
    return found


def of(
    work: UnitOfWork, *, session_id: UUID | None = None, project_id: UUID | None = None
) -> list[Observation]:
    """The observations on a session, or on a project, in order."""
    asked = Observation.session_id == session_id if session_id else Observation.project_id == project_id
    return list(work.database.scalars(sa.select(Observation).where(asked).order_by(Observation.written_at)))
