"""Send the agenda of a session to each seat, in the time that members have to read it (R17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from engine import errors
from engine.committee import agenda, life, sessions
from engine.committee.agenda_models import Diffusion
from engine.i18n import mark as _
from engine.people import committee_seats
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


class NobodyToConsult(errors.Conflict):
    """Aucun membre délibératif ne siège au comité : personne ne peut être consulté par écrit."""


class NothingToDecide(errors.Conflict):
    """L’ordre du jour est vide : une consultation écrite porte sur un point au moins."""


def diffuse_agenda(act: Act) -> Mapping[str, Routing]:
    """Send the agenda to each seat in force, guests included; in writing, each member with a voice answers.

    Sent later than the basin's notice, it says why: it is never refused for that. Raises
    `sessions.NotPlanned`, `NobodyToConsult`, `NothingToDecide`, `errors.InvalidAnswers`.
    """
    work = act.work
    session = sessions.require_planned(work, act.case.id)
    is_late = act.today > life.notice_day(work, session.basin_id, session.held_on)
    reason = act.answers.get("late_reason")
    if is_late and not reason:
        raise errors.InvalidAnswers({"late_reason": [_("Dites pourquoi l’ordre du jour part si tard.")]})
    seats = committee_seats.seats_in_force(work, session.basin_id, act.today)
    speaking = sum(not seat.guest for seat in seats)
    items = agenda.freeze(work, session)
    is_written = session.kind == sessions.WRITTEN
    if is_written and not speaking:
        raise NobodyToConsult
    if is_written and not items:
        raise NothingToDecide
    session.diffused_at, session.diffused_by = work.now, work.actor.person_id
    session.late_diffusion_reason = reason if is_late else None
    work.database.add_all(
        Diffusion(
            id=new_id(), basin_id=session.basin_id, session_id=session.id, version=1,
            seat_id=seat.assignment_id, person_id=seat.person_id, position=position, sent_on=act.today,
        )
        for position, seat in enumerate(seats)
    )  # fmt: skip
    work.database.flush()
    sessions.record(
        work, "committee.agenda.diffused", session, items=len(items), seats=len(seats), is_late=is_late
    )
    return {
        "is_written": is_written,
        "seat_count": speaking,
        "consultation_ends_on": (session.held_on + timedelta(days=1)).isoformat(),
    }
