"""Forms that a session only takes for a time: opened too late, or too soon, they say so on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, url_for

from engine import errors
from engine.committee import consultations, errata, items, sessions
from engine.people.permissions import Permission
from web import work as web_work
from web.committee.access import session_asked

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

Check = Callable[["UnitOfWork", "CommitteeSession"], None]
SEE_OTHER = 303


def asked(
    session_id: UUID, permission: Permission, check: Check, page: Callable[[UUID], Response | str]
) -> Response | str:
    """The page of a form; or its session, with the reason for which the form could only be refused."""
    try:
        with web_work.start_reading() as work:
            session, _basin = session_asked(work, session_id, permission)
            check(work, session)
    except errors.Conflict as refusal:
        flash(web_work.translated(refusal.message), "warning")
        return redirect(url_for("committee.show_session", session_id=session_id), SEE_OTHER)
    return page(session_id)


def to_come(_work: UnitOfWork, session: CommitteeSession) -> None:
    """A session still planned. Raises `sessions.NotPlanned`."""
    if session.state != sessions.PLANNED:
        raise sessions.NotPlanned


def to_hold(work: UnitOfWork, session: CommitteeSession) -> None:
    """One that may be noted as held now. Raises `sessions.NotPlanned`, `sessions.StillConsulted`."""
    to_come(work, session)
    if sessions.is_answered_still(work, session):
        raise sessions.StillConsulted


def under_way(_work: UnitOfWork, session: CommitteeSession) -> None:
    """A consultation that members are answering. Raises `consultations.NotConsulted`."""
    is_open = session.state == sessions.PLANNED and session.diffused_at is not None
    if session.kind != sessions.WRITTEN or not is_open:
        raise consultations.NotConsulted


def noted(_work: UnitOfWork, session: CommitteeSession) -> None:
    """One of today or before, whose minutes are to come.

    Raises `sessions.NotPlanned`, `items.NotHeldYet`, `items.MinutesSigned`.
    """
    if session.state == sessions.CANCELLED:
        raise sessions.NotPlanned
    if session.minutes_signed_on is not None:
        raise items.MinutesSigned
    if session.held_on > web_work.today():
        raise items.NotHeldYet


def signed(_work: UnitOfWork, session: CommitteeSession) -> None:
    """One whose minutes are signed. Raises `errata.NotSignedYet`."""
    if session.minutes_signed_on is None:
        raise errata.NotSignedYet
