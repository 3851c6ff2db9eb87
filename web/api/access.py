"""Who asks: the bearer of a token, and what its scopes and their roles allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g, request

from engine import errors
from engine.people import permissions, standing, tokens
from engine.people.permissions import Permission, Rights
from engine.people.standing import Standing
from engine.people.tokens import Bearer
from engine.persistence.unit_of_work import Actor
from web import work as web_work
from web.api import refusals

SCHEME = "bearer"
LONGEST_TOKEN = 200


class OutOfScope(errors.NotAllowed):
    """La portée de ce jeton ne couvre pas cette action : il en faut un de portée « {scope} »."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who presents a token, with their rights of today: read once per request."""

    bearer: Bearer
    person: Standing
    rights: Rights


def identify(header: str) -> None:
    """Recognise the caller by the `Authorization` header; nobody is refused yet.

    Sessions of the pages count for nothing here: a cookie never acts through the API.
    """
    for name in ("actor", "rights", "person_locale"):
        g.pop(name, None)
    scheme, _space, text = header.strip().partition(" ")
    if scheme.lower() != SCHEME or not 0 < len(text.strip()) <= LONGEST_TOKEN:
        return
    with web_work.start_reading() as work:
        try:
            bearer = tokens.verify(work, text.strip())
        except tokens.InvalidToken:
            return
        person = standing.of(work, bearer.person_id)
        if person is None:
            return
        g.rights = permissions.permissions_of(work, bearer.person_id)
    g.caller = Caller(bearer, person, g.rights)
    g.actor = Actor(bearer.person_id, "api", request.remote_addr)


def require(permission: Permission | None) -> None:
    """Let the caller go on: recognised, by a token whose scopes cover it, with a role that may somewhere.

    Without a permission any token will do. The engine decides again where: in this basin, on this
    project. Raises a 401 refusal, `OutOfScope`, `permissions.MissingPermission`.
    """
    if "caller" not in g:
        raise refusals.unauthorized()
    found = caller()
    if permission is None:
        return
    if not found.bearer.allows(permission):
        wanted = tokens.Scope.MANAGE if permission in tokens.MANAGING else tokens.Scope.ACT
        raise OutOfScope(scope=wanted.value)
    if permission not in found.rights.anywhere():
        raise permissions.MissingPermission(permission=permission.value)


def caller() -> Caller:
    """Who asks; only a view behind a permission may."""
    return cast("Caller", g.caller)
