"""Who was at a session, who was represented and by whom; and what its being held brings about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.committee import agenda, consultations, items, sessions, taking_part, voices, votes
from engine.committee.agenda_models import Attendance
from engine.committee.taking_part import PRESENT, REPRESENTED
from engine.committee.votes import Fault
from engine.i18n import mark as _
from engine.people import basins
from engine.persistence.base import new_id
from engine.projects.recording import coded

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

Rows = Sequence[Mapping[str, Any]]
WRONG: Mapping[Fault, str] = {
    Fault.OF_A_GUEST: _("Un invité n’a pas de voix : il ne donne pas de pouvoir."),
    Fault.TO_A_GUEST: _("Un invité n’a pas de voix : il ne tient pas de pouvoir."),
    Fault.TO_ONESELF: _("Un siège ne se donne pas pouvoir à lui-même."),
    Fault.TO_AN_ABSENT: _("Qui tient un pouvoir doit être présent."),
    Fault.HANDED_ON: _("Un pouvoir ne se transmet pas."),
    Fault.TOO_MANY: _("Ce membre tient plus de pouvoirs que le bassin n’en permet."),
}
NO_PROXIES = _("Ce bassin n’admet pas de pouvoirs.")


def hold_session(act: Act) -> Mapping[str, Routing]:
    """Record that a session took place, and who was there.

    An agenda that was never sent is what the session found ready. What nobody answered in writing waits for
    another session. Raises `sessions.SessionNotFound`,
    `sessions.NotPlanned`, `sessions.AlreadyPlanned`, `sessions.HasDecided`, `errors.InvalidAnswers`.
    """
    work, answers = act.work, act.answers
    session = sessions.require_planned(work, act.case.id)
    sessions.require_other_day(work, session, answers["held_on"])
    agenda.freeze(work, session)
    session.state = sessions.HELD
    session.held_on = answers["held_on"]
    session.guests, session.remarks = answers.get("guests"), answers.get("remarks")
    session.closed_at, session.closed_by = work.now, work.actor.person_id
    keep(work, session, answers.get("attendance") or (), answers.get("chaired_by_id"))
    if consultations.is_unanswered(work, session):
        consultations.put_off(work, session)
    sessions.record(
        work, "committee.session.held", session, held_on=session.held_on,
        present=len(session.present_seat_ids), chaired_by=session.chaired_by_id,
    )  # fmt: skip
    return {}


def record(work: UnitOfWork, session_id: UUID, *, rows: Rows, chaired_by_id: UUID) -> CommitteeSession:
    """Note who is there, in session or after it, as often as needed until the minutes are signed.

    Votes of seats that are no longer there are set aside when counted. Raises `sessions.SessionNotFound`,
    `sessions.NotPlanned`, `items.NotHeldYet`, `items.MinutesSigned`, `errors.InvalidAnswers`.
    """
    session = sessions.lock(work, session_id)
    items.require_not_signed(session)
    if session.state == sessions.CANCELLED:
        raise sessions.NotPlanned
    if session.held_on > basins.today(work, session.basin_id):
        raise items.NotHeldYet
    keep(work, session, rows, chaired_by_id)
    return session


def keep(work: UnitOfWork, session: CommitteeSession, rows: Rows, chaired_by_id: UUID | None) -> None:
    """Write who was there, in place of what was noted before. Raises `errors.InvalidAnswers`."""
    seats = {seat.assignment_id: seat for seat in voices.seats_of(work, session)}
    given = [row for row in rows if row["seat_id"] in seats]
    require_sound(work, session, given)
    before = {each.seat_id: each for each in taking_part.attendance_of(work, session.id)}
    for row in given:
        seat = seats[row["seat_id"]]
        presence = str(coded(row["presence"]))
        kept = before.pop(seat.assignment_id, None) or Attendance(
            id=new_id(), basin_id=session.basin_id, session_id=session.id, seat_id=seat.assignment_id
        )
        kept.person_id, kept.organisation_id = seat.person_id, seat.organisation_id
        kept.presence = presence
        kept.proxy_to_seat_id = row.get("proxy_to_seat_id") if presence == REPRESENTED else None
        kept.recorded_at, kept.recorded_by = work.now, work.actor.person_id
        work.database.add(kept)
    for each in before.values():
        work.database.delete(each)
    there = [row["seat_id"] for row in given if coded(row["presence"]) == PRESENT]
    session.present_seat_ids = [each.hex for each in there]
    session.chaired_by_id = chaired_by_id
    work.database.flush()
    represented = sum(coded(row["presence"]) == REPRESENTED for row in given)
    sessions.record(
        work, "committee.attendance.recorded", session, present=len(there), represented=represented,
        chaired_by=chaired_by_id,
    )  # fmt: skip


def require_sound(work: UnitOfWork, session: CommitteeSession, rows: Rows) -> None:
    """Refuse a proxy that would represent nobody. Raises `errors.InvalidAnswers`, seat by seat."""
    rules = voices.rules(work, session)
    voters = votes.Voters(
        seats=frozenset(seat.assignment_id for seat in voices.seats_of(work, session) if not seat.guest),
        present=frozenset(row["seat_id"] for row in rows if coded(row["presence"]) == PRESENT),
        proxies={
            row["seat_id"]: row["proxy_to_seat_id"]
            for row in rows
            if coded(row["presence"]) == REPRESENTED and row.get("proxy_to_seat_id") is not None
        },
    )
    at = {row["seat_id"]: number for number, row in enumerate(rows)}
    messages: dict[str, list[str]] = {}
    for problem in votes.problems(voters, rules):
        said = NO_PROXIES if not rules.proxies_each else WRONG[problem.fault]
        messages.setdefault(f"attendance-{at[problem.giver]}-proxy_to_seat_id", [said])
    if messages:
        raise errors.InvalidAnswers(messages)
