"""One code before several signatures: asked for and typed on the page where they are given together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, request, url_for

from engine import errors
from engine.people import attempts, codes
from engine.people.permissions import Permission
from web import errors as web_errors
from web.auth import limited, requires, signature_codes
from web.committee.blueprint import pages
from web.committee.signing import signing_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

PLACES = ("committee.send_signatures_code", "committee.verify_signatures_code")


@pages.post("/signatures/code")
@requires(Permission.COMPLETE_TASK)
@limited
def send_signatures_code() -> Response:
    """Mail the reader a code, good for every act of the page."""
    signature_codes.send(None)
    return redirect(url_for("committee.to_sign"), 303)


@pages.post("/signatures/code/verifier")
@requires(Permission.COMPLETE_TASK)
@limited
def verify_signatures_code() -> Response:
    """Take the code: the signatures come next, each an act of its own."""
    signature_codes.verify(None)
    return redirect(url_for("committee.to_sign"), 303)


@pages.errorhandler(codes.WrongCode)
@pages.errorhandler(codes.TooManyCodes)
@pages.errorhandler(codes.NoAddress)
@pages.errorhandler(codes.OneTaskOnly)
@pages.errorhandler(attempts.TooManyAttempts)
@web_errors.unless_hidden
def ask_again(refusal: errors.EngineError) -> Response:
    """The page again, with what is wrong with the code."""
    if request.endpoint not in PLACES:
        return web_errors.expected(refusal)
    page = signing_page(wrong_code=web_errors.sentence_of(refusal))
    response = make_response(page, web_errors.status_of(refusal))
    web_errors.say_when(response, refusal)
    return response
