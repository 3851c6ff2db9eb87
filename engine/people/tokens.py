"""API tokens: hashed, scoped, expiring, revocable; the text is shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import accounts
from engine.people.models import Account, ApiToken
from engine.people.permissions import READING, Permission

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PREFIX = "alize_"
USUAL_DAYS = 90
MOST_DAYS = 366
LONGEST_NAME = 80
A_MINUTE = timedelta(minutes=1)

MANAGING = frozenset(
    {
        Permission.MANAGE_PEOPLE, Permission.MANAGE_ROLES, Permission.CHANGE_PARAMETERS, Permission.PUBLISH,
        Permission.RETRY_INCIDENT, Permission.RETRY_MAIL, Permission.RETRY_PAPER, Permission.ADVANCE_CLOCK,
    }
)  # fmt: skip


class Scope(StrEnum):
    """What a token lets its holder use of their own rights; never more than those."""

    READ = "read"
    ACT = "act"
    MANAGE = "manage"


class InvalidToken(errors.NotAllowed):
    """Ce jeton d’accès n’est pas valable, ou ne l’est plus."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who presents a valid token, and what it lets them use of their rights."""

    token_id: UUID
    person_id: UUID
    scopes: frozenset[Scope]

    def allows(self, permission: Permission) -> bool:
        """Tell whether the token's scopes cover a permission; the person must hold it besides."""
        if permission in READING:
            return bool(self.scopes)
        return (Scope.MANAGE if permission in MANAGING else Scope.ACT) in self.scopes


def create(
    work: UnitOfWork,
    *,
    person_id: UUID,
    name: str,
    scopes: Collection[str] = (Scope.READ,),
    days: int = USUAL_DAYS,
) -> tuple[str, ApiToken]:
    """Make a token for a person with an account; gives its text, kept nowhere, and its row.

    Raises `InvalidAnswers` by field, `accounts.NoAccount`, `accounts.DisabledAccount`.
    """
    account = accounts.find(work, person_id)
    if account.disabled_at is not None:
        raise accounts.DisabledAccount
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        person_id=person_id,
        name=" ".join(name.split()),
        token_hash=_hash(text),
        scopes=sorted({str(scope) for scope in scopes}),
        created_at=work.wall,
        expires_at=work.wall,
    )
    _require_valid(token, days)
    token.expires_at = work.wall + timedelta(days=days)
    work.database.add(token)
    work.database.flush()
    work.record(
        "people.token.created",
        chain=person_id,
        subject=token.id,
        scopes=token.scopes,
        expires=token.expires_at,
        content={"name": token.name},
    )
    return text, token


def verify(work: UnitOfWork, text: str) -> Bearer:
    """Recognise who presents a token; one statement, which only reads. Raises `InvalidToken`."""
    row = work.connection.execute(
        sa.select(ApiToken.id, ApiToken.person_id, ApiToken.scopes)
        .join(Account, Account.person_id == ApiToken.person_id)
        .where(
            ApiToken.token_hash == _hash(text),
            ApiToken.expires_at > work.wall,
            ApiToken.revoked_at.is_(None),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise InvalidToken
    return Bearer(row.id, row.person_id, frozenset(Scope(scope) for scope in row.scopes))


def note_use(work: UnitOfWork, token_id: UUID) -> None:
    """Remember when a token last served, to the minute: for acts; reading writes nothing.

    Acts of one token at the same time do not wait for each other on its row.
    """
    used = ApiToken.last_used_at
    work.connection.execute(
        sa.update(ApiToken)
        .where(ApiToken.id == token_id, sa.or_(used.is_(None), used < work.wall - A_MINUTE))
        .values(last_used_at=work.wall)
    )


def revoke(work: UnitOfWork, person_id: UUID, *, token_id: UUID) -> None:
    """End one of a person's tokens; again does nothing. Raises `NotFound` when it is not theirs."""
    token = work.database.get(ApiToken, token_id)
    if token is None or token.person_id != person_id:
        raise errors.NotFound
    if token.revoked_at is None:
        token.revoked_at = work.wall
        work.database.flush()
        work.record("people.token.revoked", chain=person_id, subject=token_id)


def of_person(work: UnitOfWork, person_id: UUID) -> list[ApiToken]:
    """List a person's tokens, the latest first, those that are over included."""
    statement = (
        sa.select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.created_at.desc())
    )
    return list(work.database.scalars(statement))


def in_force_of(work: UnitOfWork, person_id: UUID) -> list[ApiToken]:
    """List the tokens with which programs may still act as a person, the latest first."""
    return [
        each for each in of_person(work, person_id) if each.revoked_at is None and each.expires_at > work.wall
    ]


def _require_valid(token: ApiToken, days: int) -> None:
    messages: dict[str, list[str]] = {}
    if not token.name or len(token.name) > LONGEST_NAME or not token.name.isprintable():
        messages["name"] = [_("Donnez au jeton un nom de 80 caractères au plus.")]
    if not token.scopes or not set(token.scopes) <= set(Scope):
        messages["scopes"] = [_("Choisissez au moins une portée : read, act ou manage.")]
    if not 1 <= days <= MOST_DAYS:
        messages["days"] = [_("Un jeton vaut d’un jour à un an.")]
    if messages:
        raise errors.InvalidAnswers(messages)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
