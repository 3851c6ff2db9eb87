"""What tests of retention share: days that pass, warnings that leave, a history that verifies."""

from __future__ import annotations

import sqlalchemy as sa

from engine import doctor
from engine.documents.store import Store
from engine.outbox.models import Message
from engine.retention import plans
from tests.integration.programme import Programme


def play(programme: Programme, store: Store, *, days: int) -> int:
    """Let days pass, one tick a day."""
    done = 0
    for _day in range(days):
        programme.clock.advance(days=1)
        done += plans.forget_due(programme.database, store)
    return done


def problems(programme: Programme) -> list[str]:
    """What the history says is wrong."""
    with programme.database.start_reading() as work:
        return list(doctor.history_problems(work))


def warnings(programme: Programme) -> list[Message]:
    """The mails to the officer about what is due."""
    with programme.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Message).where(Message.kind == "retention_due")))
