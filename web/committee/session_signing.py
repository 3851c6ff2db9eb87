"""The page on which a chair signs a session: each decision in words, then the minutes; singly or at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine.committee import minutes, reading, waiting
from engine.committee.reading import Read
from engine.i18n import mark as _
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.runtime import tasks
from forms import catalogue
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.committee.access import heading, session_asked
from web.committee.blueprint import pages
from web.committee.item_pages import Values
from web.committee.item_states import state_of
from web.committee.signing import MINUTES, identifiers, sign_one, tell
from web.page_forms import Messages, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

NOTHING_TICKED = _("Cochez au moins une décision, ou le procès-verbal.")
NOT_CONFIRMED = _("Confirmez que vous avez lu ce que vous signez.")
NO_MORE = _("Le procès-verbal n’attend plus votre signature : signé déjà, ou renvoyé.")
NO_REASON = _("Dites ce qui est à corriger.")


@pages.get("/seances/<uuid:session_id>/signature")
@requires(Permission.SEE_PROJECT)
def show_signature(session_id: UUID) -> str:
    """Show what a session decided, item by item, and its minutes; the chair ticks what they sign."""
    return signature_page(session_id)


@pages.post("/seances/<uuid:session_id>/signature")
@requires(Permission.COMPLETE_TASK)
@keeps_when_idle(set_aside)
def sign_session(session_id: UUID) -> Response | tuple[str, int]:
    """Sign what was ticked, the decisions first, each in a transaction of its own."""
    show_again_with(partial(typed_page, session_id))
    web_work.require_current()
    with web_work.start_reading() as work:
        before = once.answered(work)
        session_asked(work, session_id, Permission.SEE_PROJECT)
        mine = signable(work, session_id)
    if before is not None:
        return before
    ticked = [mine[each] for each in identifiers() if each in mine]
    gone = len(identifiers()) - len(ticked)
    if not ticked or "confirmed" not in request.form:
        if gone:
            tell([], gone)
        refusal = NOT_CONFIRMED if ticked else None if gone else NOTHING_TICKED
        return signature_page(session_id, refusal=refusal), 422
    # The minutes bear the numbers of the decisions: they come last.
    done = [sign_one(each) for each in sorted(ticked, key=lambda each: each.form == MINUTES)]
    with web_work.start_work() as work:
        response = once.done(work, url_for("committee.show_signature", session_id=session_id))
    tell(done, gone)
    return response


@pages.post("/seances/<uuid:session_id>/signature/renvoi")
@requires(Permission.COMPLETE_TASK)
@keeps_when_idle(set_aside)
def send_minutes_back(session_id: UUID) -> Response | tuple[str, int]:
    """Give the minutes back to the officer, with what is to be put right."""
    show_again_with(partial(typed_page, session_id))
    web_work.require_current()
    reason = request.form.get("reason", "")
    with web_work.start_reading() as work:
        before = once.answered(work)
        session_asked(work, session_id, Permission.SEE_PROJECT)
        task = minutes_task(signable(work, session_id))
    if before is not None:
        return before
    if task is None:
        return signature_page(session_id, refusal=NO_MORE), 422
    try:
        with once.start_work() as work:
            tasks.complete(work, task_id=task.id, answers={"decision": "send_back", "reason": reason})
            response = once.done(work, url_for("committee.show_session", session_id=session_id))
    except catalogue.InvalidAnswers as refusal:
        why = next(iter(refusal.messages.values()))[0] if reason.strip() else NO_REASON
        return signature_page(session_id, refusal=why, reason=reason), 422
    flash(web_work.translated(_("Le procès-verbal est renvoyé à l’opérateur.")), "success")
    return response


def signable(work: UnitOfWork, session_id: UUID) -> dict[UUID, TaskView]:
    """What the reader may sign of a session: its decisions, and its minutes."""
    of_items = reading.sign_offs(work, session_id)
    return {
        each.id: each
        for each in waiting.to_sign(work, viewer().rights)
        if each.id in of_items or (each.case_id == session_id and each.form == MINUTES)
    }


def minutes_task(mine: dict[UUID, TaskView]) -> TaskView | None:
    """The task of signing the minutes, among what the reader may sign."""
    return next((each for each in mine.values() if each.form == MINUTES), None)


def typed_page(session_id: UUID, values: Values, messages: Messages) -> str:
    """The page as it was sent: its ticks, why the minutes go back, what is wrong if something is."""
    refusal = next((text for texts in messages.values() for text in texts), None)
    return signature_page(session_id, refusal=refusal, reason=str(values.get("reason", "")))


def signature_page(session_id: UUID, *, refusal: str | None = None, reason: str = "") -> str:
    """The page; what was ticked stays ticked, and all is ticked at first."""
    ticked = set(identifiers()) if request.method == "POST" else None
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.SEE_PROJECT)
        hidden = viewer().rights.hidden()
        read = reading.of_session(work, session, locale=web_work.locale(), without=hidden)
        mine = signable(work, session_id)
        found = minutes.latest(work, session_id)
        task = minutes_task(mine)
        shown = found if found is not None and found.state in {minutes.TO_SIGN, minutes.SIGNED} else None
        words = None if shown is None else reading.words_of(work, session, shown, without=hidden)
    return render_template(
        "committee/session_signature.html",
        basin=basin.name,
        held_on=session.held_on,
        heading=heading(session),
        number=session.number,
        session_url=url_for("committee.show_session", session_id=session_id),
        items=[row_of(each, mine, ticked) for each in read],
        words=words,
        is_written=shown is not None,
        is_signed=session.minutes_signed_on is not None,
        minutes_task=task.id if task else None,
        digest=shown.body_hash if shown else "",
        is_ticked=ticked is None or (task is not None and task.id in ticked),
        ticks=any(each is not task or words is not None for each in mine.values()),
        presides=Role.CHAIR in viewer().rights.roles(basin.id),
        left=sum(1 for each in read if not each.standing.is_decided),
        lang=web_work.locale(),
        refusal=refusal,
        reason=reason,
        key=once.new_key(),
        back_key=once.new_key(),
        action=url_for("committee.sign_session", session_id=session_id),
        back_action=url_for("committee.send_minutes_back", session_id=session_id),
    )


def row_of(read: Read, mine: dict[UUID, TaskView], ticked: set[UUID] | None) -> dict[str, Any]:
    """One item: its words, its state, and the box to tick when the reader signs it."""
    decision = read.standing.decision
    may_sign = read.task_id is not None and read.task_id in mine
    return {
        "number": read.number,
        "title": read.title,
        "words": read.words,
        "is_hidden": read.is_hidden,
        "state": None if read.is_hidden else state_of(read.standing),
        "decision": decision.number if decision is not None and not read.is_hidden else None,
        "task": read.task_id if may_sign else None,
        "task_url": url_for("inbox.show_task", task_id=read.task_id) if may_sign else None,
        "waits": read.task_id is not None and not may_sign,
        "is_ticked": ticked is None or read.task_id in ticked,
    }
