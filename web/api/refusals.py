"""What the API refuses before the engine is asked: no token, no key, an unreadable body."""

from __future__ import annotations

from http import HTTPStatus

from engine import errors
from engine.i18n import mark as _

UNKNOWN_BEARER = _(
    "Donnez un jeton d’accès valable dans l’en-tête « Authorization: Bearer … » ; "
    "POST /api/v1/tokens en donne un."
)
CHALLENGE = 'Bearer realm="alize"'


class Refusal(errors.EngineError):
    """Cette demande ne peut pas être traitée."""

    def __init__(self, status: HTTPStatus, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def unauthorized() -> Refusal:
    """Nobody is recognised: 401, with the way in."""
    return Refusal(HTTPStatus.UNAUTHORIZED, UNKNOWN_BEARER, WWW_Authenticate=CHALLENGE)


def malformed(sentence: str) -> Refusal:
    """The request itself cannot be read: 400."""
    return Refusal(HTTPStatus.BAD_REQUEST, sentence)
