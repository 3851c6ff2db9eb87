"""Sessions of a basin's approval committee: planned, moved, held; the one that files wait for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import expecting
from engine.committee.models import CommitteeSession, Decision
from engine.people import basins
from engine.persistence.base import new_id
from engine.projects import mandates
from engine.projects.recording import coded

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PLANNED = "planned"
HELD = "held"
CANCELLED = "cancelled"
PLAN = ("held_on", "starts_at", "place", "video_link", "note")


class SessionNotFound(errors.NotFound):
    """Cette séance n’existe pas, ou ne vous est pas visible."""


class NotPlanned(errors.Conflict):
    """Cette séance n’est plus à venir : elle a été tenue ou annulée."""


class HasDecided(errors.Conflict):
    """Une décision a été prise dans cette séance : elle ne s’annule plus, et garde son jour."""


class AlreadyPlanned(errors.Conflict):
    """Une séance est déjà prévue ce jour-là."""


def plan(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> CommitteeSession:
    """Plan a session; the files that wait for one are due on the day of the next. Raises `AlreadyPlanned`."""
    expecting.lock_waiting(work, basin_id)
    basins.lock(work, basin_id)
    require_free(work, basin_id, answers["held_on"])
    session = CommitteeSession(
        id=new_id(),
        basin_id=basin_id,
        **{name: answers.get(name) for name in PLAN},
        kind=coded(answers.get("kind")) or "meeting",
        state=PLANNED,
        planned_at=work.now,
        planned_by=work.actor.person_id,
    )
    work.database.add(session)
    _record(work, "committee.session.planned", session, held_on=session.held_on)
    expecting.follow(work, basin_id)
    return session


def move(work: UnitOfWork, session_id: UUID, *, answers: Mapping[str, Any]) -> CommitteeSession:
    """Change a planned session's day, place or form; the files that wait for it follow its day.

    Raises `SessionNotFound`, `NotPlanned`, `AlreadyPlanned`, `HasDecided`.
    """
    expecting.lock_waiting(work, find(work, session_id).basin_id)
    session = require_planned(work, session_id)
    require_other_day(work, session, answers["held_on"])
    before = session.held_on
    for name in PLAN:
        setattr(session, name, answers.get(name))
    session.kind = coded(answers.get("kind")) or session.kind
    _record(work, "committee.session.moved", session, before=before, held_on=session.held_on)
    expecting.follow(work, session.basin_id)
    return session


def cancel(work: UnitOfWork, session_id: UUID, *, reason: str) -> CommitteeSession:
    """Cancel a planned session; the files wait for the next.

    Raises `SessionNotFound`, `NotPlanned`, `HasDecided`.
    """
    expecting.lock_waiting(work, find(work, session_id).basin_id)
    session = require_planned(work, session_id)
    require_undecided(work, session.id)
    session.state = CANCELLED
    session.closed_at, session.closed_by = work.now, work.actor.person_id
    _record(work, "committee.session.cancelled", session, content={"reason": reason})
    expecting.follow(work, session.basin_id)
    return session


def hold(work: UnitOfWork, session_id: UUID, *, answers: Mapping[str, Any]) -> CommitteeSession:
    """Record that a session took place; it ratifies the mandataries replaced since the last one (D19).

    Raises `SessionNotFound`, `NotPlanned`, `AlreadyPlanned`, `HasDecided`.
    """
    session = require_planned(work, session_id)
    require_other_day(work, session, answers["held_on"])
    session.state = HELD
    session.held_on = answers["held_on"]
    session.present_seat_ids = [each.hex for each in answers.get("present_seat_ids") or ()]
    session.chaired_by_id = answers.get("chaired_by_id")
    session.guests, session.remarks = answers.get("guests"), answers.get("remarks")
    session.closed_at, session.closed_by = work.now, work.actor.person_id
    for each in mandates.to_ratify(work, session.basin_id):
        if each.occurred_on <= session.held_on:
            each.ratified_in, each.ratified_on = session.id, session.held_on
    _record(
        work, "committee.session.held", session, held_on=session.held_on,
        present=len(session.present_seat_ids), chaired_by=session.chaired_by_id,
    )  # fmt: skip
    return session


def find(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session. Raises `SessionNotFound`."""
    session = work.database.get(CommitteeSession, session_id)
    if session is None:
        raise SessionNotFound
    return session


def require_planned(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session still to come, its row locked. Raises `SessionNotFound`, `NotPlanned`."""
    session = lock(work, session_id)
    if session.state != PLANNED:
        raise NotPlanned
    return session


def lock(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session, its row locked: nobody cancels it while a decision is written in it. `SessionNotFound`."""
    session = work.database.scalars(
        sa.select(CommitteeSession)
        .where(CommitteeSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if session is None:
        raise SessionNotFound
    return session


def require_other_day(work: UnitOfWork, session: CommitteeSession, held_on: date) -> None:
    """Refuse another day to a session that decided, or one that is taken. `HasDecided`, `AlreadyPlanned`."""
    if held_on == session.held_on:
        return
    require_undecided(work, session.id)
    require_free(work, session.basin_id, held_on)


def require_undecided(work: UnitOfWork, session_id: UUID) -> None:
    """Refuse to change a session that a decision names, unless the chair sent it back. `HasDecided`."""
    if any(each.sent_back_at is None for each in decisions_of(work, session_id)):
        raise HasDecided


def require_free(work: UnitOfWork, basin_id: int, held_on: date) -> None:
    """Refuse a second session on a day. Raises `AlreadyPlanned`."""
    taken = work.database.scalars(
        sa.select(CommitteeSession.id).where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.held_on == held_on,
            CommitteeSession.state != CANCELLED,
        )
    ).first()
    if taken is not None:
        raise AlreadyPlanned(session_id=taken)


def next_session(work: UnitOfWork, basin_id: int, after: date) -> CommitteeSession | None:
    """The next planned session on or after a day: what "waiting for the next session" waits for."""
    return work.database.scalars(
        sa.select(CommitteeSession)
        .where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.state == PLANNED,
            CommitteeSession.held_on >= after,
        )
        .order_by(CommitteeSession.held_on)
        .limit(1)
    ).first()


def of_basin(work: UnitOfWork, basin_id: int, *, since: date | None = None) -> list[CommitteeSession]:
    """A basin's sessions in order, from a day on."""
    statement = sa.select(CommitteeSession).where(CommitteeSession.basin_id == basin_id)
    if since is not None:
        statement = statement.where(CommitteeSession.held_on >= since)
    return list(work.database.scalars(statement.order_by(CommitteeSession.held_on)))


def open_for_decisions(
    work: UnitOfWork, basin_id: int, on: date, *, since: date = date.min
) -> list[CommitteeSession]:
    """The sessions in which a decision may be recorded on a day: held, or planned for that day at most.

    The latest comes first, none before a project was there (`since`). A written consultation is a session
    of its own kind.
    """
    return list(
        work.database.scalars(
            sa.select(CommitteeSession)
            .where(
                CommitteeSession.basin_id == basin_id,
                CommitteeSession.state != CANCELLED,
                CommitteeSession.held_on.between(since, on),
            )
            .order_by(CommitteeSession.held_on.desc())
            .limit(12)
        )
    )


def decisions_of(work: UnitOfWork, session_id: UUID) -> list[Decision]:
    """The decisions recorded in a session, in order."""
    return list(
        work.database.scalars(
            sa.select(Decision).where(Decision.session_id == session_id).order_by(Decision.recorded_at)
        )
    )


def _record(
    work: UnitOfWork,
    kind: str,
    session: CommitteeSession,
    content: Mapping[str, object] | None = None,
    **data: Any,
) -> None:
    """A session's history is its own chain: sessions of a basin do not wait for each other (D22)."""
    work.record(
        kind, chain=session.id, subject=session.id, basin_id=session.basin_id,
        occurred_on=session.held_on, content=content, state=session.state, **data,
    )  # fmt: skip
