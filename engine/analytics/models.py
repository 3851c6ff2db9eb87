"""The tables of closed months: counts by class of duration, which add up where percentiles do not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base


class ClosedMonth(Base):
    """A month of recording that is over: no task will be closed in it any more."""

    __tablename__ = "closed_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[datetime]  # The first instant of the next month, in UTC.
    counted_at: Mapped[datetime]


class FactClass(Base):
    """The tasks of a step completed in the whole country, recorded in one month and done in another.

    Both months are kept (D1): a question is about the month in which things were done, and `as_of`
    about the month in which they had been recorded.
    """

    __tablename__ = "fact_class"

    recorded_month: Mapped[date] = mapped_column(sa.ForeignKey("closed_month.month"), primary_key=True)
    occurred_month: Mapped[date] = mapped_column(primary_key=True)
    process: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    waits_for: Mapped[str] = mapped_column(primary_key=True)
    completed: Mapped[int]
    late: Mapped[int]
    waiting_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    working_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    awaited_seconds: Mapped[int] = mapped_column(sa.BigInteger)
    classes: Mapped[list[Any]]  # Pairs [class, count] of the whole duration, see `estimates`.
