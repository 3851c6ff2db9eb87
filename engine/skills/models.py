"""Tables of the skills lent: interventions planned, days carried out, reviews."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id
from engine.projects import recording
from engine.projects.models import Recorded, replaced_once


class Intervention(Base):
    """An expert of a partner company helping the firm, on one subject, for so many days.

    `turn` and `position` say which planning it belongs to and its rank there: the expert's task of
    rank 2 is the second intervention of the latest turn. An intervention granted on the mandatary's
    request has the request's instance instead.
    """

    __tablename__ = "intervention"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    request_instance_id: Mapped[UUID | None]
    turn: Mapped[int]
    position: Mapped[int]
    company_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    expert_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    domain: Mapped[str]
    objective: Mapped[str | None]
    quarter_days_planned: Mapped[int]
    day_rate_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    place: Mapped[str | None]
    state: Mapped[str]
    planned_at: Mapped[datetime]
    planned_by: Mapped[UUID]
    done_on: Mapped[date | None]
    not_done_reason: Mapped[str | None]
    summary: Mapped[str | None]
    satisfaction: Mapped[str | None]
    deliverables: Mapped[str | None]
    confidentiality_signed: Mapped[bool] = mapped_column(default=False)


class InterventionDay(Recorded, Base):
    """Time given to the firm on one day, in quarters of a day."""

    __tablename__ = "intervention_day"
    correctable = ("days", "activity")

    intervention_id: Mapped[UUID] = mapped_column(sa.ForeignKey("intervention.id"), index=True)
    quarter_days: Mapped[int]
    activity: Mapped[str | None]

    @property
    def days(self) -> Decimal:
        """The time given, in days."""
        return recording.days(self.quarter_days)

    @days.setter
    def days(self, days: Decimal) -> None:
        self.quarter_days = recording.quarter_days(days) or 0

    @property
    def told_of(self) -> UUID:
        """The history tells of an intervention with all its days."""
        return self.intervention_id


class AccompanimentReview(Recorded, Base):
    """What the officer found once the interventions of a turn were done: enough, or more to plan."""

    __tablename__ = "accompaniment_review"

    turn: Mapped[int]
    complete: Mapped[bool]
    comment: Mapped[str | None]


replaced_once(InterventionDay)
