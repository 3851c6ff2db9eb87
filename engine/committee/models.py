"""Tables of the committee: sessions, decisions with their means and conditions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id
from engine.projects import models as projects  # noqa: F401 -- the tables our foreign keys name


class CommitteeSession(Base):
    """A session of a basin's approval committee: planned, then held (or cancelled)."""

    __tablename__ = "committee_session"
    __table_args__ = (sa.Index("committee_session_of_basin", "basin_id", "held_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    held_on: Mapped[date]
    kind: Mapped[str]
    starts_at: Mapped[str | None]
    place: Mapped[str | None]
    video_link: Mapped[str | None]
    note: Mapped[str | None]
    state: Mapped[str]
    planned_at: Mapped[datetime]
    planned_by: Mapped[UUID]
    present_seat_ids: Mapped[list[Any]] = mapped_column(default=list)
    chaired_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    guests: Mapped[str | None]
    remarks: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    # Its case: the process that its identifier is also that of, once an act has begun one.
    number: Mapped[str | None] = mapped_column(unique=True, index=True)
    has_case: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    sequence: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))  # The calendar event's.
    duration_minutes: Mapped[int] = mapped_column(default=120, server_default=sa.text("120"))
    diffused_at: Mapped[datetime | None]
    diffused_by: Mapped[UUID | None]
    late_diffusion_reason: Mapped[str | None]
    minutes_signed_on: Mapped[date | None]  # From that day on, it is closed.
    minutes_approved_in: Mapped[UUID | None]


class Decision(Base):
    """What the committee decided about a project, once recorded by the officer (F5).

    It commits nothing until the chair signs it off; then it has a number. Sent back, it keeps the
    chair's reason, and the decision recorded next says that it supersedes it.
    """

    __tablename__ = "decision"
    __table_args__ = (sa.UniqueConstraint("project_id", "turn"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"))
    turn: Mapped[int]  # 1, 2, 3… on the project: simulated time may record two at the same instant.
    instance_id: Mapped[UUID]
    session_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_session.id"), index=True)
    outcome: Mapped[str]
    mode: Mapped[str]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]
    follow_up_months: Mapped[int | None]
    cadence_months: Mapped[int | None]
    mandatary_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    mandatary_organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    advance_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    advance_months: Mapped[int | None]
    advance_deferral_months: Mapped[int | None]
    question: Mapped[str | None]
    expert_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    expert_due_on: Mapped[date | None]
    reason: Mapped[str | None]
    explanation: Mapped[str | None]
    other_means: Mapped[list[Any]] = mapped_column(default=list)
    remarks: Mapped[str | None]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    on_behalf_of: Mapped[UUID | None]
    number: Mapped[str | None] = mapped_column(unique=True)
    signed_on: Mapped[date | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_as: Mapped[str | None]
    sent_back_at: Mapped[datetime | None]
    sent_back_by: Mapped[UUID | None]
    sent_back_reason: Mapped[str | None]
    notified_on: Mapped[date | None]
    notified_by: Mapped[UUID | None]
    notified_through: Mapped[str | None]
    notification: Mapped[str | None]
    supersedes_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("decision.id"))
    # Taken by the chair alone: the session that was told of it.
    chair_alone: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    told_in: Mapped[UUID | None]
    # A member declared an interest too late: what the committee made of the decision, and in which session.
    reviewed: Mapped[str | None]  # confirmed | cancelled
    reviewed_in: Mapped[UUID | None]


class DecisionMeans(Base):
    """Days of skills that a decision commits: a partner company, a domain, days, their value."""

    __tablename__ = "decision_means"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    position: Mapped[int]
    company_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    domain: Mapped[str]
    quarter_days: Mapped[int]
    day_rate_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class DecisionCondition(Base):
    """A condition that must be lifted before the agreement, by its date."""

    __tablename__ = "decision_condition"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]
    due_on: Mapped[date]
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[UUID | None]
    evidence: Mapped[str | None]
