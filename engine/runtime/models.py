"""The tables of running processes: instances, tasks, submissions, drafts, incidents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.people.models import Person
from engine.persistence.base import Base, table_of
from engine.registry.models import ProcessVersion


class Instance(Base):
    """A process alive. The *root* of a dossier has `id == case_id`: it is the row every act locks first.

    The root carries what the whole dossier shares: the version counter, the head of the history chain,
    and `wake_at`, the earliest timer of the root and of its satellites.
    """

    __tablename__ = "instance"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    basin_id: Mapped[int]
    version_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey(ProcessVersion.id))
    process: Mapped[str]
    reference: Mapped[str]
    firm: Mapped[str]
    zone: Mapped[str]
    state: Mapped[str]  # The codec's JSON: routing only, never what people typed.
    marking: Mapped[str]  # The same, in BPMN's own terms: the way across a library upgrade (D13).
    awaited: Mapped[str]  # Names of the messages waited for, between commas.
    due_at: Mapped[datetime | None]  # The instance's own earliest timer.
    wake_at: Mapped[datetime | None]  # Roots only: the dossier's earliest timer.
    version: Mapped[int]
    history_length: Mapped[int]
    history_hash: Mapped[str]
    anchored_length: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    satellites: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_event: Mapped[str | None]
    suspended_on: Mapped[date | None]
    suspended_until: Mapped[date | None]
    held_by_incident: Mapped[UUID | None]

    # Half of every page stays free at first, so that updates stay in their page.
    __table_args__ = ({"postgresql_with": {"fillfactor": 70}},)


instance = table_of(Instance)
Index(
    "instance_wake_at",
    instance.c.wake_at,
    postgresql_where=instance.c.wake_at.is_not(None),
    sqlite_where=instance.c.wake_at.is_not(None),
)
not_anchored = instance.c.history_length > instance.c.anchored_length
Index("instance_not_anchored", instance.c.basin_id, postgresql_where=not_anchored, sqlite_where=not_anchored)
# What stands beside a dossier's own process: few rows, found without reading the sleepers.
is_live_satellite = sa.and_(instance.c.ended_at.is_(None), instance.c.id != instance.c.case_id)
Index(
    "instance_live_satellite",
    instance.c.process,
    instance.c.basin_id,
    postgresql_where=is_live_satellite,
    sqlite_where=is_live_satellite,
)


class Task(Base):
    """A person's part: opened, then closed in the act's own commit with what figures need (D23)."""

    __tablename__ = "task"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey("instance.id"))
    case_id: Mapped[UUID]
    basin_id: Mapped[int]
    version_id: Mapped[UUID]
    process: Mapped[str]
    step: Mapped[str]
    title: Mapped[str]
    form: Mapped[str]
    form_number: Mapped[int]
    role: Mapped[str]
    pool: Mapped[bool]  # True when any holder of the role may take it.
    assignee_id: Mapped[UUID | None] = mapped_column(sa.Uuid, sa.ForeignKey(Person.id))
    capacity: Mapped[str | None]
    position: Mapped[int | None]
    personal: Mapped[bool]
    charter_step: Mapped[str | None]
    waits_for: Mapped[str]
    reference: Mapped[str]
    firm: Mapped[str]
    search_text: Mapped[str]  # Lower case, without accents.
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime]  # The end of that local day (D5); never NULL: it sorts the inbox.
    claimed_at: Mapped[datetime | None]
    awaiting: Mapped[str | None]  # The third party waited for (D21).
    awaiting_since: Mapped[datetime | None]
    awaiting_until: Mapped[date | None]
    awaiting_reason: Mapped[str | None]
    awaited_seconds: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    suspended: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    suspended_seconds: Mapped[int] = mapped_column(server_default=sa.text("0"))  # Nobody’s time (D7).
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    outcome: Mapped[str | None]  # completed | withdrawn | interrupted
    occurred_on: Mapped[date | None]
    late_reason: Mapped[str | None]
    waiting_seconds: Mapped[int | None]  # Opened → first taken.
    working_seconds: Mapped[int | None]  # First taken → done, waiting for a third party left out.
    # The basin's own questions, as its version asked them when the task was opened; most have none.
    questions: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    # Who does it while its holder is away, and until which day, included: written when the period begins.
    substitute_id: Mapped[UUID | None]
    substitute_until: Mapped[date | None]


task = table_of(Task)
is_open = task.c.closed_at.is_(None)
is_closed = task.c.closed_at.is_not(None)
# Without the tasks that are nobody's: once SQLite has statistics, it would look for those here, all of them.
is_somebodys = sa.and_(is_open, task.c.assignee_id.is_not(None))
Index(
    "task_of_person",
    task.c.assignee_id,
    task.c.due_at,
    task.c.id,
    postgresql_where=is_somebodys,
    sqlite_where=is_somebodys,
)
# Few have a substitute: these rows are found without reading any other.
is_stood_in = sa.and_(is_open, task.c.substitute_id.is_not(None))
Index(
    "task_of_substitute",
    task.c.substitute_id,
    task.c.due_at,
    task.c.id,
    postgresql_where=is_stood_in,
    sqlite_where=is_stood_in,
)
free = sa.and_(is_open, task.c.assignee_id.is_(None))
Index(
    "task_of_role",
    task.c.basin_id,
    task.c.role,
    task.c.due_at,
    task.c.id,
    # Words are looked for in the index alone: no row is read that does not have them. The two last are always
    # empty here: SQLite checks them again, and would read the row to do so.
    task.c.search_text,
    task.c.closed_at,
    task.c.assignee_id,
    postgresql_where=free,
    sqlite_where=free,
)
# Spelled out, for a bound value would hide from the planner that the index is about these.
is_chair_s = sa.and_(
    is_open,
    sa.or_(task.c.role == sa.literal_column("'chair'"), task.c.capacity == sa.literal_column("'chair'")),
)
Index(
    "task_open_of_chair",
    task.c.suspended,
    task.c.case_id,
    postgresql_where=is_chair_s,
    sqlite_where=is_chair_s,
)
Index("task_open_of_case", task.c.case_id, postgresql_where=is_open, sqlite_where=is_open)
Index("task_of_case", task.c.case_id, task.c.opened_at)
Index("task_open_of_basin", task.c.basin_id, task.c.due_at, postgresql_where=is_open, sqlite_where=is_open)
Index(
    "task_facts",
    task.c.basin_id,
    task.c.closed_at,
    task.c.process,
    task.c.step,
    task.c.waits_for,
    task.c.outcome,
    task.c.waiting_seconds,
    task.c.working_seconds,
    task.c.awaited_seconds,
    task.c.opened_on,
    task.c.due_on,
    task.c.occurred_on,
    postgresql_where=is_closed,
    sqlite_where=is_closed,
)


class Submission(Base):
    """The answers of a form whose operation keeps them nowhere else: a variant's own steps, sign-offs.

    `extras` are those to a basin's questions, whatever keeps the form's own; `questions` are the
    questions as they were asked, so that answers are read again whatever a later version asks.
    """

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey("task.id"), unique=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    form: Mapped[str]
    form_number: Mapped[int]
    answers: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    extras: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    questions: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))


class Draft(Base):
    """What a person typed and has not sent yet, kept on the server (D35)."""

    __tablename__ = "draft"

    task_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey(Person.id), primary_key=True)
    form: Mapped[str]
    form_number: Mapped[int]
    answers: Mapped[dict[str, Any]]  # As typed, valid or not.
    saved_at: Mapped[datetime]


class Incident(Base):
    """An operation that failed: the dossier is as it was, someone must look, then retry."""

    __tablename__ = "incident"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    basin_id: Mapped[int]
    instance_id: Mapped[UUID]
    task_id: Mapped[UUID | None]
    process: Mapped[str]
    step: Mapped[str]
    operation: Mapped[str]
    error: Mapped[str]
    trace: Mapped[str]
    actor_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolution: Mapped[str | None]  # retried | completed
