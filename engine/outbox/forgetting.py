"""Forget the codes that mails held, once they open nothing any more (D20)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.outbox import kinds
from engine.outbox.models import CapturedMail, Message, Outcome
from engine.people.models import SignInCode

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

SECRET = [kind.key for kind in kinds.KINDS.values() if kind.is_secret]


def forget_codes(work: UnitOfWork) -> int:
    """Empty the mails whose code is over and did not leave, and drop those a mailbox kept; how many.

    A mail that leaves is emptied at once; this is for one that could not leave, whatever held it.
    """
    return _end_expired(work) + _drop_captured(work)


def _end_expired(work: UnitOfWork) -> int:
    waiting = work.connection.execute(
        sa.select(Message.id, Message.data).where(Message.outcome.is_(None), Message.kind.in_(SECRET))
    )
    over = [row.id for row in waiting if datetime.fromisoformat(row.data["expires_at"]) <= work.wall]
    if over:
        work.connection.execute(
            sa.update(Message)
            .where(Message.id.in_(over), Message.outcome.is_(None))
            .values(outcome=Outcome.MOOT.value, data={}, leased_until=None, next_try_at=None)
        )
    return len(over)


def _drop_captured(work: UnitOfWork) -> int:
    """By the codes still good, because a demonstration's own time may stand still."""
    still_good = sa.exists().where(
        SignInCode.person_id == CapturedMail.recipient_id,
        SignInCode.used_at.is_(None),
        SignInCode.cancelled_at.is_(None),
        SignInCode.expires_at > work.wall,
    )
    done = work.connection.execute(sa.delete(CapturedMail).where(CapturedMail.kind.in_(SECRET), ~still_good))
    return done.rowcount
