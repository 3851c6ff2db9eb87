"""Tables of a dossier up to its agreement: project, diagnostics, what was committed to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.people import models as people  # noqa: F401 -- the tables our foreign keys name
from engine.persistence.base import Base, new_id


class Project(Base):
    """A firm's project in a basin; its identifier is also that of its root process instance.

    What it is called (`firm`, `city`) is a snapshot: the organisation may change its name, the
    dossier keeps the one it was opened under. Where it stands (`status`) follows the process.
    """

    __tablename__ = "project"
    __table_args__ = (
        sa.Index("project_of_basin", "basin_id", "opened_at", "id"),
        sa.Index("project_of_status", "basin_id", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    firm: Mapped[str]
    city: Mapped[str | None]
    siret: Mapped[str | None]
    not_registered: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str]
    search_text: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    opened_on: Mapped[date]

    # The intake (F0).
    contact_name: Mapped[str]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    need: Mapped[str]
    brought_by_id: Mapped[UUID | None]
    known_member_id: Mapped[UUID | None]
    sme_head_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    resubmission_of: Mapped[UUID | None] = mapped_column(sa.ForeignKey("project.id"))

    # The qualification (F1).
    commune: Mapped[str | None]
    out_of_perimeter_reason: Mapped[str | None]
    headcount: Mapped[int | None]
    headcount_on: Mapped[date | None]
    activity_code: Mapped[str | None]
    created_on: Mapped[date | None]
    category: Mapped[str | None]
    group: Mapped[str | None] = mapped_column("group_name")
    schemes: Mapped[list[Any]] = mapped_column(default=list)
    reoriented_to: Mapped[str | None]
    qualification_note: Mapped[str | None]
    qualified_on: Mapped[date | None]

    # What it was opened under: it goes on when the partnership agreement ends (D16).
    partnership_agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partnership_agreement.id"))
    charter_version: Mapped[str]

    # What the committee decided, as signed off by the chair.
    decision_id: Mapped[UUID | None]
    decision_number: Mapped[str | None]
    decided_on: Mapped[date | None]
    mandatary_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    mandatary_organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    follow_up_months: Mapped[int | None]
    cadence_months: Mapped[int | None]
    advance_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    advance_months: Mapped[int | None]
    advance_deferral_months: Mapped[int | None]
    advance_paid_on: Mapped[date | None]

    # The life after the last signature.
    effective_on: Mapped[date | None]
    follow_up_ends_on: Mapped[date | None]
    suspended_on: Mapped[date | None]
    suspended_until: Mapped[date | None]
    adopted: Mapped[bool] = mapped_column(default=False)

    # The end: which, when, why.
    ended_on: Mapped[date | None]
    end_kind: Mapped[str | None]
    end_cause: Mapped[str | None]
    end_reason: Mapped[str | None]

    # Its time: kept apart, for few readers; then nothing but what figures need (engine/retention).
    archived_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class ReferenceCounter(Base):
    """The last number given in a series of a basin and a year; a number given is never skipped."""

    __tablename__ = "reference_counter"

    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"), primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Recorded:
    """What every recorded act keeps: its two times, both people, and whether it was struck out.

    A wrong record stays, struck through; the one that `replaces_id` it says what is right (D21).
    `correctable` names what a correction may change. Dates and people are never among it: a report
    given by another, or on another day, is another report.
    """

    correctable: ClassVar[tuple[str, ...]] = ()

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    on_behalf_of: Mapped[UUID | None]
    struck_at: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None]

    @property
    def told_of(self) -> UUID:
        """What the history's entry about this record names: itself, or what it is a part of."""
        return self.id


def replaced_once(table: type[Recorded]) -> sa.Index:
    """A wrong record has one right one at most: the last fence behind `corrections.correct` (D21)."""
    name = f"{table.__tablename__}_replaces_id"  # type: ignore[attr-defined]
    replaces: Any = table.replaces_id
    is_right_one = replaces.is_not(None)
    return sa.Index(name, replaces, unique=True, postgresql_where=is_right_one, sqlite_where=is_right_one)


class Diagnostic(Recorded, Base):
    """A preliminary diagnostic as submitted (F2); sent back and submitted again makes another row."""

    __tablename__ = "diagnostic"
    correctable = ("jobs_to_create", "jobs_to_sustain", "summary", "risks", "horizon_months")

    prescriber_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int]
    summary: Mapped[str]
    market: Mapped[str | None]
    bearer_rating: Mapped[str | None]
    bearer_comment: Mapped[str | None]
    project_rating: Mapped[str | None]
    project_comment: Mapped[str | None]
    impact_rating: Mapped[str | None]
    impact_comment: Mapped[str | None]
    jobs_to_create: Mapped[int | None]
    jobs_to_sustain: Mapped[int | None]
    horizon_months: Mapped[int | None]
    advance_requested_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    financing_plan: Mapped[list[Any]] = mapped_column(default=list)
    subsidiarity: Mapped[str | None]
    deadweight: Mapped[str | None]
    risks: Mapped[str | None]
    opinion: Mapped[str | None]
    has_interest: Mapped[bool] = mapped_column(default=False)
    interest: Mapped[str | None]
    visited_on: Mapped[date | None]


class SkillNeed(Base):
    """One need in skills of a diagnostic; days are counted in quarters, without rounding."""

    __tablename__ = "skill_need"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    diagnostic_id: Mapped[UUID] = mapped_column(sa.ForeignKey("diagnostic.id"), index=True)
    domain: Mapped[str]
    description: Mapped[str | None]
    quarter_days: Mapped[int]


class CompletenessCheck(Recorded, Base):
    """What the officer found of a diagnostic: complete, sent back with a reason, or to be deepened."""

    __tablename__ = "completeness_check"

    turn: Mapped[int]
    outcome: Mapped[str]
    missing: Mapped[str | None]
    note: Mapped[str | None]


class FileCompletion(Recorded, Base):
    """What the prescriber brought after an adjournment."""

    __tablename__ = "file_completion"

    completion: Mapped[str]


class ComplementaryDiagnostic(Base):
    """An expert's opinion: ordered by written consultation or by a decision, then given (F3)."""

    __tablename__ = "complementary_diagnostic"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID]
    ordered_in: Mapped[str]
    decision_id: Mapped[UUID | None]
    instance_id: Mapped[UUID]  # The process that ordered it: the project's own, or a request's.
    question: Mapped[str]
    expert_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    expert_organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    due_on: Mapped[date]
    findings: Mapped[str | None]
    recommendation: Mapped[str | None]
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    quarter_days: Mapped[int | None]
    occurred_on: Mapped[date | None]
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]


class CommittedMeans(Base):
    """Days of skills that a signed-off decision commits to a project: which company, which domain.

    The committee writes them here at sign-off; the agreement and the interventions read them, so
    that neither has to know the committee.
    """

    __tablename__ = "committed_means"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    decision_id: Mapped[UUID]
    position: Mapped[int]
    company_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    domain: Mapped[str]
    quarter_days: Mapped[int]
    day_rate_cents: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    committed_at: Mapped[datetime]
    in_force: Mapped[bool] = mapped_column(default=True)
    adds: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # On top of the others.


class Document(Recorded, Base):
    """A file of a dossier; its content lies outside the web's root, under its hash."""

    __tablename__ = "document"
    correctable = ("name", "audience")

    name: Mapped[str]
    kind: Mapped[str]
    audience: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    content_hash: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[UUID | None]


class Note(Recorded, Base):
    """A note on a dossier; `audience` says who reads it, and the page says it too."""

    __tablename__ = "note"
    correctable = ("text", "audience")

    text: Mapped[str]
    audience: Mapped[str]


class PhoneCall(Recorded, Base):
    """A call that was given or received about a dossier."""

    __tablename__ = "phone_call"
    correctable = ("correspondent", "summary")

    correspondent: Mapped[str]
    direction: Mapped[str]
    summary: Mapped[str]
    audience: Mapped[str]


class Correction(Base):
    """A recorded act put right: the wrong one stays, the right one replaces it, and why."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    kind: Mapped[str]
    original_id: Mapped[UUID] = mapped_column(index=True, unique=True)  # Corrected once, or struck out.
    replacement_id: Mapped[UUID | None]
    reason: Mapped[str]
    correction: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    followed: Mapped[list[Any]] = mapped_column(default=list)


for _table in (Diagnostic, Document, Note, PhoneCall):
    replaced_once(_table)
