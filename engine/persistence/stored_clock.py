"""The simulated programme time, kept in the database so that all processes agree (D6)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy import Column, Table

from engine.clock import RealClock
from engine.persistence.base import Base, UtcDateTime

simulated_clock = Table(
    "simulated_clock",
    Base.metadata,
    Column("id", sa.Integer, primary_key=True, autoincrement=False),
    Column("instant", UtcDateTime, nullable=False),
    # Who is playing time on, by the machine's clock: two advances at once are refused.
    Column("advancing_until", UtcDateTime),
)

READ = sa.select(simulated_clock.c.instant)


class ClockNotSet(RuntimeError):
    """The simulated clock has no time yet: create the demonstration first."""


class StoredClock:
    """A clock whose programme time is a row, and whose wall time is the machine's."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def now(self, connection: object | None = None) -> datetime:
        """The instant kept in the database, as the act's own connection sees it."""
        if connection is not None:
            return self._read(cast("sa.Connection", connection))
        with self._engine.execution_options(read_only=True).connect() as own:
            return self._read(own)

    def wall(self) -> datetime:
        """The machine's time."""
        return RealClock().wall()

    def begin(self) -> None:
        """Give a new installation the machine's time to start from; a time already reached stays."""
        with self._engine.begin() as connection:
            if connection.execute(READ).scalar_one_or_none() is None:
                set_instant(connection, self.wall())

    def _read(self, connection: sa.Connection) -> datetime:
        instant: datetime | None = connection.execute(READ).scalar_one_or_none()
        if instant is None:
            raise ClockNotSet
        return instant


def set_instant(connection: sa.Connection, instant: datetime) -> None:
    """Set the simulated time; it only goes forward.

    Raises `ValueError` when `instant` is before the time already reached.
    """
    reached = connection.execute(READ).scalar_one_or_none()
    if reached is None:
        connection.execute(sa.insert(simulated_clock).values(id=1, instant=instant))
        return
    if instant < reached:
        raise ValueError(f"simulated time only goes forward: {instant} is before {reached}")
    connection.execute(sa.update(simulated_clock).values(instant=instant))
