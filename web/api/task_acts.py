"""What the API does with a task: take it, give it back, hand it over, draft, complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.runtime import tasks
from forms import catalogue
from web import work as web_work
from web.api import writes
from web.api.bodies import Answers, Body, Day, Identifier, Text
from web.api.endpoints import endpoint
from web.api.tasks import whole

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

REFUSALS = (403, 404, 409, 503)


class Recipient(Body):
    """Who takes the task over."""

    to = Identifier(required=True)


class Begun(Body):
    """What was answered so far, right or not."""

    answers = Answers(required=True)


class Completion(Body):
    """The answers of the task's form; when and for whom, if not today and for oneself."""

    answers = Answers(required=True)
    occurred_on = Day(load_default=None, allow_none=True)
    on_behalf_of = Identifier(load_default=None, allow_none=True)
    late_reason = Text(longest=tasks.LONGEST_REASON, load_default=None, allow_none=True)


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/claim",
    title=_("Prendre une tâche"),
    permission=Permission.COMPLETE_TASK,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def claim_task(task_id: UUID) -> Response:
    """Take a task that any holder of its role may do."""
    return acted(task_id, lambda work: tasks.claim(work, task_id=task_id))


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/release",
    title=_("Rendre une tâche"),
    permission=Permission.COMPLETE_TASK,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def release_task(task_id: UUID) -> Response:
    """Give a claimed task back to all who may do it."""
    return acted(task_id, lambda work: tasks.release(work, task_id=task_id))


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/delegate",
    title=_("Confier une tâche à un autre titulaire du rôle"),
    note=_("Une tâche personnelle ne se confie pas."),
    permission=Permission.DELEGATE,
    body=Recipient,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def delegate_task(task_id: UUID, body: dict[str, Any]) -> Response:
    """Hand a task to another holder of its role; a personal one is handed to nobody."""
    return acted(task_id, lambda work: tasks.delegate(work, task_id=task_id, to=body["to"]))


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/draft",
    title=_("Garder un brouillon"),
    note=_("Un brouillon n’est jamais refusé pour ce qu’il dit."),
    permission=Permission.COMPLETE_TASK,
    body=Begun,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def save_draft(task_id: UUID, body: dict[str, Any]) -> Response:
    """Keep what was answered so far; a draft is one's own, and never refused for what it says."""

    def keep(work: UnitOfWork) -> None:
        view = tasks.find(work, task_id=task_id).task
        answers = catalogue.draft(view.form, body["answers"], view.extras())
        tasks.save_draft(work, task_id=task_id, answers=answers)

    return acted(task_id, keep)


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/complete",
    title=_("Accomplir une tâche"),
    note=_(
        "« occurred_on » est le jour local où cela s’est passé ; avant l’ouverture de la tâche, il "
        "demande « late_reason ». « on_behalf_of » est pour l’opérateur qui saisit la réponse d’un "
        "membre, jamais sur une tâche personnelle."
    ),
    permission=Permission.COMPLETE_TASK,
    body=Completion,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def complete_task(task_id: UUID, body: dict[str, Any]) -> Response:
    """Record the answers to a task, and let the project go on.

    `occurred_on` is the local day it happened, today by default; before the task opened it takes a
    `late_reason`. `on_behalf_of` is for the officer who types what somebody said, never on a personal
    task: 403.
    """

    def do(work: UnitOfWork) -> None:
        tasks.complete(
            work, task_id=task_id, answers=body["answers"], occurred_on=body["occurred_on"],
            late_reason=body["late_reason"], channel="json",
        )  # fmt: skip

    return acted(task_id, do, on_behalf_of=body["on_behalf_of"])


def acted(task_id: UUID, do: Callable[[UnitOfWork], object], *, on_behalf_of: UUID | None = None) -> Response:
    """Do this once, and show the task as it is then."""
    write = writes.act(do, url_for("api.show_task", task_id=task_id), on_behalf_of=on_behalf_of)
    with web_work.start_reading() as work:
        return write.answer(jsonify(whole(work, tasks.find(work, task_id=task_id))))
