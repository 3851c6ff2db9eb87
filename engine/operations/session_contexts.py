"""Contexts of the forms of a session’s own process: its agenda."""

from __future__ import annotations

from functools import partial

from engine.committee import life, sessions
from engine.committee.models import CommitteeSession
from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked, Fact, Parts


def session_of(asked: Asked) -> CommitteeSession:
    """The session that a form is about. Raises `LookupError`, `sessions.SessionNotFound`."""
    if asked.case_id is None:
        raise LookupError(f"the form {asked.form} is about a session")
    return sessions.find(asked.work, asked.case_id)


def of_session(asked: Asked) -> list[Fact]:
    """The day of the session, and where it takes place."""
    session = session_of(asked)
    facts = [(_("Séance"), wording.long_day(asked, session.held_on))]
    return facts if not session.place else [*facts, (_("Lieu"), session.place)]


def agenda_diffusion(asked: Asked) -> Parts:
    """Whether the basin's notice is past already."""
    session = session_of(asked)
    is_late = asked.today > life.notice_day(asked.work, session.basin_id, session.held_on)
    return Parts(
        prefill=lambda: {"message": session.note} if session.note else {},
        facts=partial(of_session, asked),
        limits={"is_late": is_late},
    )
