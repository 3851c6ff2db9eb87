"""Take a task of one's role, or give it back: one click in the list, undone by the reverse."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, request, session, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.runtime import tasks
from web import typography
from web import work as web_work
from web.auth import requires
from web.inbox.blueprint import pages
from web.inbox.listing import UNDO_SECONDS, page_of
from web.inbox.question import Question
from web.inbox.rows import VERBS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

MOST_AT_ONCE = 50


@pages.post("/taches/<uuid:task_id>/prendre")
@requires(Permission.COMPLETE_TASK)
def claim_task(task_id: UUID) -> Response | str:
    """Take a task that any holder of its role may do."""
    with web_work.start_work() as work:
        tasks.claim(work, task_id=task_id)
        title = web_work.translated(tasks.find(work, task_id=task_id).task.title)
    return done(web_work.translated(_("Vous avez pris « {task} »."), task=title), task_id, "release")


@pages.post("/taches/<uuid:task_id>/rendre")
@requires(Permission.COMPLETE_TASK)
def release_task(task_id: UUID) -> Response | str:
    """Give a task back to all who may do it."""
    with web_work.start_work() as work:
        tasks.release(work, task_id=task_id)
        title = web_work.translated(tasks.find(work, task_id=task_id).task.title)
    return done(web_work.translated(_("Vous avez rendu « {task} »."), task=title), task_id, "claim")


@pages.post("/taches/prendre")
@requires(Permission.COMPLETE_TASK)
def claim_tasks() -> Response:
    """Take the ticked tasks, each by itself: one that somebody took meanwhile stops no other."""
    taken = 0
    for text in request.form.getlist("task")[:MOST_AT_ONCE]:
        with suppress(errors.Conflict, errors.NotAllowed, errors.NotFound, ValueError):
            task_id = UUID(text)
            with web_work.start_work() as work:
                tasks.claim(work, task_id=task_id)
            taken += 1
    said = typography.counted(
        taken, _("Vous avez pris {count} tâche."), _("Vous avez pris {count} tâches."), web_work.locale()
    )
    back_to = Question.read(request.args)
    flash_of(said)
    return redirect(back_to.address(scope="mine"), 303)


def flash_of(text: str) -> None:
    """Say it on the next page."""
    flash(text, "success")


def done(text: str, task_id: UUID, reverse: str) -> Response | str:
    """Show the list again with « Annuler »; where the gesture came from a task's page, that page."""
    question = Question.read(request.args)
    undo_url = question.address(f"/taches/{task_id}/{VERBS[reverse]}", after=question.after)
    if "HX-Request" in request.headers:
        return page_of(question, undo=(text, undo_url, UNDO_SECONDS, {}))
    if request.form.get("stay") == "task":
        flash_of(text)
        return redirect(url_for("inbox.show_task", task_id=task_id), 303)
    session["undo"] = (text, undo_url, UNDO_SECONDS, {})
    return redirect(question.address(after=question.after), 303)
