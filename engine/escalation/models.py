"""The table of rungs climbed: what was planned, what was done, and why not."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.outbox import models as _outbox  # noqa: F401 — the table referred to below.
from engine.persistence.base import Base


class Outcome(enum.StrEnum):
    """What became of a rung; `sent` is a mail written, whose own outcome the outbox keeps."""

    SENT = "sent"
    MOOT = "moot"  # Nothing is awaited any more.
    AWAITING = "awaiting"  # The mandatary said whom they wait for: the ladder pauses (D21).
    ABSENT = "absent"  # On declared absence.
    INVALID_ADDRESS = "invalid_address"  # A mail could not arrive; the officer telephones (D10).
    ENOUGH = "enough"  # Three mails were sent about this report already (D9).
    REACHED = "reached"  # The officer spoke to the mandatary.
    NOT_REACHED = "not_reached"
    KEPT = "kept"  # The chair kept the mandatary.
    REPLACED = "replaced"


class RungClimbed(Base):
    """One rung of a ladder: planned for a day, climbed on another, with what effect."""

    __tablename__ = "rung_climbed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    report_number: Mapped[int | None]  # None for reminders about something else than a report.
    rung: Mapped[str]
    planned_on: Mapped[date]
    sent_on: Mapped[date | None]  # The local day the mail leaves, the call was made, the choice taken.
    climbed_at: Mapped[datetime]
    # The message is written by the same act, perhaps after this row: the check waits for the commit.
    outbox_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("outbox.id", deferrable=True, initially="DEFERRED")
    )
    outcome: Mapped[str]
    recipient_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    __table_args__ = (
        sa.Index(None, "case_id", "climbed_at"),
        sa.Index(None, "basin_id", "climbed_at"),
    )
