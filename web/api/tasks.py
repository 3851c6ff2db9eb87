"""Tasks as the API lists and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify

from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.runtime import inbox, tasks
from forms import catalogue, json_schema
from forms.context import Context
from web import work as web_work
from web.api import bodies, cursors, representations
from web.api.basins import visible
from web.api.bodies import Listing, OneOf, Switch, Text
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView
    from engine.runtime.locking import Standing
    from engine.runtime.tasks import Allowed


class TasksAsked(Listing):
    """Which tasks: one's own, those one may take, or both."""

    scope = OneOf(("mine", "claimable", "all"), load_default="all")
    basin = Text(longest=60, load_default="")
    overdue = Switch(load_default=False)
    q = Text(longest=bodies.LONGEST_SEARCH, load_default="")


@endpoint(
    "GET",
    "/tasks",
    title=_("Lister les tâches"),
    note=_("Les siennes, celles que l’on peut prendre, ou les deux ; la plus urgente d’abord."),
    permission=Permission.COMPLETE_TASK,
    query=TasksAsked,
    answers={200: "TaskList"},
    refusals=(404,),
)
def list_tasks(query: dict[str, Any]) -> Response:
    """List what is asked of the bearer, the soonest due first: their own tasks, those they may take."""
    with web_work.start_reading() as work:
        rights = permissions.permissions_of(work, work.actor.person_id)
        filters = inbox.Filters(
            scope=query["scope"],
            text=query["q"],
            overdue=query["overdue"],
            basin_id=visible(work, query["basin"]).id if query["basin"] else None,
        )
        page = inbox.page(
            work, inbox.Viewer.of(rights), filters, after=cursors.read(query["cursor"]), limit=query["limit"]
        )
        items = [
            {**representations.task(work, each), "has_draft": each.id in page.drafts} for each in page.tasks
        ]
    return jsonify(items=items, next=cursors.written(page.next))


@endpoint(
    "GET",
    "/tasks/<uuid:task_id>",
    title=_("Montrer une tâche"),
    note=_("Son formulaire en JSON Schema, son brouillon, ce que l’on peut en faire."),
    permission=Permission.SEE_PROJECT,
    answers={200: "Task"},
    refusals=(404,),
)
def show_task(task_id: UUID) -> Response:
    """Show a task: what the bearer may do, its form as a JSON Schema, where its answers start from."""
    with web_work.start_reading() as work:
        return jsonify(whole(work, tasks.find(work, task_id=task_id)))


def whole(work: UnitOfWork, standing: Standing) -> dict[str, Any]:
    """A task with what is needed to do it."""
    view = standing.task
    allowed = tasks.allowed(work, standing)
    form = form_of(work, standing) if view.closed_at is None else None
    answers = form is not None and concerns(allowed)
    return {
        **representations.task(work, view),
        "allowed": {
            "complete": allowed.complete,
            "claim": allowed.claim,
            "release": allowed.release,
            "delegate": allowed.delegate,
            "hold": allowed.hold,
            "on_behalf": allowed.on_behalf,
        },
        "form_schema": json_schema.schema_of(catalogue.form(view.form), form) if form else None,
        "prefill": catalogue.to_json(form.prefill) if form and answers else {},
        "facts": [{"label": label, "value": value} for label, value in form.facts]
        if form and answers
        else [],
        "draft": draft_of(work, view),
    }


def form_of(work: UnitOfWork, standing: Standing) -> Context:
    """What the task's form must know: its choices and limits of the moment, values to start from."""
    found: Context = work.domain.context(work, standing.task, channel="json", locale=web_work.locale())
    return found


def concerns(allowed: Allowed) -> bool:
    """Tell whether the bearer has the task in hand, for themselves or on behalf of another."""
    return allowed.complete or allowed.on_behalf or allowed.hold


def draft_of(work: UnitOfWork, view: TaskView) -> dict[str, Any] | None:
    """What the bearer typed and has not sent, as today's form asks it."""
    row = tasks.read_draft(work, task_id=view.id)
    if row is None:
        return None
    answers = catalogue.upcast(view.form, row.form_number, row.answers)
    return {"answers": answers, "saved_at": representations.instant(row.saved_at)}
