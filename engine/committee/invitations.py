"""Invite the members of a committee to its session, tell them when it moves or is cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import life, sessions
from engine.committee.agenda_models import Diffusion
from engine.committee.models import CommitteeSession
from engine.committee.telling import AGENDA, CANCELLED, INVITED, MOVED, tell, write
from engine.i18n import mark as _
from engine.i18n import translate
from engine.outbox import wording
from engine.outbox.events import CalendarEvent, Method
from engine.outbox.letter import Facts
from engine.outbox.models import Message
from engine.people import assignments, basins, persons
from engine.people.models import Assignment, Person, Role
from engine.registry import versions
from engine.runtime import in_turn

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

KINDS = frozenset({INVITED, MOVED, CANCELLED, AGENDA})
SUMMARY = _("Comité d’agrément – {basin}")
IN_WRITING = _("Consultation écrite du comité d’agrément – {basin}")


def invite(act: Act) -> Mapping[str, Routing]:
    """Invite whoever sits on the committee to a session that is still to come; guests are among them."""
    tell(act.work, sessions.find(act.work, act.case.id), INVITED)
    return {}


def begin_those_planned_before(database: Database) -> int:
    """Begin the process of each session still to come that was planned before sessions had one; how many.

    Its members are invited, and its officer has its agenda to send. Where nothing published has the process,
    the session is held as it was before.
    """
    with database.start_reading() as work:
        found = work.connection.scalars(
            sa.select(CommitteeSession.id).where(
                CommitteeSession.state == sessions.PLANNED,
                CommitteeSession.has_case.is_(False),
                CommitteeSession.held_on >= work.today(basins.NATIONAL_ZONE),
            )
        ).all()
    return in_turn.each(found, partial(begin, database))


def begin(database: Database, session_id: UUID) -> bool:
    """Begin the process of one session; False where somebody did, or where none is published."""
    try:
        with database.start_work() as work:
            session = sessions.require_planned(work, session_id)
            is_new = not session.has_case
            life.take_up(work, session)
            return is_new
    except (sessions.NotPlanned, versions.NothingPublished):
        return False


def invite_newcomers(database: Database) -> int:
    """Invite to the sessions still to come whoever has a seat since their invitations left; how many.

    Nobody is invited twice, however many schedulers look.
    """
    with database.start_reading() as work:
        if not missed(work):
            return 0
    with database.start_work() as work:
        found = missed(work)
        for session_id, person_id in found:
            write(work, sessions.find(work, session_id), INVITED, [person_id], once=True)
        return len(found)


def missed(work: UnitOfWork) -> list[tuple[UUID, UUID]]:
    """Who sits on a committee and was never written to about a session of it that is still to come."""
    today = work.today(basins.NATIONAL_ZONE)
    was_told = (
        sa.select(1)
        .where(
            Message.case_id == CommitteeSession.id,
            Message.recipient_id == Assignment.person_id,
            Message.kind.in_(sorted(KINDS)),
        )
        .exists()
    )
    rows = work.connection.execute(
        sa.select(CommitteeSession.id, Assignment.person_id)
        .join(Assignment, Assignment.basin_id == CommitteeSession.basin_id)
        .where(
            CommitteeSession.state == sessions.PLANNED,
            CommitteeSession.has_case.is_(True),
            CommitteeSession.held_on >= today,
            Assignment.role == Role.SEAT.value,
            assignments.in_force(today),
            sa.not_(was_told),
        )
        .distinct()
    )
    return [(session_id, person_id) for session_id, person_id in rows if person_id is not None]


def event(
    work: UnitOfWork, session: CommitteeSession, *, method: Method, locale: str = "fr"
) -> CalendarEvent:
    """A session as calendars read it: one that is answered in writing lasts the whole day."""
    basin = basins.find(work, session.basin_id)
    is_written = session.kind == sessions.WRITTEN
    zone = basins.zone_of(work, session.basin_id)
    starts_at = None
    if session.starts_at and not is_written:
        starts_at = datetime.combine(session.held_on, time.fromisoformat(session.starts_at), tzinfo=zone)
    return CalendarEvent(
        uid=session.id.hex,
        sequence=session.sequence,
        method=method,
        day=session.held_on,
        starts_at=starts_at,
        minutes=session.duration_minutes,
        summary=translate(IN_WRITING if is_written else SUMMARY, locale, basin=basin.name),
        location=session.place or "",
        hour=wording.hour_in_words(session.starts_at, locale) if starts_at and session.starts_at else "",
        link=session.video_link or "",
        organizer=persons.names(work, [session.planned_by]).get(session.planned_by, ""),
        is_in_writing=is_written,
    )


def facts(work: UnitOfWork, message: Message) -> Facts:
    """What a mail about a session says as it leaves; it is moot once a later word was said of it.

    A session moved twice before the first mail leaves is told of once, as it stands.
    """
    session = sessions.find(work, UUID(hex=message.data["session_id"]))
    recipient = work.database.get_one(Person, message.recipient_id)
    method = Method.CANCEL if message.kind == CANCELLED else Method.REQUEST
    return Facts(
        is_moot=is_moot(work, session, message),
        reference=session.number or "",
        event=event(work, session, method=method, locale=recipient.locale),
    )


def is_moot(work: UnitOfWork, session: CommitteeSession, message: Message) -> bool:
    """Whether a mail would say what is no longer so."""
    if message.kind == CANCELLED:
        return session.state != sessions.CANCELLED
    if session.state != sessions.PLANNED:
        return True
    if message.kind == AGENDA:
        last = work.connection.scalar(
            sa.select(sa.func.max(Diffusion.version)).where(Diffusion.session_id == session.id)
        )
        return bool(message.data["version"] < (last or 0))
    return bool(message.data["sequence"] < session.sequence)
