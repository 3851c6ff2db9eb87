"""Invite the members of a committee to its session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.committee import sessions
from engine.outbox import notify
from engine.people import basins, committee_seats

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing


def invite(act: Act) -> Mapping[str, Routing]:
    """Invite whoever sits on the committee to a session that is still to come; guests are among them."""
    session = sessions.find(act.work, act.case.id)
    if session.held_on >= act.today:
        write(act.work, session, "session_invitation")
    return {}


def write(work: UnitOfWork, session: CommitteeSession, kind: str) -> None:
    """Write once to each person who holds a seat today, whatever number of seats they hold."""
    today = basins.today(work, session.basin_id)
    seats = committee_seats.seats_in_force(work, session.basin_id, today)
    data = {"session_id": session.id, "sequence": session.sequence, "held_on": session.held_on}
    rows = [
        notify.row(
            work, kind=kind, recipient_id=person_id, case_id=session.id, basin_id=session.basin_id,
            data=data, reference=session.number,
        )
        for person_id in dict.fromkeys(seat.person_id for seat in seats)
    ]  # fmt: skip
    notify.post(work, rows)
