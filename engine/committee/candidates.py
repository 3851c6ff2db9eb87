"""What is ready for a committee's session, in the order in which a session takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee.agenda_models import key_of
from engine.committee.item_kinds import Kind
from engine.committee.models import Decision
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

STEP = "committee_decision"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a session can deal with: a file that waits for its decision, or anything else.

    `instance_id` is the process whose open decision it is, `subject_id` whatever else it is about.
    """

    kind: Kind
    project_id: UUID | None
    instance_id: UUID | None
    subject_id: UUID | None
    since: date

    @property
    def key(self) -> str:
        """What it is known by on an agenda."""
        about = self.instance_id or self.subject_id
        if about is None:
            raise LookupError(f"a candidate is about something: {self.kind}")
        return key_of(self.kind, about)


def of_basin(work: UnitOfWork, basin_id: int) -> list[Candidate]:
    """What a basin's next session finds ready: files that wait for its decision, the longest wait first."""
    last = (
        sa.select(Decision.outcome)
        .where(Decision.instance_id == Task.instance_id, Decision.sent_back_at.is_(None))
        .order_by(Decision.turn.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    rows = work.connection.execute(
        sa.select(Task.case_id, Task.instance_id, Task.opened_on, Instance.process, last)
        .join(Instance, Instance.id == Task.instance_id)
        .where(
            Task.basin_id == basin_id, Task.step == STEP, Task.closed_at.is_(None),
            Task.suspended.is_(sa.false()), Task.awaiting.is_(None),
        )
        .order_by(Task.opened_at, Task.id)
    )  # fmt: skip
    found = [
        Candidate(kind_of_file(process, outcome), case_id, instance_id, None, opened_on)
        for case_id, instance_id, opened_on, process, outcome in rows
    ]
    order = list(Kind)
    return sorted(found, key=lambda each: order.index(each.kind))


def kind_of_file(process: str, last_outcome: str | None) -> Kind:
    """What a file that waits for a decision is: new, returned with what was asked of it, or a change."""
    return OF_SATELLITES.get(process) or RETURNED.get(last_outcome or "", Kind.PROJECT_NEW)


OF_SATELLITES: Mapping[str, Kind] = {
    "intervention_request": Kind.INTERVENTION_REQUEST,
    "amendment": Kind.AMENDMENT,
}
RETURNED: Mapping[str, Kind] = {
    "complementary_diagnostic": Kind.COMPLEMENTARY_RETURNED,
    "adjourned": Kind.ADJOURNMENT_RETURNED,
}
