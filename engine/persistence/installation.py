"""What this database is: its environment for ever, where it serves, if a restore holds it (D25, D26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
    # Where people reach it: under another address it is a copy, and nothing leaves. Empty: a copy for ever.
    Column("address", sa.Text),
    Column("backed_up_at", UtcDateTime),
)


class OtherEnvironment(errors.Unavailable):
    """Cette base est « {stamped} » et les réglages disent « {asked} » : rien ne démarre."""


class NotCreated(errors.Unavailable):
    """Cette base n’existe pas encore : lancez « alize init », ou « alize demo »."""


class StaysACopy(errors.NotAllowed):
    """Cette base a été restaurée comme copie et le reste : restaurez la sauvegarde sans « --as-copy »."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an installation stands: held since a restore, where it serves, when it was last backed up."""

    held_since: datetime | None
    address: str | None
    backed_up_at: datetime | None

    @property
    def is_held(self) -> bool:
        """True after a restore, until `alize resume`."""
        return self.held_since is not None

    def is_copy_at(self, address: str) -> bool:
        """Whether whoever serves it at this address serves a copy: nothing leaves from there."""
        return self.address is not None and self.address != address


UNKNOWN = Standing(None, None, None)


def stamp(work: UnitOfWork, *, environment: str) -> None:
    """Write, once, what this database is for; it never changes."""
    work.write(sa.insert(installation), {"id": 1, "environment": environment, "created_at": work.wall})


def standing(work: UnitOfWork) -> Standing:
    """How this installation stands; a database that has none is neither held nor a copy."""
    row = work.connection.execute(
        sa.select(installation.c.held_since, installation.c.address, installation.c.backed_up_at)
    ).one_or_none()
    return UNKNOWN if row is None else Standing(*row)


def note_address(work: UnitOfWork, address: str) -> None:
    """Note where this installation serves, the first time that it is known."""
    work.connection.execute(
        sa.update(installation).where(installation.c.address.is_(None)).values(address=address)
    )


def move_to(work: UnitOfWork, address: str) -> None:
    """Say that this database now serves at this address, and no longer where it did. Raises `StaysACopy`."""
    require_may_move(standing(work))
    work.connection.execute(sa.update(installation).values(address=address))


def require_may_move(standing: Standing) -> None:
    """Refuse to move what was restored to be a copy. Raises `StaysACopy`."""
    if standing.address == "":
        raise StaysACopy


def make_copy(work: UnitOfWork) -> None:
    """Make of this database a copy for ever: nothing leaves from it, wherever it serves."""
    work.connection.execute(sa.update(installation).values(address=""))


def note_backup(work: UnitOfWork) -> None:
    """Note that a backup was just made: `alize doctor` tells its age."""
    work.connection.execute(sa.update(installation).values(backed_up_at=work.wall))


def require(work: UnitOfWork, *, environment: str) -> None:
    """Refuse to go on when the database was made for another environment.

    Raises `NotCreated` or `OtherEnvironment`.
    """
    if not sa.inspect(work.connection).has_table("installation"):
        raise NotCreated
    if require_stamp(work, environment=environment) is None:
        raise NotCreated


def require_stamp(work: UnitOfWork, *, environment: str) -> str | None:
    """What this database is stamped for, None before it is. Raises `OtherEnvironment`."""
    stamped: str | None = work.connection.execute(sa.select(installation.c.environment)).scalar_one_or_none()
    if stamped is not None and stamped != environment:
        raise OtherEnvironment(stamped=stamped, asked=environment)
    return stamped


def lock(work: UnitOfWork) -> None:
    """Lock what this database is: those who change what belongs to no basin take turns."""
    work.forget_what_was_read()
    work.connection.execute(sa.select(installation.c.id).with_for_update())


def is_held(work: UnitOfWork) -> bool:
    """True after a restore, until `alize resume`."""
    return standing(work).is_held


def hold(work: UnitOfWork) -> None:
    """Stop ticks and mails until someone looked."""
    work.connection.execute(sa.update(installation).values(held_since=work.wall))


def release(work: UnitOfWork) -> None:
    """Let ticks and mails go again."""
    work.connection.execute(sa.update(installation).values(held_since=None))
