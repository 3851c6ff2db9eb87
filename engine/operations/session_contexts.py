"""Contexts of the forms of a session's own process: agenda, consultation, minutes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.committee import life, minutes, sessions
from engine.committee.models import CommitteeSession
from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked, Fact, Parts

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    return Parts(facts=partial(of_session, asked), limits={"is_late": is_late})


def minutes_draft(asked: Asked) -> Parts:
    """What was written before, when the chair sent it back."""

    def start() -> Mapping[str, object]:
        before = minutes.latest(asked.work, session_of(asked).id)
        return {} if before is None else {"body": before.body}

    return Parts(prefill=start, facts=partial(of_session, asked))


def minutes_sign_off(asked: Asked) -> Parts:
    """The words to sign, and the hash they are known by."""
    found = minutes.latest(asked.work, session_of(asked).id)
    digest = "" if found is None else found.body_hash

    def words() -> list[Fact]:
        return [*of_session(asked), (_("Procès-verbal"), "" if found is None else found.body)]

    return Parts(prefill=lambda: {"document_digest": digest}, facts=words, limits={"document_digest": digest})
