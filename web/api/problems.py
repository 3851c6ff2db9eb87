"""The refusals that only the API has, as problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from engine.persistence import idempotency
from web import errors
from web import work as web_work
from web.api.endpoints import pages
from web.api.refusals import Refusal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.errorhandler(Refusal)
def refused(error: Refusal) -> Response:
    """What this package refuses before the engine is asked."""
    return problem(error.status, web_work.translated(error.template), error.headers)


@pages.errorhandler(idempotency.StillRunning)
def still_running(error: idempotency.StillRunning) -> Response:
    """The first request with this key has not ended: 409, and come back in a moment (D24)."""
    return problem(HTTPStatus.CONFLICT, errors.sentence_of(error), {"Retry-After": "1"})


def problem(status: HTTPStatus, sentence: str, headers: Mapping[str, str]) -> Response:
    """A problem document with its headers."""
    response = errors.answer(status, sentence)
    response.headers.update(dict(headers))
    return response
