"""The page of the local provider of signatures: in demonstrations and tests only, and it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for

from engine.agreements import provider_requests
from engine.agreements.providers import Answer, LocalProvider
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import work as web_work
from web.auth import for_one_task, public, requires
from web.documents.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

ANSWERS = {"sign": Answer.SIGNED, "refuse": Answer.REFUSED}


def provider() -> LocalProvider:
    """The local provider; 404 where the installation has none."""
    found = web_work.engine().provider
    return found if found is not None else abort(404)


@pages.get("/prestataire/<string:reference>")
@public
def show_provider(reference: str) -> str:
    """Show what is to be signed there. Whoever has its address is taken for the person."""
    return render_template("documents/provider.html", asked=provider().read(reference))


@pages.post("/prestataire/<string:reference>")
@public
def answer_provider(reference: str) -> Response:
    """Keep what was answered; the programme learns of it by asking, as of any provider."""
    local = provider()
    answer = ANSWERS.get(request.form.get("answer", "")) or abort(400)
    local.answer(reference, answer, on=web_work.today())
    return redirect(url_for("documents.show_provider", reference=reference), 303)


@pages.post("/taches/<uuid:task_id>/prestataire")
@requires(Permission.COMPLETE_TASK)
@for_one_task
def ask_provider(task_id: UUID) -> Response:
    """Ask the provider again for a signature that it let go."""
    with web_work.start_work() as work:
        provider_requests.ask(work, task_id)
    said = _("La signature est demandée au prestataire : sa page s’ouvre ici dans une minute.")
    flash(web_work.translated(said), "success")
    return redirect(url_for("inbox.show_task", task_id=task_id), 303)
