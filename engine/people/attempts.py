"""Limits on guessing: tries per account and per network address, counted by the machine's clock (D6)."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

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


def _hash(subject: str) -> str:
    return hashlib.sha256(subject.encode("utf-8", "replace")).hexdigest()
