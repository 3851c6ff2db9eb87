"""The blueprint of the administration, and how its pages come back when something is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, flash, make_response, redirect, request
from flask_wtf.csrf import CSRFError

from engine import errors
from engine.people import accounts as engine_accounts
from engine.people import assignments, organisations, seats
from forms import catalogue, presentation
from forms.context import Choice, Context
from web import errors as web_errors
from web import once, sent_late
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork

pages = Blueprint("admin", __name__)

View = TypeVar("View", bound=Callable[..., Any])
Messages = Mapping[str, list[str]]

# The page that shows a form, by the endpoint that receives it; it takes the same address and `messages`.
AGAIN: dict[str, Callable[..., str]] = {}


def shows_again(page: Callable[..., str]) -> Callable[[View], View]:
    """Mark a view that receives a form: refused, `page` is shown with what was typed and what is wrong."""

    def decorate(view: View) -> View:
        AGAIN[f"{pages.name}.{view.__name__}"] = page
        return view

    return decorate


pages.register_error_handler(CSRFError, sent_late.older_page)


@pages.errorhandler(catalogue.InvalidAnswers)
@pages.errorhandler(errors.InvalidAnswers)
@web_errors.unless_hidden
def invalid(refusal: catalogue.InvalidAnswers | errors.InvalidAnswers) -> Response:
    """Show the form again, its errors beside its fields."""
    page = AGAIN.get(request.endpoint or "")
    if page is None:
        return web_errors.expected(refusal)
    messages = {
        path: [web_work.translated(text) for text in texts] for path, texts in refusal.messages.items()
    }
    return again(page, messages, HTTPStatus.UNPROCESSABLE_ENTITY)


@pages.errorhandler(assignments.AlreadyHeld)
@pages.errorhandler(organisations.AlreadyKnown)
@pages.errorhandler(engine_accounts.AccountExists)
@pages.errorhandler(seats.NotEligibleToChair)
@web_errors.unless_hidden
def impossible(refusal: errors.EngineError) -> Response:
    """Show the form again, saying why the whole of it cannot be."""
    page = AGAIN.get(request.endpoint or "")
    if page is None:
        return web_errors.expected(refusal)
    return again(page, {"": [web_errors.sentence_of(refusal)]}, web_errors.status_of(refusal))


def again(page: Callable[..., str], messages: Messages, status: HTTPStatus) -> Response:
    """Show a form's page again."""
    return make_response(page(**(request.view_args or {}), messages=messages), status)


def done(sentence: str, address: str, **values: object) -> Response:
    """Go on to a page, saying there what was done."""
    flash(web_work.translated(sentence, **values), "success")
    return redirect(address, 303)


def done_once(work: UnitOfWork, sentence: str, address: str, **values: object) -> Response:
    """Go on like `done`; the same form sent twice is one act, kept with it (D24)."""
    flash(web_work.translated(sentence, **values), "success")
    return once.done(work, address)


@pages.context_processor
def key_of_forms() -> dict[str, str]:
    """The hidden key of the forms of a page just shown."""
    return {"key": once.new_key()}


def answers() -> dict[str, object]:
    """What this request's form holds."""
    return presentation.answers_of(request.form.items(multi=True))


def context(
    choices: Mapping[str, list[Choice]] | None = None, prefill: Mapping[str, object] | None = None
) -> Context:
    """What a form of the administration must know."""
    return Context(
        choices=choices or {},
        prefill=prefill or {},
        limits={"today": web_work.today()},
        locale=web_work.locale(),
        translate=web_work.translated,
    )


def inputs(key: str, known: Context, messages: Messages | None) -> list[presentation.Input]:
    """The controls of a form: as typed when it comes back, else from what is known."""
    typed = answers() if request.method == "POST" else known.prefill or None
    return presentation.inputs(catalogue.form(key), known, typed, messages or {})
