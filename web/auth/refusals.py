"""A wrong secret shows its own page again, with what to do and the status that says it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import make_response, request

from engine import errors
from engine.people import accounts, attempts, codes, second_factor
from web import errors as web_errors
from web import work as web_work
from web.auth.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])
Page = Callable[[str], str]

# The page to show again, by the endpoint where the secret was sent.
AGAIN: dict[str, Page] = {}


def shows_again(page: Page) -> Callable[[View], View]:
    """Mark a view that takes a secret: refused, `page` is shown with the refusal's sentence."""

    def decorate(view: View) -> View:
        AGAIN[f"{pages.name}.{view.__name__}"] = page
        return view

    return decorate


@pages.errorhandler(accounts.WrongCredentials)
@pages.errorhandler(accounts.DisabledAccount)
@pages.errorhandler(attempts.TooManyAttempts)
@pages.errorhandler(codes.TooManyCodes)
@pages.errorhandler(codes.NoAddress)
@pages.errorhandler(codes.OneTaskOnly)
@pages.errorhandler(codes.WrongCode)
@pages.errorhandler(second_factor.WrongSecondFactor)
@pages.errorhandler(errors.InvalidAnswers)
def try_again(refusal: errors.EngineError) -> Response:
    """Show the page on which the secret was typed; the address stays, the secret never does."""
    page = AGAIN.get(request.endpoint or "")
    if page is None:
        return web_errors.expected(refusal)
    response = make_response(page(sentence_of(refusal)), web_errors.status_of(refusal))
    web_errors.say_when(response, refusal)
    return response


def sentence_of(refusal: errors.EngineError) -> str:
    """What to tell: the messages of the fields when there are some, else the refusal's own sentence."""
    if isinstance(refusal, errors.InvalidAnswers):
        texts = (text for found in refusal.messages.values() for text in found)
        return " ".join(web_work.translated(text) for text in texts)
    return web_errors.sentence_of(refusal)
