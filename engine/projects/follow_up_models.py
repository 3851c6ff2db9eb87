"""Tables of a dossier after its last signature: reports, mandates, requests, reviews, ends."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id
from engine.projects.models import Recorded, replaced_once


class Report(Recorded, Base):
    """A follow-up report as submitted (F9): one row, whatever the number of periods it covers.

    The first period it covers is on the row itself (`number`, `due_on`, `days_late`), so that an
    ordinary report is one statement; a report that comes after the next due date covers the other
    periods by rows of `ReportPeriod` (D4). `asked_for` is the day this mandatary was given: it is
    later than `due_on` when the mandate was handed over meanwhile (D9).
    """

    __tablename__ = "report"
    correctable = ("weather", "progress", "jobs_created", "jobs_sustained", "contact_on", "difficulties")
    __table_args__ = (sa.Index("report_in_order", "project_id", "number"),)

    task_id: Mapped[UUID | None]
    mandatary_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    number: Mapped[int]
    last_number: Mapped[int]
    due_on: Mapped[date]
    asked_for: Mapped[date | None]
    days_late: Mapped[int]
    nothing_new: Mapped[bool]
    weather: Mapped[str | None]
    progress: Mapped[str | None]
    jobs_created: Mapped[int | None]
    jobs_sustained: Mapped[int | None]
    contact_on: Mapped[date | None]
    new_intervention: Mapped[bool]
    intervention_domain: Mapped[str | None]
    intervention_quarter_days: Mapped[int | None]
    intervention_purpose: Mapped[str | None]
    difficulties: Mapped[str | None]


class FirmAlert(Recorded, Base):
    """A followed firm in difficulty, as somebody signalled it (F10); it moves nothing by itself."""

    __tablename__ = "firm_alert"
    correctable = ("difficulty", "judgment_on", "published_on", "seriousness", "statement", "proposal")

    difficulty: Mapped[str]
    seriousness: Mapped[str]
    statement: Mapped[str]
    proposal: Mapped[str | None]
    judgment_on: Mapped[date | None]
    published_on: Mapped[date | None]


class ReportPeriod(Base):
    """A further period that a report covers, missed meanwhile, with its own lateness."""

    __tablename__ = "report_period"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("report.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    due_on: Mapped[date]
    days_late: Mapped[int]


class MandataryReplacement(Base):
    """One mandatary replaced by another, in one act of the chair (D19).

    It waits for the next session's ratification; it is provisional when the new mandatary's
    organisation is another, until the amendment is signed. `report_due_on` is what the one before
    left unreported: the figures keep it, attributed to the step and not to the new person.
    """

    __tablename__ = "mandatary_replacement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    from_person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    from_organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    to_person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    to_organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    reason: Mapped[str]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    provisional: Mapped[bool]
    report_due_on: Mapped[date | None]
    new_due_on: Mapped[date | None]
    ratified_in: Mapped[UUID | None]
    ratified_on: Mapped[date | None]


class InterventionRequest(Base):
    """A new intervention that the mandatary asks for in a report (R30), and what became of it."""

    __tablename__ = "intervention_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    report_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("report.id"))
    decision_id: Mapped[UUID | None]  # The decision that granted it.
    domain: Mapped[str | None]
    quarter_days: Mapped[int | None]
    purpose: Mapped[str | None]
    company_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    expert_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    requested_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    forwarded: Mapped[bool | None]
    review_reason: Mapped[str | None]
    review_note: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    approved_alone_on: Mapped[date | None]  # By the chair, without a session.
    amendment_id: Mapped[UUID | None]  # The amendment that puts it in force.


class FinalReview(Recorded, Base):
    """The final review of an accompaniment (F12)."""

    __tablename__ = "final_review"
    correctable = ("jobs_created", "jobs_sustained", "evidence", "satisfaction", "lessons")

    jobs_created: Mapped[int | None]
    jobs_sustained: Mapped[int | None]
    evidence: Mapped[str | None]
    turnover_before_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    turnover_after_cents: Mapped[int | None] = mapped_column(sa.BigInteger)
    certification: Mapped[str | None]
    relations_continue: Mapped[bool | None]
    satisfaction: Mapped[str | None]
    lessons: Mapped[str | None]
    testimony: Mapped[str | None]
    quotation_allowed: Mapped[bool] = mapped_column(default=False)
    may_join_committee: Mapped[bool] = mapped_column(default=False)
    may_sponsor: Mapped[bool] = mapped_column(default=False)


class EndRequest(Base):
    """A withdrawal before signature or a termination after it: who asked, why, what was decided."""

    __tablename__ = "end_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    kind: Mapped[str]
    requested_by: Mapped[str]
    cause: Mapped[str | None]
    reason: Mapped[str]
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    accepted: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]


class AddressProblem(Base):
    """An address that mail does not reach: the officer is asked to call the person (D10)."""

    __tablename__ = "address_problem"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str | None]
    found_at: Mapped[datetime]
    outcome: Mapped[str | None]
    note: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]


for _table in (Report, FinalReview, FirmAlert):
    replaced_once(_table)
