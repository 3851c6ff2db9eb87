"""What waits for the committee: dossiers ready for a session, acts for the chair to sign off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.models import CommitteeSession, Decision
from engine.people.models import Assignment, Person, Role
from engine.persistence.base import table_of
from engine.projects.models import Diagnostic, Project
from engine.runtime import inbox
from engine.runtime.acts import TaskView
from engine.runtime.models import Instance, Task
from engine.runtime.opening import VIEW_COLUMNS, view_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.people.permissions import Rights
    from engine.persistence.unit_of_work import UnitOfWork

STEP = "committee_decision"
# What the chair signs by a single « I sign », the same for each: choices between persons are not among them.
SIGN_OFFS = (
    "decision_sign_off", "closure_sign_off", "termination_sign_off", "agreement_signature",
    "minutes_sign_off", "request_approval",
)  # fmt: skip
MOST_TO_SIGN = 50

task = table_of(Task)


@dataclass(frozen=True, slots=True)
class Ready:
    """A dossier that waits for the committee's decision: since when, what its prescriber thinks of it."""

    case_id: UUID
    task_id: UUID
    firm: str
    city: str | None
    reference: str
    opened_on: date
    due_on: date
    awaiting: str | None
    awaiting_until: date | None
    opinion: str | None
    advance_cents: int
    process: str  # The project's own, a request for a new intervention, or an amendment.


def ready(work: UnitOfWork, basin_id: int, *, without: Collection[UUID] = ()) -> list[Ready]:
    """The dossiers that wait for a session of a basin, those that wait longest first.

    `without` are those that the reader stepped back from.
    """
    last = (
        sa.select(Diagnostic.id)
        .where(Diagnostic.project_id == Task.case_id, Diagnostic.struck_at.is_(None))
        .order_by(Diagnostic.version.desc(), Diagnostic.recorded_at.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    rows = work.connection.execute(
        sa.select(
            Task.case_id, Task.id, Task.firm, Project.city, Task.reference, Task.opened_on, Task.due_on,
            Task.awaiting, Task.awaiting_until, Diagnostic.opinion,
            sa.func.coalesce(Diagnostic.advance_requested_cents, 0), Instance.process,
        )
        .join(Project, Project.id == Task.case_id)
        .join(Instance, Instance.id == Task.instance_id)
        .outerjoin(Diagnostic, Diagnostic.id == last)
        .where(Task.basin_id == basin_id, Task.step == STEP, Task.closed_at.is_(None))
        .order_by(Task.opened_at, Task.id)
    )  # fmt: skip
    return [Ready(*tuple(row)) for row in rows if row.case_id not in without]


def decided_in(work: UnitOfWork, session_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many decisions were recorded in each session."""
    if not session_ids:
        return {}
    rows = work.connection.execute(
        sa.select(Decision.session_id, sa.func.count())
        .where(Decision.session_id.in_(list(session_ids)), Decision.sent_back_at.is_(None))
        .group_by(Decision.session_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def decisions_in(
    work: UnitOfWork, session_id: UUID, *, without: Collection[UUID] = ()
) -> list[tuple[Decision, Project]]:
    """The decisions of a session, each with its dossier, in order.

    `without` are the dossiers that the reader stepped back from.
    """
    rows = work.database.execute(
        sa.select(Decision, Project)
        .join(Project, Project.id == Decision.project_id)
        .where(Decision.session_id == session_id)
        .order_by(Decision.recorded_at, Decision.turn)
    )
    return [(row[0], row[1]) for row in rows if row[1].id not in without]


def count_of_year(work: UnitOfWork, basin_id: int, today: date) -> tuple[int, int]:
    """How many sessions of a basin were held this year, and how many are still to come in it."""
    rows = work.connection.execute(
        sa.select(CommitteeSession.state, sa.func.count())
        .where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.held_on >= date(today.year, 1, 1),
            CommitteeSession.held_on <= date(today.year, 12, 31),
            sa.or_(CommitteeSession.state != "planned", CommitteeSession.held_on >= today),
        )
        .group_by(CommitteeSession.state)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get("held", 0), found.get("planned", 0)


def to_sign(work: UnitOfWork, rights: Rights) -> list[TaskView]:
    """The acts that wait for the actor's own signature as chair, the most urgent first (D18, D21).

    A line of an agreement is among them where the actor signs it as the chair. The page only proposes:
    whether each may be signed is decided again under the dossier's lock.
    """
    reader = inbox.Viewer.of(rights)
    presided = {basin_id for basin_id, role in reader.roles if role == Role.CHAIR.value}
    as_chair = sa.and_(
        task.c.assignee_id.is_(None),
        task.c.role == Role.CHAIR.value,
        sa.or_(task.c.basin_id.in_(sorted(presided)), task.c.case_id.in_(list(reader.presided))),
    )
    if reader.recused:
        as_chair = sa.and_(as_chair, task.c.case_id.not_in(list(reader.recused)))
    as_signatory = sa.and_(
        task.c.assignee_id == reader.person_id,
        sa.or_(task.c.role == Role.CHAIR.value, task.c.capacity == "chair"),
    )
    rows = work.connection.execute(
        sa.select(*VIEW_COLUMNS)
        .where(
            task.c.closed_at.is_(None),
            task.c.suspended.is_(sa.false()),
            task.c.form.in_(SIGN_OFFS),
            sa.or_(as_chair, as_signatory),
        )
        .order_by(task.c.due_at, task.c.id)
        .limit(MOST_TO_SIGN)
    )
    return [view_of(row) for row in rows]


def present(work: UnitOfWork, seat_ids: Collection[UUID]) -> list[str]:
    """The names of those who held these seats, each once."""
    if not seat_ids:
        return []
    rows = work.connection.execute(
        sa.select(Person.full_name)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.id.in_(list(seat_ids)))
        .distinct()
        .order_by(Person.full_name)
    )
    return [row.full_name for row in rows]
