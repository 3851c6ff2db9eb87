"""Who was at a session, and what its being held brings about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.committee import agenda, sessions
from engine.projects import mandates

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


def hold_session(act: Act) -> Mapping[str, Routing]:
    """Record that a session took place; it ratifies the mandataries replaced since the last one (D19).

    An agenda that was never sent is what the session found ready. Raises `sessions.SessionNotFound`,
    `sessions.NotPlanned`, `sessions.AlreadyPlanned`, `sessions.HasDecided`.
    """
    work, answers = act.work, act.answers
    session = sessions.require_planned(work, act.case.id)
    sessions.require_other_day(work, session, answers["held_on"])
    agenda.freeze(work, session)
    session.state = sessions.HELD
    session.held_on = answers["held_on"]
    session.present_seat_ids = [each.hex for each in answers.get("present_seat_ids") or ()]
    session.chaired_by_id = answers.get("chaired_by_id")
    session.guests, session.remarks = answers.get("guests"), answers.get("remarks")
    session.closed_at, session.closed_by = work.now, work.actor.person_id
    for each in mandates.to_ratify(work, session.basin_id):
        if each.occurred_on <= session.held_on:
            each.ratified_in, each.ratified_on = session.id, session.held_on
    sessions.record(
        work, "committee.session.held", session, held_on=session.held_on,
        present=len(session.present_seat_ids), chaired_by=session.chaired_by_id,
    )  # fmt: skip
    return {}
