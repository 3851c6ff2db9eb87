"""A session's own case: begun when it is planned, its days, who answers it by writing, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee.agenda_models import Diffusion
from engine.committee.models import CommitteeSession
from engine.i18n import mark as _
from engine.people import basins, calendars
from engine.people.models import Role
from engine.projects import references
from engine.projects.routing import SESSION_ROUTING
from engine.registry import parameters
from engine.runtime import instances
from engine.runtime.acts import Casting

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from engine.persistence import history
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case

PROCESS = "committee_session"
CLOSED = "session_closed"  # The end of a session whose minutes are signed.
COMMITTEE = _("Comité d’agrément")  # What stands where a project's case has the name of its firm.
OWN_SESSION = "own_session"  # How a step of a session says that it is due on its day, or in time for it.
OWN_NOTICE = "own_notice"
NOTICE = "committee.notice_days"  # Working days that members have to read what they will decide on.


def open_case(work: UnitOfWork, session: CommitteeSession, *, chain_from: history.Head | None = None) -> None:
    """Begin the process of a session, whose identifier is the session's own; it then has a number.

    `chain_from` is the head of its history, where it had one before it had a case. Raises
    `versions.NothingPublished`.
    """
    session.number = references.next_reference(
        work, basin_id=session.basin_id, series=references.SESSIONS, year=session.held_on.year
    )
    session.has_case = True
    work.database.flush()
    instances.start(
        work, case_id=session.id, basin_id=session.basin_id, zone=basins.zone_of(work, session.basin_id),
        process=PROCESS, reference=session.number, firm=COMMITTEE, routing=SESSION_ROUTING,
        chain_from=chain_from,
    )  # fmt: skip


def take_up(work: UnitOfWork, session: CommitteeSession) -> None:
    """Begin the process of a session that was planned before sessions had one; its history goes on."""
    if not session.has_case:
        open_case(work, session, chain_from=work.head_of(session.id))


def is_session(case: Case) -> bool:
    """Whether a case is a session's, and no project's: its number says so, at no statement."""
    return references.names_session(case.reference)


def ended(work: UnitOfWork, case: Case, end_event: str) -> None:
    """Write in a session's history that nothing is left to do in it; one called off has said so itself."""
    if end_event == CLOSED:
        work.record(
            "committee.session.closed", chain=case.id, subject=case.id, basin_id=case.basin_id,
        )  # fmt: skip


def cast_seat(work: UnitOfWork, case: Case, role: str, position: int | None, _instance_id: UUID) -> Casting:
    """Whose answer a line of a written consultation is: the seat that was sent the agenda in that place.

    A step that is no line of a consultation is for any member of the basin's committee.
    """
    if position is None or not is_session(case):
        return Casting(role)
    held_by = work.connection.execute(
        sa.select(Diffusion.person_id)
        .where(Diffusion.session_id == case.id, Diffusion.position == position)
        .order_by(Diffusion.version.desc())
        .limit(1)
    ).scalar_one()
    return Casting(Role.SEAT.value, held_by)


def own_day(work: UnitOfWork, case_id: UUID) -> date | None:
    """The day of the session that a case is; None for the case of a project."""
    found: date | None = work.connection.execute(
        sa.select(CommitteeSession.held_on).where(CommitteeSession.id == case_id)
    ).scalar_one_or_none()
    return found


def notice_day(work: UnitOfWork, basin_id: int, held_on: date) -> date:
    """The last day on which an agenda reaches its readers in time for a session, by the basin's notice."""
    notice: int = basins.parameters(work, basin_id, parameters.defaults(parameters.Kind.CURRENT))[NOTICE]
    return calendars.calendar_of(work, basin_id).add_working_days(held_on, -notice)


def due_day(work: UnitOfWork, *, basin_id: int, case_id: UUID, rule: str, opened_on: date) -> date | None:
    """The day by which a step of a session is due, not before it opens; None where the case is none."""
    day = own_day(work, case_id)
    if day is not None and rule == OWN_NOTICE:
        day = notice_day(work, basin_id, day)
    return None if day is None else max(day, opened_on)
