"""Limits on guessing: tries per account and per network address, counted by the machine's clock (D6)."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.people.models import SignInAttempt

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
# A whole office may share one address.
FAILURES_PER_ADDRESS = 30
KEPT = timedelta(days=1)


class TooManyAttempts(errors.NotAllowed):
    """Trop d’essais ont échoué. Réessayez dans {minutes} min."""


def require_below_limits(work: UnitOfWork, *, subject: str, address: str) -> None:
    """Refuse a try while too many have failed lately, for this subject or from this address.

    Refused tries are not counted: whoever keeps trying does not keep the door shut. The subject is an
    address typed or a person's id; whether it is known changes nothing, so nothing is revealed.
    Raises `TooManyAttempts` with `until` and `minutes`.
    """
    attempt = SignInAttempt
    key = _hash(subject)
    last_success = (
        sa.select(sa.func.max(attempt.at))
        .where(attempt.email_hash == key, attempt.succeeded.is_(sa.true()))
        .scalar_subquery()
    )
    since_success = sa.or_(last_success.is_(None), attempt.at > last_success)
    free_at = [
        _free_at(work, FAILURES_PER_ACCOUNT, attempt.email_hash == key, since_success),
        _free_at(work, FAILURES_PER_ADDRESS, attempt.address == address),
    ]
    until = max((instant for instant in free_at if instant is not None), default=None)
    if until is not None:
        minutes = max(1, math.ceil((until - work.wall).total_seconds() / 60))
        raise TooManyAttempts(minutes=minutes, until=until)


def count(work: UnitOfWork, *, subject: str, address: str, succeeded: bool) -> None:
    """Remember one try."""
    work.database.add(
        SignInAttempt(email_hash=_hash(subject), address=address, succeeded=succeeded, at=work.wall)
    )
    work.database.flush()


def count_sent(work: UnitOfWork, *, person_id: UUID, address: str) -> None:
    """Remember that a code was sent to a person, asked from a network address: no try, and no failure."""
    count(work, subject=_sent_to(person_id), address=address, succeeded=True)


def nth_sent(
    work: UnitOfWork, *, person_id: UUID, address: str | None, since: datetime, number: int
) -> datetime | None:
    """When the last code but `number` - 1 was sent to a person since then, from an address (None: any)."""
    conditions = [SignInAttempt.email_hash == _hash(_sent_to(person_id)), SignInAttempt.at > since]
    if address is not None:
        conditions.append(SignInAttempt.address == address)
    statement = sa.select(SignInAttempt.at).where(*conditions).order_by(SignInAttempt.at.desc())
    return work.connection.scalars(statement.offset(number - 1).limit(1)).one_or_none()


def purge(work: UnitOfWork) -> int:
    """Forget the tries that no limit looks at any more; how many."""
    old = sa.delete(SignInAttempt).where(SignInAttempt.at < work.wall - KEPT)
    return int(work.connection.execute(old).rowcount)


def _free_at(work: UnitOfWork, limit: int, *conditions: sa.ColumnElement[Any]) -> datetime | None:
    """When the oldest of the last `limit` failures will be forgotten; None below the limit."""
    statement = (
        sa.select(SignInAttempt.at)
        .where(SignInAttempt.succeeded.is_(sa.false()), SignInAttempt.at > work.wall - WINDOW, *conditions)
        .order_by(SignInAttempt.at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    oldest = work.connection.scalars(statement).one_or_none()
    return None if oldest is None else oldest + WINDOW


def _sent_to(person_id: UUID) -> str:
    return f"code sent {person_id.hex}"


def _hash(subject: str) -> str:
    return hashlib.sha256(subject.encode("utf-8", "replace")).hexdigest()
