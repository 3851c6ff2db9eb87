"""Turn each family of errors into its page, or into a problem document for the API (RFC 9457)."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import errors
from engine.i18n import mark as _
from engine.people import accounts, attempts, codes, second_factor, tokens
from engine.runtime import incidents
from engine.runtime.advance import OperationFailed
from forms import catalogue
from web import typography
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

log = logging.getLogger("alize.web")
Shown = TypeVar("Shown")

# The first that fits: what is about proving who one is comes before its family.
STATUS: dict[type[Exception], HTTPStatus] = {
    accounts.WrongCredentials: HTTPStatus.UNAUTHORIZED,
    codes.WrongCode: HTTPStatus.UNAUTHORIZED,
    second_factor.SecondFactorNeeded: HTTPStatus.UNAUTHORIZED,
    second_factor.WrongSecondFactor: HTTPStatus.UNAUTHORIZED,
    tokens.InvalidToken: HTTPStatus.UNAUTHORIZED,
    attempts.TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    codes.TooManyCodes: HTTPStatus.TOO_MANY_REQUESTS,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.InvalidAnswers: HTTPStatus.UNPROCESSABLE_ENTITY,
    catalogue.InvalidAnswers: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
PATIENCE, A_MINUTE = "5", "60"  # Seconds, for Retry-After.

# What happened, and what to do, for the statuses that no family of ours covers.
SENTENCES = {
    400: _(
        "Ce que la page a envoyé n’a pas pu être compris, et rien n’a été enregistré. Revenez en arrière, "
        "rechargez la page et recommencez."
    ),
    401: _("Connectez-vous pour continuer."),
    403: _("Vous n’avez pas le droit de faire cela."),
    404: _("Cette page n’existe pas, ou ne vous est pas visible."),
    405: _(
        "Cette adresse ne s’ouvre pas de cette façon. Revenez en arrière et passez par les liens et les "
        "boutons des pages."
    ),
    413: _("Ce que vous envoyez est trop volumineux : 20 Mo au plus."),
    415: _("Ce format n’est pas accepté ici."),
    429: _("Trop d’essais en peu de temps : patientez quelques minutes."),
    500: _(
        "Quelque chose a mal tourné de notre côté. C’est enregistré ; rien n’a été modifié. Réessayez un peu "
        "plus tard."
    ),
    503: _("Le service est momentanément indisponible : réessayez dans quelques instants."),
}
TITLES = {
    400: _("Cela n’a pas pu être compris"),
    401: _("Il faut vous connecter"),
    403: _("Cela ne vous est pas permis"),
    404: _("Page introuvable"),
    405: _("Cette page ne s’ouvre pas ainsi"),
    409: _("Cela a changé entre-temps"),
    413: _("Envoi trop volumineux"),
    415: _("Format non accepté"),
    422: _("Réponses à corriger"),
    429: _("Trop d’essais"),
    500: _("Quelque chose n’a pas marché"),
    503: _("Ce n’est pas possible pour l’instant"),
}

# A form whose token is no longer good: its title, and its sentence.
ENDED = (
    _("Votre session est terminée"),
    _(
        "Rien n’a été enregistré : elle a été fermée, peut-être dans un autre onglet. Revenez en arrière, "
        "copiez ce que vous aviez tapé, connectez-vous dans un autre onglet, puis envoyez de nouveau."
    ),
)
OLDER = (
    _("Cette page n’est plus à jour"),
    _(
        "Rien n’a été enregistré : cette page est restée ouverte trop longtemps. Revenez en arrière, copiez "
        "ce que vous aviez tapé, puis rechargez-la."
    ),
)

# Under which name Flask-Login keeps who reads, once it has asked the database.
READER = "_login_user"


def register(app: Flask) -> None:
    """Give the application one way to answer each family of errors."""
    for family in STATUS:
        app.register_error_handler(family, expected)
    app.register_error_handler(OperationFailed, operation_failed)
    app.register_error_handler(CSRFError, stale_page)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, unforeseen)


def status_of(error: Exception) -> HTTPStatus:
    """The HTTP status of an error's family."""
    return next(
        (status for family, status in STATUS.items() if isinstance(error, family)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def expected(error: Exception) -> WerkzeugResponse:
    """What people may meet: its sentence, its status, and what to do."""
    status = status_of(error)
    if isinstance(error, errors.Unavailable) and READER not in g:
        # Who reads was not known yet, and the database that knows does not answer: the page must say so.
        setattr(g, READER, current_app.login_manager.anonymous_user())  # type: ignore[attr-defined]
    response = answer(status, sentence_of(error), details=details_of(error))
    say_when(response, error)
    return response


def unless_hidden(shown_again: Callable[[Any], Shown]) -> Callable[[Any], Shown | WerkzeugResponse]:
    """Make a refusal that shows its page again tell what is met on the way.

    What the page is about may be gone meanwhile, or no longer its reader's: that is what is told then. Nobody
    answers for an error raised while another is being answered for.
    """

    @wraps(shown_again)
    def told(refusal: Any) -> Shown | WerkzeugResponse:
        try:
            return shown_again(refusal)
        except errors.FAMILIES as hidden:
            return expected(hidden)

    told.tells_what_is_hidden = True  # type: ignore[attr-defined]
    return told


def say_when(response: WerkzeugResponse, error: Exception) -> None:
    """Say how many seconds to wait, when the refusal knows until when, or for how long, it holds."""
    until = getattr(error, "details", {}).get("until")
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and until is not None:
        left = until - web_work.engine().database.clock.wall()
        response.headers["Retry-After"] = str(max(1, math.ceil(left.total_seconds())))
    elif (seconds := getattr(error, "retry_after", None)) is not None:
        response.headers["Retry-After"] = str(seconds)


def operation_failed(error: OperationFailed) -> WerkzeugResponse:
    """Keep the failure where the administrator sees it; the person's answers stay in their draft."""
    incident_id = incidents.record(web_work.engine().database, error, actor=web_work.actor())
    log.error("runtime.incident.recorded incident=%s", incident_id, exc_info=error)
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, sentence_of(error), details={"incident": incident_id})


def stale_page(_error: CSRFError) -> WerkzeugResponse:
    """A form from a page older than the session: whoever signed out signs in again, and may send it then."""
    if request.blueprint != "auth" and not current_user.is_authenticated:
        title, sentence = ENDED
    else:
        title, sentence = OLDER
    return answer(HTTPStatus.BAD_REQUEST, web_work.translated(sentence), title=title)


def refused(error: HTTPException) -> WerkzeugResponse:
    """What Flask or a limit refused."""
    code = error.code or 500
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    sentence = SENTENCES.get(code, SENTENCES[500] if code >= 500 else SENTENCES[400])
    response = answer(HTTPStatus(code), web_work.translated(sentence))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def unforeseen(error: Exception) -> WerkzeugResponse:
    """A fault of ours: logged with its trace, shown without it.

    The log names the route, not the address: that of a calendar is a secret.
    """
    log.error("web.request.failed route=%s %s", request.method, request.url_rule, exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, web_work.translated(SENTENCES[500]))


def sentence_of(error: Exception) -> str:
    """The error's sentence in the reader's language, its placeholders filled."""
    if isinstance(error, errors.EngineError):
        return web_work.translated(
            error.template, **{key: shown(value) for key, value in error.details.items()}
        )
    return web_work.translated(errors.first_paragraph(errors.InvalidAnswers))


def shown(value: object) -> str:
    """A detail of an error as people read it: dates in words, in the page's zone."""
    if isinstance(value, datetime):
        return typography.moment_in_words(value, web_work.locale(), zone=web_work.zone())
    if isinstance(value, date):
        return typography.long_date(value, web_work.locale())
    return "" if value is None else str(value)


def details_of(error: Exception) -> dict[str, Any]:
    """What the API adds to the sentence: the fields, who and when."""
    messages = getattr(error, "messages", None)
    details = dict(getattr(error, "details", {}) or {})
    return details | ({"errors": messages} if messages else {})


def answer(
    status: HTTPStatus, sentence: str, *, details: dict[str, Any] | None = None, title: str | None = None
) -> WerkzeugResponse:
    """A problem document for the API, a page for everybody else; 503 and 409 say when to come back."""
    heading = title or TITLES.get(status.value, TITLES[500 if status.value >= 500 else 400])
    is_api = request.path.startswith("/api/")
    if is_api:
        response: Response = jsonify(
            {
                "type": "about:blank",
                "title": web_work.translated(heading),
                "status": status.value,
                "detail": sentence,
                **{key: plain(value) for key, value in (details or {}).items()},
            }
        )
        response.content_type = "application/problem+json"
    else:
        page = render_template(
            "errors/problem.html",
            title=heading,
            sentence=sentence,
            details=details or {},
            status=status.value,
        )
        response = Response(page)
    response.status_code = status.value
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = PATIENCE
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = A_MINUTE
    if status is HTTPStatus.UNAUTHORIZED and is_api:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def plain(value: object) -> object:
    """A detail as JSON may hold it."""
    if isinstance(value, (dict, list, int, bool, type(None))):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
