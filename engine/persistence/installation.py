"""What this database is: its environment for ever, and whether it is held after a restore (D25, D26)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Table

from engine import errors
from engine.persistence.base import Base, UtcDateTime
from engine.persistence.unit_of_work import UnitOfWork

installation = Table(
    "installation",
    Base.metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=False),
    Column("environment", sa.Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("held_since", UtcDateTime),  # A restored database wakes held: no tick, no mail.
)


class OtherEnvironment(errors.Unavailable):
    """Cette base est « {stamped} » et les réglages disent « {asked} » : rien ne démarre."""


class NotCreated(errors.Unavailable):
    """Cette base n’existe pas encore : lancez « alize init », ou « alize demo »."""


def stamp(work: UnitOfWork, *, environment: str) -> None:
    """Write, once, what this database is for; it never changes."""
    work.write(sa.insert(installation), {"id": 1, "environment": environment, "created_at": work.wall})


def require(work: UnitOfWork, *, environment: str) -> None:
    """Refuse to go on when the database was made for another environment.

    Raises `NotCreated` or `OtherEnvironment`.
    """
    if not sa.inspect(work.connection).has_table("installation"):
        raise NotCreated
    stamped = work.connection.execute(sa.select(installation.c.environment)).scalar_one_or_none()
    if stamped is None:
        raise NotCreated
    if stamped != environment:
        raise OtherEnvironment(stamped=stamped, asked=environment)


def lock(work: UnitOfWork) -> None:
    """Lock what this database is: those who change what belongs to no basin take turns."""
    work.forget_what_was_read()
    work.connection.execute(sa.select(installation.c.id).with_for_update())


def is_held(work: UnitOfWork) -> bool:
    """True after a restore, until `alize resume`."""
    return work.connection.execute(sa.select(installation.c.held_since)).scalar_one_or_none() is not None


def hold(work: UnitOfWork) -> None:
    """Stop ticks and mails until someone looked."""
    work.connection.execute(sa.update(installation).values(held_since=work.wall))


def release(work: UnitOfWork) -> None:
    """Let ticks and mails go again."""
    work.connection.execute(sa.update(installation).values(held_since=None))
