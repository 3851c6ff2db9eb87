"""What else one does with a task: a draft, a hand-over, a wait for somebody, a signature on paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for

from engine import errors, operations
from engine.agreements import signatures
from engine.i18n import mark as _
from engine.people import basins
from engine.people.permissions import Permission
from engine.runtime import locking, tasks
from forms import catalogue
from web import typography
from web import work as web_work
from web.auth import for_one_task, keeps_when_idle, requires
from web.inbox import panel
from web.inbox.answers import identifier, sent, stored, uploaded
from web.inbox.blueprint import pages
from web.inbox.idle import keep_draft
from web.sent_late import set_aside

if TYPE_CHECKING:
    from flask import Response as JsonResponse
    from werkzeug.wrappers import Response


@pages.post("/taches/<uuid:task_id>/brouillon")
@requires(Permission.COMPLETE_TASK)
@for_one_task
@keeps_when_idle(keep_draft)
def save_draft(task_id: UUID) -> Response | JsonResponse:
    """Keep what is typed so far: by the script while one types, or by the button."""
    with web_work.start_work() as work:
        view = tasks.find(work, task_id=task_id).task
        answers = catalogue.draft(view.form, sent().answers, view.extras())
        tasks.save_draft(work, task_id=task_id, answers=answers)
        zone, now = basins.zone_of(work, view.basin_id), work.now
    time = typography.time_of_day(now, web_work.locale(), zone=zone)
    message = web_work.translated(_("Brouillon enregistré à {time}"), time=time)
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"message": message})
    return back(task_id, message)


@pages.post("/taches/<uuid:task_id>/brouillon/effacer")
@requires(Permission.COMPLETE_TASK)
@for_one_task
def discard_draft(task_id: UUID) -> Response:
    """Throw the draft away: the form starts again from what is known."""
    with web_work.start_work() as work:
        tasks.find(work, task_id=task_id)
        tasks.discard_draft(work, task_id=task_id)
    return back(task_id, web_work.translated(_("Brouillon effacé.")))


@pages.post("/taches/<uuid:task_id>/confier")
@requires(Permission.DELEGATE)
@keeps_when_idle(set_aside)
def delegate_task(task_id: UUID) -> Response:
    """Hand a task to another holder of its role."""
    to = identifier(request.form.get("to_id", ""), "to_id")
    if to is None:
        raise errors.InvalidAnswers({"to_id": [_("Choisissez à qui la confier.")]})
    with web_work.start_work() as work:
        tasks.delegate(work, task_id=task_id, to=to)
    return back(task_id, web_work.translated(_("La tâche est confiée.")))


@pages.post("/taches/<uuid:task_id>/attendre")
@requires(Permission.AWAIT)
@keeps_when_idle(set_aside)
def put_on_hold(task_id: UUID) -> Response:
    """Put a task « en attente de … jusqu’au … », with its reason."""
    typed = {name.removeprefix(f"{panel.AWAITING}-"): value for name, value in sent().answers.items()}
    with web_work.start_work() as work:
        view = tasks.find(work, task_id=task_id).task
        context = operations.page_context(
            work, panel.AWAITING, basin_id=view.basin_id, case_id=view.case_id, showing=False,
            locale=web_work.locale(),
        )  # fmt: skip
        wait = catalogue.load(panel.AWAITING, typed, context)
        tasks.await_third_party(
            work, task_id=task_id, cause=wait["cause"].value, until=wait["until"], reason=wait["reason"]
        )
    day = typography.long_date(wait["until"], web_work.locale())
    return back(task_id, web_work.translated(_("La tâche attend jusqu’au {day}."), day=day))


@pages.post("/taches/<uuid:task_id>/reprendre")
@requires(Permission.AWAIT)
def resume_task(task_id: UUID) -> Response:
    """Take a task up again before the day until which it waited."""
    with web_work.start_work() as work:
        tasks.resume(work, task_id=task_id)
    return back(task_id, web_work.translated(_("La tâche est reprise.")))


@pages.post("/taches/<uuid:task_id>/signature-papier")
@requires(Permission.ACT_ON_BEHALF)
@keeps_when_idle(set_aside)
def record_paper_signature(task_id: UUID) -> Response:
    """Record a signature given on paper, with its scan: the officer's act, shown as such (D18)."""
    signed_on = day_of(request.form.get("signed_on", ""))
    if len(uploaded("scan")) != 1:
        raise errors.InvalidAnswers({"scan": [_("Joignez l’exemplaire numérisé, en un seul fichier.")]})
    with web_work.start_work() as work:
        standing = tasks.find(work, task_id=task_id)
        if not standing.is_officer:
            raise locking.NotYours
        [document_id] = stored(work, standing.task, "scan")
        signatures.sign_on_paper(
            work, task_id=task_id, signed_on=signed_on, document_id=document_id,
            attested="attested" in request.form,
        )  # fmt: skip
    return back(task_id, web_work.translated(_("La signature sur papier est enregistrée.")))


def day_of(text: str) -> date:
    """The day written on paper. Raises `errors.InvalidAnswers`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise errors.InvalidAnswers({"signed_on": [_("Indiquez le jour de la signature.")]}) from error


def back(task_id: UUID, text: str) -> Response:
    """Back to the task, saying what was done."""
    flash(text, "success")
    return redirect(url_for("inbox.show_task", task_id=task_id), 303)
