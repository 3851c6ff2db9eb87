"""The page of one task: to do, done, or somebody else’s."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from flask import g, render_template, request, url_for

from engine.people import basins
from engine.people.permissions import Permission
from engine.runtime import tasks
from web import case_pages
from web import work as web_work
from web.auth import for_one_task, requires
from web.inbox import around, signature, what_next
from web.inbox.blueprint import pages
from web.inbox.shown import Typed, is_limited
from web.inbox.task_model import view_model


@pages.get("/taches/<uuid:task_id>")
@requires(Permission.SEE_PROJECT)
@for_one_task
def show_task(task_id: UUID) -> str:
    """Show a task; `vue` is the part of the page."""
    wanted = request.args.get("vue", "")
    return task_page(task_id, tab=wanted if wanted in {around.WHERE, around.HISTORY} else "")[0]


@pages.get("/taches/<uuid:task_id>/merci")
@requires(Permission.COMPLETE_TASK)
@for_one_task
def thank(task_id: UUID) -> str:
    """Thank somebody who came by a mail's link and has nothing else to do here."""
    with web_work.start_reading() as work:
        view = tasks.find(work, task_id=task_id).task
        facts = around.people(work, view, work.today(basins.zone_of(work, view.basin_id)))
        following = what_next.sentence(work, view)
        firm = case_pages.called(work, view, web_work.locale())
    return render_template(
        "inbox/thanks.html",
        title=web_work.translated(view.title),
        firm=firm,
        people=facts,
        following=following,
        is_limited=is_limited(),
        text_url=url_for("inbox.show_task", task_id=task_id) if view.form == signature.FORM else None,
    )


def task_page(
    task_id: UUID, typed: Typed | None = None, *, tab: str = "", status: HTTPStatus = HTTPStatus.OK
) -> tuple[str, HTTPStatus]:
    """The page of a task, with what was typed when it is shown again."""
    with web_work.start_reading() as work:
        standing = tasks.find(work, task_id=task_id)
        g.zone = basins.zone_of(work, standing.task.basin_id)
        model = view_model(work, standing, typed or Typed(), tab=tab)
    return render_template("inbox/task.html", **model), status
