"""The minutes of a session: submitted by the officer, signed by the chair or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import errors
from engine.committee import items, minutes_words, readers, reading, session_sheets, sessions, taking_part
from engine.committee.item_kinds import Kind, Outcome
from engine.committee.minutes_models import Erratum, Minutes
from engine.committee.models import CommitteeSession
from engine.documents import printable
from engine.i18n import LOCALES, translate
from engine.i18n import mark as _
from engine.people import permissions
from engine.persistence.base import new_id
from engine.projects import possible_days, written
from engine.projects.mandates import require_signing_chair
from engine.projects.recording import coded
from engine.runtime.models import Task

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from engine.committee.agenda_models import AgendaItem
    from engine.people.chairs import Chair
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

TO_SIGN, SIGNED, SENT_BACK = "to_sign", "signed", "sent_back"
STILL_UNDECIDED = _(
    "Un point y est encore « À décider », alors que tous le sont. Écrivez ce qui a été décidé, ou effacez le "
    "brouillon."
)


class StaleMinutes(errors.Conflict):
    """Le procès-verbal a changé depuis que vous l’avez ouvert : relisez-le."""


class ChangedSince(errors.Conflict):
    """La séance a été notée autrement depuis ce procès-verbal : renvoyez-le à l’opérateur."""


class NotAllSignedOff(errors.Conflict):
    """Des décisions de la séance ne sont pas signées : {decisions}. Le procès-verbal se signe après elles."""


class NotShown(errors.NotAllowed):
    """Ce texte nomme, hors de son point, un projet dont vous vous êtes déporté : renvoyez-le."""


class NotWaiting(errors.Conflict):
    """Le procès-verbal de cette séance n’attend pas cela."""


def waiting_task(work: UnitOfWork, session_id: UUID, form: str) -> UUID:
    """The step of a session's minutes that waits: their draft, or their signature. Raises `NotWaiting`."""
    found = work.connection.execute(
        sa.select(Task.id).where(Task.case_id == session_id, Task.form == form, Task.closed_at.is_(None))
    ).scalar_one_or_none()
    if found is None:
        raise NotWaiting
    return found


def latest(work: UnitOfWork, session_id: UUID) -> Minutes | None:
    """The last version of a session's minutes."""
    return work.database.scalars(
        sa.select(Minutes)
        .where(Minutes.session_id == session_id)
        .order_by(Minutes.version.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def submit_minutes(act: Act) -> Mapping[str, Routing]:
    """Keep the words of a session's minutes as a version of their own, for the chair to sign.

    The committee has taken note of what it was only told of. Raises `items.Undecided`, which names what is
    left open, and `errors.InvalidAnswers` for a character that no document could print, or for an item
    that the words still leave to decide.
    """
    work = act.work
    session = sessions.lock(work, act.case.id)
    items.note_what_was_told(work, session)
    items.require_decided(work, session)
    body = written.assembled(str(act.answers["body"]).splitlines())
    printable.check({"body": body}, locale=work.locale)
    require_all_told(body)
    before = latest(work, session.id)
    submitted = Minutes(
        id=new_id(),
        basin_id=session.basin_id,
        session_id=session.id,
        version=1 if before is None else before.version + 1,
        state=TO_SIGN,
        body=body,
        body_hash=written.digest_of(body),
        drafted_at=work.now,
        drafted_by=work.actor.person_id,
        submitted_at=work.now,
        submitted_by=work.actor.person_id,
    )
    work.database.add(submitted)
    sessions.record(
        work, "committee.minutes.submitted", session, version=submitted.version,
        content_hash=submitted.body_hash,
    )  # fmt: skip
    return {"minutes_signed": False}


def require_all_told(body: str) -> None:
    """Refuse words that leave an item to decide when none is: a draft kept since before its decision.

    Raises `errors.InvalidAnswers`.
    """
    undecided = {translate(minutes_words.UNDECIDED, locale) for locale in LOCALES}
    if any(line.strip() in undecided for line in body.splitlines()):
        raise errors.InvalidAnswers({"body": [STILL_UNDECIDED]})


def sign_minutes(act: Act) -> Mapping[str, Routing]:
    """Sign the minutes shown, or send them back with a reason; from then on the session is closed.

    Every decision is signed before them, and no item is left open. Whoever stepped back from an item signs
    the minutes all the same: that item's decision bears the acting chair's own signature. Nobody signs words
    that they may not be shown at all. Raises `NotTheChair`, `StaleMinutes`, `NotShown`, `ChangedSince`,
    `items.Undecided`, `NotAllSignedOff`, `errors.InvalidAnswers`.
    """
    work = act.work
    chair = require_signing_chair(act)
    session = sessions.lock(work, act.case.id)
    possible_days.require_since(work, "occurred_on", act.occurred_on, session.held_on)
    found = latest(work, session.id)
    if found is None or found.state != TO_SIGN:
        raise StaleMinutes
    if coded(act.answers["decision"]) != "sign":
        send_back(work, session, found, act.answers.get("reason"))
        return {"minutes_signed": False}
    if act.answers.get("document_digest") != found.body_hash:
        raise StaleMinutes
    require_shown(work, session, found)
    items.require_decided(work, session)
    require_all_signed(work, session)
    require_unchanged(work, session, found)
    sign(act, session, found, chair)
    return {"minutes_signed": True}


def send_back(work: UnitOfWork, session: CommitteeSession, found: Minutes, reason: str | None) -> None:
    """Give minutes back to the officer, with what is to be put right; they stay, to be read."""
    found.state, found.sent_back_at = SENT_BACK, work.now
    found.sent_back_by, found.sent_back_reason = work.actor.person_id, reason
    sessions.record(
        work, "committee.minutes.sent_back", session, version=found.version, content={"reason": reason}
    )


def sign(act: Act, session: CommitteeSession, found: Minutes, chair: Chair) -> None:
    """Sign minutes: their session is closed, their file asked for, and those who read them told."""
    work = act.work
    found.paper_id = session_sheets.ask_for_minutes(work, session, found)
    found.state, found.signed_on, found.signed_at = SIGNED, act.occurred_on, work.now
    found.signed_by, found.signed_as = work.actor.person_id, "acting_chair" if chair.acting else "chair"
    session.minutes_signed_on = act.occurred_on
    conclude(work, session)
    sessions.record(
        work, "committee.minutes.signed", session, version=found.version, content_hash=found.body_hash,
        acting=chair.acting, organisation=chair.organisation_id,
    )  # fmt: skip
    readers.tell(work, session, "minutes_available", held_on=session.held_on)


def conclude(work: UnitOfWork, session: CommitteeSession) -> None:
    """Write what the committee approved and was told of, where no project is touched.

    Minutes approved, errata noted: each says in which session. The sessions they are of are locked.
    """
    standing = [
        (each.item, each.item.subject_id)
        for each in items.standings(work, session.id)
        if each.item.removed_at is None and each.item.subject_id is not None
    ]
    approved = [about for item, about in standing if is_so(item, Kind.PREVIOUS_MINUTES, Outcome.RATIFIED)]
    noted = [about for item, about in standing if is_so(item, Kind.ERRATUM, Outcome.NOTED)]
    errata = work.database.scalars(sa.select(Erratum).where(Erratum.id.in_(noted))).all() if noted else []
    others = {*approved, *(each.session_id for each in errata)} - {session.id}
    if others:
        sessions.lock_each(work, others)
    for session_id in approved:
        work.database.get_one(CommitteeSession, session_id).minutes_approved_in = session.id
    for erratum in errata:
        work.database.refresh(erratum)
        erratum.noted_in = erratum.noted_in or session.id


def is_so(item: AgendaItem, kind: Kind, outcome: Outcome) -> bool:
    """Whether an item is of a kind, and became what is said."""
    return (item.kind, item.outcome) == (kind, outcome)


def require_shown(work: UnitOfWork, session: CommitteeSession, found: Minutes) -> None:
    """Refuse a signature under words hidden from who would sign them. Raises `NotShown`."""
    hidden = permissions.permissions_of(work, work.actor.person_id).hidden()
    if reading.words_of(work, session, found, without=hidden) is None:
        raise NotShown


def require_all_signed(work: UnitOfWork, session: CommitteeSession) -> None:
    """Refuse to close a session one of whose decisions is still to be signed. Raises `NotAllSignedOff`."""
    work.flush()
    left = [
        each
        for each in items.standings(work, session.id)
        if each.has_decision and each.decision is not None and each.decision.signed_at is None
    ]
    if left:
        raise NotAllSignedOff(decisions=", ".join(items.named(work, each) for each in left))


def require_unchanged(work: UnitOfWork, session: CommitteeSession, found: Minutes) -> None:
    """Refuse minutes older than what was decided, what became of an item, or who was noted there.

    What follows from them on each project is what was recorded, so that their words must say it. Raises
    `ChangedSince`.
    """
    noted: list[datetime | None] = [each.recorded_at for each in taking_part.attendance_of(work, session.id)]
    for each in items.standings(work, session.id):
        noted += [each.item.outcome_at, each.item.conducted_at]
        noted.append(each.decision.recorded_at if each.decision is not None else None)
    since = found.submitted_at or found.drafted_at
    if any(instant is not None and instant > since for instant in noted):
        raise ChangedSince


def draft(work: UnitOfWork, session: CommitteeSession) -> str:
    """The words to start from: those that the chair sent back, else what was recorded of the session."""
    before = latest(work, session.id)
    return before.body if before is not None else minutes_words.drafted(work, session)
