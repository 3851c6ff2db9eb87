"""How ready the next session is: its day, the dossiers it may decide on, what the others still lack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.models import CommitteeSession
from engine.committee.sessions import PLANNED, WRITTEN
from engine.committee.waiting import STEP
from engine.people import basins
from engine.people.models import Person
from engine.projects import basin_steps
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# The steps between a request and the committee's table, besides those that a basin adds there.
ON_THE_WAY = (
    "qualify", "accept_prescription", "preliminary_diagnostic", "check_completeness",
    "complementary_diagnostic", "complete_file", "review_request", STEP,
)  # fmt: skip
MOST = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """A dossier on its way to the committee: ready for it, or what it still lacks and from whom."""

    basin_id: int
    case_id: UUID
    firm: str
    reference: str
    step: str
    title: str
    role: str
    person: str | None
    due_on: date
    awaiting: str | None
    awaiting_until: date | None

    @property
    def is_ready(self) -> bool:
        """Whether only the committee's decision is awaited."""
        return self.step == STEP


@dataclass(slots=True)
class Readiness:
    """One basin's next meeting, what is ready for it and what is not, and past ones nobody noted."""

    basin_id: int
    session: CommitteeSession | None = None
    unnoted: list[CommitteeSession] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)

    @property
    def ready(self) -> list[Heading]:
        """The dossiers that a session could decide on today."""
        return [each for each in self.headings if each.is_ready]

    @property
    def missing(self) -> list[Heading]:
        """The others, the first due first."""
        return [each for each in self.headings if not each.is_ready]


def of_basins(work: UnitOfWork, basin_ids: Collection[int]) -> list[Readiness]:
    """The readiness of the next session of each basin, in two statements."""
    today = work.today(basins.NATIONAL_ZONE)
    found = {basin_id: Readiness(basin_id) for basin_id in sorted(basin_ids)}
    sessions = work.database.scalars(
        sa.select(CommitteeSession)
        .where(CommitteeSession.basin_id.in_(list(found)), CommitteeSession.state == PLANNED)
        .order_by(CommitteeSession.held_on)
        .limit(MOST)
    )
    for session in sessions:
        here = found[session.basin_id]
        if session.held_on < today:
            here.unnoted.append(session)
        elif here.session is None and session.kind != WRITTEN:
            here.session = session
    for heading in headings(work, found):
        found[heading.basin_id].headings.append(heading)
    return list(found.values())


def headings(work: UnitOfWork, basin_ids: Collection[int]) -> list[Heading]:
    """The dossiers of some basins on their way to the committee, suspended ones left out."""
    rows = work.connection.execute(
        sa.select(
            Task.basin_id, Task.case_id, Task.firm, Task.reference, Task.step, Task.title, Task.role,
            Person.full_name, Task.due_on, Task.awaiting, Task.awaiting_until,
        )
        .outerjoin(Person, Person.id == Task.assignee_id)
        .where(
            Task.closed_at.is_(None), Task.basin_id.in_(list(basin_ids)), Task.suspended.is_(sa.false()),
            sa.or_(
                Task.step.in_(ON_THE_WAY), Task.process.in_(sorted(basin_steps.BEFORE_THE_COMMITTEE))
            ),
        )
        .order_by(Task.due_at, Task.id)
        .limit(MOST)
    )  # fmt: skip
    return [Heading(*row) for row in rows]
