"""A page sent after its session has ended: what was typed becomes its person's draft, nothing is done."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, jsonify, request

from engine import errors
from engine.i18n import mark as _
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from forms import catalogue
from web import work as web_work
from web.inbox.answers import sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

KEPT = _("Votre session était terminée. Ce que vous aviez tapé est gardé : connectez-vous pour le retrouver.")


def keep_draft(person_id: UUID, task_id: UUID) -> Response | None:
    """Keep what is typed as this person's draft, if the task is still theirs to do.

    The script that keeps drafts is answered; anybody else is shown how to sign in.
    """
    said = web_work.translated(KEPT)
    with suppress(errors.EngineError):
        with web_work.engine().database.start_work(Actor(person_id, "web")) as work:
            view = tasks.find(work, task_id=task_id).task
            answers = catalogue.draft(view.form, sent().answers, view.extras())
            tasks.save_draft(work, task_id=task_id, answers=answers)
        if request.accept_mimetypes.best == "application/json":
            return jsonify({"message": said})
        flash(said, "warning")
    return None
