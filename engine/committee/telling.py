"""Write to whoever sits on a committee about its session: once each, whatever number of seats they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.outbox import notify
from engine.people import basins, committee_seats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

INVITED, MOVED, CANCELLED, AGENDA = (
    "session_invitation", "session_moved", "session_cancelled", "session_agenda",
)  # fmt: skip


def tell(work: UnitOfWork, session: CommitteeSession, kind: str, **more: object) -> None:
    """Write to each person who holds a seat today, guests included; nothing of a day that is past."""
    today = basins.today(work, session.basin_id)
    if session.held_on < today:
        return
    seats = committee_seats.seats_in_force(work, session.basin_id, today)
    write(work, session, kind, (seat.person_id for seat in seats), more=more)


def write(
    work: UnitOfWork,
    session: CommitteeSession,
    kind: str,
    people: Iterable[UUID],
    *,
    more: Mapping[str, object] | None = None,
    once: bool = False,
) -> None:
    """Write to some people about a session as it stands; its `sequence` says which word is the last.

    `once` is for what nobody is to be told twice, whoever says it.
    """
    data: dict[str, object] = {
        "session_id": session.id,
        "sequence": session.sequence,
        "held_on": session.held_on,
    }
    data |= more or {}
    rows = [
        notify.row(
            work, kind=kind, recipient_id=person_id, case_id=session.id, basin_id=session.basin_id,
            data=data, reference=session.number,
            dedupe_key=f"{kind}/{session.id.hex}/{person_id.hex}" if once else None,
        )
        for person_id in dict.fromkeys(people)
    ]  # fmt: skip
    notify.post(work, rows)
