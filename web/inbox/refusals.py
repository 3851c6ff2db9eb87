"""What was refused comes back to the page it was sent from: nothing written, nothing typed lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import Markup

from engine import errors
from engine.agreements import fallen
from engine.committee import items
from engine.i18n import mark as _
from engine.people import persons
from engine.persistence import idempotency
from engine.runtime import inbox, locking, tasks
from engine.runtime.advance import OperationFailed
from forms import catalogue
from web import errors as web_errors
from web import once, sent_late, typography
from web import work as web_work
from web.auth import path_before, sessions, viewer
from web.inbox import panel, signature
from web.inbox.answers import has_files, sent
from web.inbox.blueprint import pages
from web.inbox.listing import page_of
from web.inbox.question import Question
from web.inbox.shown import Typed, is_limited
from web.inbox.task_page import task_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

ACTS = {
    "inbox.submit_task": "",
    "inbox.put_on_hold": panel.AWAITING,
    "inbox.delegate_task": panel.DELEGATION,
    "inbox.record_paper_signature": panel.PAPER,
}
ANOTHER_TEXT = _(
    "Le texte a changé depuis que vous l’avez ouvert : cette version ne se signe plus. Les signatures "
    "données ne comptent plus, tous signent la nouvelle."
)
REFUSED_TEXT = _(
    "{name} a refusé de signer ce texte, le {moment} : il est annulé, avec les signatures données. "
    "Vous n’avez plus rien à signer."
)
REFUSED_BY_YOU = _(
    "Vous avez refusé de signer ce texte, le {moment} : il est annulé, avec les signatures données. "
    "Vous n’avez plus rien à signer."
)
VOIDED_TEXT = _(
    "Ce texte est annulé depuis le {moment}, avec les signatures données. Vous n’avez plus rien à signer."
)
GESTURES = ("inbox.claim_task", "inbox.release_task")


@pages.errorhandler(catalogue.InvalidAnswers)
@pages.errorhandler(errors.InvalidAnswers)
@web_errors.unless_hidden
def show_again(error: catalogue.InvalidAnswers | errors.InvalidAnswers) -> Response | tuple[str, int]:
    """Show the page again with what was typed and what is wrong with it."""
    if request.endpoint not in ACTS:
        return web_errors.expected(error)
    act, received = ACTS[request.endpoint], sent()
    answers = {name.removeprefix(f"{act}-"): value for name, value in received.answers.items()}
    messages = {path: [web_work.translated(text) for text in texts] for path, texts in error.messages.items()}
    typed = Typed(answers, messages, received.dated, act, has_files())
    task_id = UUID(str((request.view_args or {})["task_id"]))
    return task_page(task_id, typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@pages.errorhandler(items.Undecided)
@web_errors.unless_hidden
def left_undecided(error: items.Undecided) -> Response | tuple[str, int]:
    """Show minutes again as they were typed, with the items that the session must conclude on first."""
    if request.endpoint != "inbox.submit_task":
        return web_errors.expected(error)
    session_url = url_for("committee.show_session", session_id=error.details["session_id"])
    said = Markup('{} <a href="{}#point-{}">{}</a>').format(
        web_errors.sentence_of(error), session_url, error.details["number"],
        web_work.translated(_("Aller à ce point")),
    )  # fmt: skip
    received = sent()
    typed = Typed(received.answers, {"": [said]}, received.dated, had_files=has_files())
    return task_page(UUID(str((request.view_args or {})["task_id"])), typed, status=HTTPStatus.CONFLICT)


@pages.errorhandler(CSRFError)
@web_errors.unless_hidden
def older_page(error: CSRFError) -> Response | tuple[str, int]:
    """A page older than one's last sign-in comes back as it was typed, to be read and sent again.

    Only for a form of this application: another site's may not fill one in.
    """
    if request.endpoint != "inbox.submit_task":
        return sent_late.older_page(error)
    sessions.identify()
    task_id: UUID | None = (request.view_args or {}).get("task_id")
    is_theirs = current_user.is_authenticated and viewer().scope_task_id in {None, task_id}
    if path_before() is None or not is_theirs:
        return web_errors.stale_page(error)
    received = sent()
    said = web_work.translated(
        _("Cette page datait d’avant votre dernière connexion : relisez vos réponses, puis renvoyez-les.")
    )
    typed = Typed(received.answers, {"": [said]}, received.dated, had_files=has_files())
    return task_page(UUID(str(task_id)), typed, status=HTTPStatus.BAD_REQUEST)


@pages.errorhandler(errors.Conflict)
@web_errors.unless_hidden
def changed_meanwhile(error: errors.Conflict) -> Response | tuple[str, int]:
    """Say who was first, when, and what to do; the same sending twice is answered as the first time."""
    task_id: UUID | None = (request.view_args or {}).get("task_id")
    if request.endpoint == "inbox.submit_task" and task_id is not None:
        again = first_answer()
        if again is not None:
            return again
    again_id = signed_again(task_id) if task_id is not None else None
    is_fallen, sentence = False, told(error)
    if again_id is not None:
        sentence = web_work.translated(ANOTHER_TEXT)
    elif task_id is not None and (said := told_of_text(task_id)) is not None:
        is_fallen, sentence = True, said
    if request.endpoint in GESTURES and "HX-Request" in request.headers:
        return page_of(Question.read(request.args), notice=sentence), HTTPStatus.CONFLICT
    page = render_template(
        "inbox/changed.html", sentence=sentence, task_id=task_id, is_limited=is_limited(), again_id=again_id,
        is_done=isinstance(error, locking.AlreadyClosed), is_fallen=is_fallen,
    )  # fmt: skip
    return page, HTTPStatus.CONFLICT


def signed_again(task_id: UUID) -> UUID | None:
    """The signature asked anew of the reader, whose text another version has replaced; or none."""
    with web_work.start_reading() as work:
        former = tasks.find(work, task_id=task_id).task
        if former.form != signature.FORM or former.closed_at is None or is_signed(work, former):
            return None
        return next(
            (
                each.id
                for each in inbox.open_of_case(work, former.case_id)
                if each.form == signature.FORM
                and each.assignee_id == viewer().person_id
                and each.capacity == former.capacity
            ),
            None,
        )


def is_signed(work: UnitOfWork, former: TaskView) -> bool:
    """Whether what a task had somebody sign stands: another act ended it, or the text fell since."""
    return former.outcome == "completed" and fallen.of_task(work, former) is None


def told_of_text(task_id: UUID) -> str | None:
    """What became of the text to sign where it fell, and nothing replaced it for the reader; or none."""
    with web_work.start_reading() as work:
        former = tasks.find(work, task_id=task_id).task
        found = fallen.of_task(work, former) if former.form == signature.FORM else None
        if found is None:
            return None
        refused_by = found.refused_by
        name = persons.names(work, [refused_by]).get(refused_by, "") if refused_by else ""
    moment = typography.moment_in_words(found.at, web_work.locale(), zone=web_work.zone())
    if refused_by is None:
        return web_work.translated(VOIDED_TEXT, moment=moment)
    template = REFUSED_BY_YOU if refused_by == viewer().person_id else REFUSED_TEXT
    return web_work.translated(template, name=name, moment=moment)


def first_answer() -> Response | None:
    """Where the same sending was led the first time, if it was ever received."""
    # Another body under the same key is another sending: it gets the explanation, not the redirection.
    with suppress(idempotency.AnotherRequest), web_work.start_reading() as work:
        return once.answered(work)
    return None


def told(error: errors.Conflict) -> str:
    """The error's sentence, then by whom and when."""
    said = web_errors.sentence_of(error)
    who, when = error.details.get("who"), error.details.get("when")
    if not isinstance(who, UUID) or not isinstance(when, datetime):
        return said
    with web_work.start_reading() as work:
        name = persons.names(work, [who]).get(who, "")
    moment = typography.moment_in_words(when, web_work.locale(), zone=web_work.zone())
    if who == viewer().person_id:
        return f"{said} {web_work.translated(_('C’était vous, le {moment}.'), moment=moment)}"
    return f"{said} {web_work.translated(_('C’était {name}, le {moment}.'), name=name, moment=moment)}"


@pages.errorhandler(OperationFailed)
def keep_answers(error: OperationFailed) -> Response:
    """Keep what was typed as the person's draft, then tell the failure as everywhere."""
    if request.endpoint == "inbox.submit_task" and error.task_id is not None:
        with suppress(errors.EngineError), web_work.start_work() as work:
            view = tasks.find(work, task_id=error.task_id).task
            answers = catalogue.draft(view.form, sent().answers, view.extras())
            tasks.save_draft(work, task_id=error.task_id, answers=answers)
    return web_errors.operation_failed(error)
