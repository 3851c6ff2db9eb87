"""The minutes of a session: submitted by the officer, signed by the chair or sent back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import errors
from engine.committee import sessions
from engine.committee.minutes_models import Minutes
from engine.persistence.base import new_id
from engine.projects.mandates import require_signing_chair
from engine.projects.recording import coded

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing


class StaleMinutes(errors.Conflict):
    """Le procès-verbal a changé depuis que vous l’avez ouvert : relisez-le."""


def latest(work: UnitOfWork, session_id: UUID) -> Minutes | None:
    """The last version of a session's minutes."""
    return work.database.scalars(
        sa.select(Minutes).where(Minutes.session_id == session_id).order_by(Minutes.version.desc()).limit(1)
    ).first()


def submit_minutes(act: Act) -> Mapping[str, Routing]:
    """Keep the words of a session's minutes as a version of their own, for the chair to sign."""
    work = act.work
    session = sessions.lock(work, act.case.id)
    before = latest(work, session.id)
    body = act.answers["body"]
    minutes = Minutes(
        id=new_id(), basin_id=session.basin_id, session_id=session.id,
        version=1 if before is None else before.version + 1, state="to_sign", body=body,
        body_hash=hashlib.sha256(body.encode()).hexdigest(), drafted_at=work.now,
        drafted_by=work.actor.person_id, submitted_at=work.now, submitted_by=work.actor.person_id,
    )  # fmt: skip
    work.database.add(minutes)
    sessions.record(
        work, "committee.minutes.submitted", session, version=minutes.version, content_hash=minutes.body_hash
    )
    return {"minutes_signed": False}


def sign_minutes(act: Act) -> Mapping[str, Routing]:
    """Sign the minutes shown, or send them back with a reason; from then on the session is closed.

    Raises `NotTheChair`, `StaleMinutes`.
    """
    work = act.work
    chair = require_signing_chair(act)
    session = sessions.lock(work, act.case.id)
    minutes = latest(work, session.id)
    if minutes is None:
        raise StaleMinutes
    if coded(act.answers["decision"]) != "sign":
        minutes.state, minutes.sent_back_at = "sent_back", work.now
        minutes.sent_back_by, minutes.sent_back_reason = work.actor.person_id, act.answers.get("reason")
        sessions.record(
            work, "committee.minutes.sent_back", session, version=minutes.version,
            content={"reason": act.answers.get("reason")},
        )  # fmt: skip
        return {"minutes_signed": False}
    if act.answers.get("document_digest") != minutes.body_hash:
        raise StaleMinutes
    minutes.state, minutes.signed_on, minutes.signed_at = "signed", act.occurred_on, work.now
    minutes.signed_by, minutes.signed_as = work.actor.person_id, "acting_chair" if chair.acting else "chair"
    session.minutes_signed_on = act.occurred_on
    sessions.record(
        work, "committee.minutes.signed", session, version=minutes.version, content_hash=minutes.body_hash,
        acting=chair.acting,
    )  # fmt: skip
    return {"minutes_signed": True}
