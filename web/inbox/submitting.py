"""Complete a task from its page, once, however often the button is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, url_for

from engine.committee.waiting import STEP
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.runtime import locking, tasks
from forms import presentation
from web import case_pages, once
from web import work as web_work
from web.auth import for_one_task, keeps_when_idle, requires
from web.inbox import what_next
from web.inbox.answers import has_files, sent, with_files
from web.inbox.blueprint import pages
from web.inbox.idle import keep_draft
from web.inbox.shown import Typed, is_limited
from web.inbox.task_page import task_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from engine.runtime.acts import TaskView

OF_SESSION = frozenset({"prepare_agenda", "hold_session", "draft_minutes"})


@pages.post("/taches/<uuid:task_id>")
@requires(Permission.COMPLETE_TASK)
@for_one_task
@keeps_when_idle(keep_draft)
def submit_task(task_id: UUID) -> Response | tuple[str, int]:
    """Complete a task, then show the next one; « Ajouter une ligne » only shows the page again."""
    received = sent()
    if presentation.wants_row(received.answers):
        return task_page(task_id, Typed(received.answers, dated=received.dated))
    with web_work.start_work(on_behalf_of=received.on_behalf_of) as work:
        answers = received.answers
        if has_files():
            standing = tasks.find(work, task_id=task_id)
            # A refusal undoes rows, not files: whoever may not complete the task leaves none.
            locking.require_may_complete(work, standing)
            answers = with_files(work, standing.task, answers)
        view = tasks.complete(
            work, task_id=task_id, answers=answers,
            occurred_on=received.occurred_on, late_reason=received.late_reason,
        )  # fmt: skip
        response = once.done(work, destination(view, answers))
    if is_limited():
        return response  # The page of thanks says all of it.
    with web_work.start_reading() as work:
        following = what_next.sentence(work, view)
        firm = case_pages.called(work, view, web_work.locale())
    said = web_work.translated(
        _("C’est fait : {task}, {firm}."), task=web_work.translated(view.title), firm=firm
    )
    flash(f"{said} {following}" if following else said, "success")
    return response


def destination(view: TaskView, answers: Mapping[str, object]) -> str:
    """Where one goes once it is done: to the next task, or to thanks in a session of one task.

    Whoever conducts a session of the committee comes back to it: its next item waits there.
    """
    if is_limited():
        return url_for("inbox.thank", task_id=view.id)
    if view.step in OF_SESSION:
        return url_for("committee.show_session", session_id=view.case_id)
    if view.step == STEP:
        return url_for("committee.show_session", session_id=answers["session_id"])
    return url_for("inbox.next_task", apres=view.id)
