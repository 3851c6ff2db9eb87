"""What sessions are called where only their case is known, and whose dossier somebody has not received."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import sessions
from engine.committee.agenda_models import Diffusion
from engine.committee.models import CommitteeSession
from engine.i18n import mark as _
from engine.i18n import translate
from engine.projects import written

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


MET, IN_WRITING = _("Séance du {day}"), _("Consultation écrite du {day}")


@dataclass(frozen=True, slots=True)
class Named:
    """A session’s day; in writing, the last day on which it is answered."""

    held_on: date
    is_written: bool


def heading(session: Named, locale: str) -> str:
    """A session by its day: « Séance du 10 décembre 2026 », or the consultation in writing of that day."""
    day = written.day(session.held_on.isoformat(), locale)
    return translate(IN_WRITING if session.is_written else MET, locale, day=day)


def several(work: UnitOfWork, session_ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """The days of some sessions, in one statement; in none where there are no sessions."""
    if not session_ids:
        return {}
    rows = work.connection.execute(
        sa.select(CommitteeSession.id, CommitteeSession.held_on, CommitteeSession.kind).where(
            CommitteeSession.id.in_(list(session_ids))
        )
    )
    return {row.id: Named(row.held_on, row.kind == sessions.WRITTEN) for row in rows}


@dataclass(frozen=True, slots=True)
class Sent:
    """A session to come whose dossier somebody was sent, and has not said to have received."""

    session_id: UUID
    held_on: date


def with_dossiers(
    work: UnitOfWork, session_ids: Collection[UUID], person_id: UUID, on: date
) -> tuple[Mapping[UUID, Named], list[Sent]]:
    """The days of some sessions, and the dossiers that a person has still to receive, in one statement.

    A consultation is not among these: its answer is a task. An agenda sent again asks again.
    """
    last = (
        sa.select(sa.func.max(Diffusion.version))
        .where(Diffusion.session_id == CommitteeSession.id)
        .correlate(CommitteeSession)
        .scalar_subquery()
    )
    waits = sa.and_(
        CommitteeSession.state == sessions.PLANNED,
        CommitteeSession.kind != sessions.WRITTEN,
        CommitteeSession.held_on >= on,
        sa.exists().where(
            Diffusion.session_id == CommitteeSession.id,
            Diffusion.person_id == person_id,
            Diffusion.acknowledged_at.is_(None),
            Diffusion.version == last,
        ),
    )
    rows = work.connection.execute(
        sa.select(CommitteeSession.id, CommitteeSession.held_on, CommitteeSession.kind, waits.label("waits"))
        .where(sa.or_(CommitteeSession.id.in_(list(session_ids)), waits))
        .order_by(CommitteeSession.held_on)
    ).all()
    named = {row.id: Named(row.held_on, row.kind == sessions.WRITTEN) for row in rows}
    return named, [Sent(row.id, row.held_on) for row in rows if row.waits]
