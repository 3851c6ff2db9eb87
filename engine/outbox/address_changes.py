"""An address changed by somebody else is told to the old one: codes go to the new one from now on (D20)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.outbox import notify
from engine.people import basins, persons
from engine.people.models import Person

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def correct(
    work: UnitOfWork, person_id: UUID, *, basin_id: int | None = None, **changes: str | None
) -> Person:
    """Correct a person, and tell their old address when somebody else gave them another or none.

    Nothing is written to an address where mail does not arrive. Raises what `persons.correct` raises.
    """
    before = persons.find(work, person_id)
    former, is_dead = before.email, before.address_invalid_at is not None
    person = persons.correct(work, person_id, **changes)
    if former is None or former == person.email or is_dead or work.actor.person_id == person_id:
        return person
    told = notify.row(
        work,
        kind="address_changed",
        recipient_id=person_id,
        basin_id=basin_id,
        address=former,
        data={"changed_on": basins.today(work, basin_id)},
    )
    notify.post(work, [told])
    return person
