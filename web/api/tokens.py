"""Tokens as their holder, and who looks after people, list and revoke them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.i18n import mark as _
from engine.people import directory, permissions, tokens
from engine.people.permissions import Permission
from engine.people.tokens import Scope
from web import work as web_work
from web.api import access, representations, writes
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.people.models import ApiToken
    from engine.persistence.unit_of_work import UnitOfWork


@endpoint(
    "GET",
    "/tokens",
    title=_("Lister ses jetons"),
    note=_("Leur texte n’est jamais montré de nouveau."),
    answers={200: "TokenList"},
)
def list_tokens() -> Response:
    """List the bearer's tokens, the latest first, those that are over included."""
    with web_work.start_reading() as work:
        found = tokens.of_person(work, work.actor.person_id)
        return jsonify(items=[described(work, each) for each in found], next=None)


@endpoint(
    "POST",
    "/tokens/<uuid:token_id>/revoke",
    title=_("Révoquer un de ses jetons"),
    note=_("Celui qui est présenté, ou un autre quand la portée « act » le permet."),
    keyed=True,
    answers={200: "TokenDescription"},
    refusals=(403, 404, 409, 503),
)
def revoke_token(token_id: UUID) -> Response:
    """End one of the bearer's tokens at once; a reading token ends none but itself."""
    bearer = access.caller().bearer
    if token_id != bearer.token_id and Scope.ACT not in bearer.scopes:
        raise access.OutOfScope(scope=Scope.ACT.value)
    return revoked(bearer.person_id, token_id, url_for("api.list_tokens"))


@endpoint(
    "GET",
    "/people/<uuid:person_id>/tokens",
    title=_("Lister les jetons d’une personne"),
    permission=Permission.MANAGE_PEOPLE,
    answers={200: "TokenList"},
    refusals=(404,),
)
def list_tokens_of(person_id: UUID) -> Response:
    """List the tokens of a person whose account the bearer looks after."""
    with web_work.start_reading() as work:
        require_managed(work, person_id)
        found = tokens.of_person(work, person_id)
        return jsonify(items=[described(work, each) for each in found], next=None)


@endpoint(
    "POST",
    "/people/<uuid:person_id>/tokens/<uuid:token_id>/revoke",
    title=_("Révoquer le jeton d’une personne"),
    permission=Permission.MANAGE_PEOPLE,
    keyed=True,
    answers={200: "TokenDescription"},
    refusals=(403, 404, 409, 503),
)
def revoke_token_of(person_id: UUID, token_id: UUID) -> Response:
    """End the token of a person whose account the bearer looks after."""
    with web_work.start_reading() as work:
        require_managed(work, person_id)
    return revoked(person_id, token_id, url_for("api.list_tokens_of", person_id=person_id))


def require_managed(work: UnitOfWork, person_id: UUID) -> None:
    """Let those go on who look after this person's account. Raises `NotVisible`, `MissingPermission`."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    if not directory.is_visible(work, person_id, basin_ids=rights.basins_with(Permission.MANAGE_PEOPLE)):
        raise permissions.NotVisible
    permissions.require_may_manage(work, person_id)


def revoked(person_id: UUID, token_id: UUID, place: str) -> Response:
    """End a token, once, and show it."""
    write = writes.act(lambda work: tokens.revoke(work, person_id, token_id=token_id), place)
    with web_work.start_reading() as work:
        [found] = [each for each in tokens.of_person(work, person_id) if each.id == token_id]
        return write.answer(jsonify(described(work, found)))


def described(work: UnitOfWork, token: ApiToken) -> dict[str, Any]:
    """A token as the API shows it: never its text."""
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": representations.instant(token.created_at),
        "expires_at": representations.instant(token.expires_at),
        "last_used_at": representations.maybe_instant(token.last_used_at),
        "revoked_at": representations.maybe_instant(token.revoked_at),
        "valid": token.revoked_at is None and token.expires_at > work.wall,
    }
