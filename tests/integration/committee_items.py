"""A session with its agenda sent and one item about the bench's project, for tests of what is said of it."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from engine.committee.agenda_models import AgendaItem, Attendance, key_of
from engine.committee.models import CommitteeSession
from engine.people.models import Assignment, Role
from engine.persistence.base import new_id
from tests.integration.programme import Programme


def item(programme: Programme, *, is_sent: bool = True, kind: str = "meeting") -> UUID:
    """An item about the project, on the agenda of the one session planned."""
    with programme.work_as("officer") as work:
        session = work.database.scalars(
            sa.select(CommitteeSession).order_by(CommitteeSession.held_on.desc())
        ).first()
        assert session is not None
        session.kind = kind
        session.diffused_at = work.now if is_sent else None
        made = AgendaItem(
            id=new_id(),
            basin_id=programme.basin_id,
            session_id=session.id,
            position=1,
            kind="project_new",
            key=key_of("project_new", programme.case_id),
            project_id=programme.case_id,
            instance_id=programme.case_id,
            added_at=work.now,
            added_by=work.actor.person_id,
        )
        work.database.add(made)
    return made.id


def seat(programme: Programme, name: str) -> UUID:
    """The seat that somebody holds."""
    with programme.database.start_reading() as work:
        return work.database.scalars(
            sa.select(Assignment.id).where(
                Assignment.person_id == programme.people[name], Assignment.role == Role.SEAT.value
            )
        ).one()


def there(programme: Programme, item_id: UUID, **seats: str) -> None:
    """Who is there: `present`, `absent`, or the name of whoever holds their proxy."""
    with programme.work_as("officer") as work:
        session_id = work.database.get_one(AgendaItem, item_id).session_id
        for name, how in seats.items():
            work.database.add(
                Attendance(
                    id=new_id(),
                    basin_id=programme.basin_id,
                    session_id=session_id,
                    seat_id=seat(programme, name),
                    person_id=programme.people[name],
                    organisation_id=programme.firms[name],
                    presence="represented" if how in programme.people else how,
                    proxy_to_seat_id=seat(programme, how) if how in programme.people else None,
                    recorded_at=work.now,
                    recorded_by=work.actor.person_id,
                )
            )
