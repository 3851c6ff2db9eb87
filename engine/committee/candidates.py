"""What is ready for a committee's session, in the order in which a session takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.committee import interests
from engine.committee.agenda_models import AgendaItem, key_of
from engine.committee.item_kinds import Kind, Outcome
from engine.committee.minutes_models import Erratum
from engine.committee.models import CommitteeSession, Decision
from engine.people import basins
from engine.projects import reports
from engine.projects.follow_up_models import FirmAlert, MandataryReplacement, Report
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

STEP = "committee_decision"
SUSPENDED = "suspended"
RED = "red"
OF_SATELLITES: Mapping[str, Kind] = {
    "intervention_request": Kind.INTERVENTION_REQUEST,
    "amendment": Kind.AMENDMENT,
}
RETURNED: Mapping[str, Kind] = {
    "complementary_diagnostic": Kind.COMPLEMENTARY_RETURNED,
    "adjourned": Kind.ADJOURNMENT_RETURNED,
}
# The committee is told of these once; a report that is still late is told of again.
ONCE = (Kind.INCIDENT, Kind.CHAIR_ALONE, Kind.ERRATUM)
corrected = aliased(AgendaItem)
RANKS = {kind.value: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a session can deal with: a file that waits for its decision, or anything else.

    `instance_id` is the process whose open decision it is, `subject_id` whatever else it is about, `title`
    the number that people quote of it. `held_back` says why a file waits all the same: it is suspended, or
    somebody is awaited.
    """

    kind: Kind
    project_id: UUID | None
    instance_id: UUID | None
    subject_id: UUID | None
    since: date
    title: str | None = None
    held_back: str | None = None
    awaited_until: date | None = None

    @property
    def key(self) -> str:
        """What it is known by on an agenda."""
        about = self.instance_id or self.subject_id
        if about is None:
            raise LookupError(f"a candidate is about something: {self.kind}")
        return key_of(self.kind, about)


def of_basin(work: UnitOfWork, basin_id: int) -> list[Candidate]:
    """What a basin's next session can deal with, in three statements; the longest wait first in each kind.

    What is held back is among them, and says why: it stands on no agenda.
    """
    work.flush()
    found = [*files(work, basin_id), *others(work, basin_id)]
    found += [
        Candidate(
            Kind.CONFIRMATION, decision.project_id, None, decision.id, declared.declared_on, decision.number
        )
        for decision, declared in interests.to_confirm(work, basin_id)
    ]
    return sorted(found, key=lambda each: RANKS[each.kind])


def files(work: UnitOfWork, basin_id: int) -> list[Candidate]:
    """The files of a basin that wait for the committee's decision, the longest wait first."""
    last = (
        sa.select(Decision.outcome)
        .where(Decision.instance_id == Task.instance_id, Decision.sent_back_at.is_(None))
        .order_by(Decision.turn.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    rows = work.connection.execute(
        sa.select(
            Task.case_id, Task.instance_id, Task.opened_on, Instance.process, last, Task.suspended,
            Task.awaiting, Task.awaiting_until,
        )
        .join(Instance, Instance.id == Task.instance_id)
        .where(Task.basin_id == basin_id, Task.step == STEP, Task.closed_at.is_(None))
        .order_by(Task.opened_at, Task.id)
    )  # fmt: skip
    today = basins.today(work, basin_id)
    return [
        Candidate(
            kind_of_file(row[3], row[4]), row.case_id, row.instance_id, None, row.opened_on,
            held_back=why_held_back(row, today), awaited_until=row.awaiting_until,
        )
        for row in rows
    ]  # fmt: skip


def why_held_back(row: Any, today: date) -> str | None:
    """Why a file stands on no agenda yet: suspended, or « en attente » of somebody until a day (D21)."""
    if row.suspended:
        return SUSPENDED
    is_over = row.awaiting_until is not None and row.awaiting_until < today
    return None if is_over else row.awaiting


def kind_of_file(process: str, last_outcome: str | None) -> Kind:
    """What a file that waits for a decision is: new, returned with what was asked of it, or a change."""
    return OF_SATELLITES.get(process) or RETURNED.get(last_outcome or "", Kind.PROJECT_NEW)


def others(work: UnitOfWork, basin_id: int) -> list[Candidate]:
    """All that a session deals with besides files, in one statement."""
    told = sa.select(AgendaItem.subject_id).where(
        AgendaItem.basin_id == basin_id,
        AgendaItem.kind.in_([kind.value for kind in ONCE]),
        AgendaItem.subject_id.is_not(None),
        AgendaItem.removed_at.is_(None),
        AgendaItem.outcome.is_not(None),
        AgendaItem.outcome != Outcome.POSTPONED.value,
    )
    found = sa.union_all(*sources(basin_id, basins.today(work, basin_id))).subquery()
    rows = work.connection.execute(
        sa.select(found)
        .where(found.c.kind.not_in([kind.value for kind in ONCE]) | found.c.subject_id.not_in(told))
        .order_by(found.c.since, found.c.subject_id)
    )
    return [
        Candidate(Kind(row.kind), row.project_id, None, row.subject_id, row.since, row.title) for row in rows
    ]


def sources(basin_id: int, today: date) -> list[sa.Select[Any]]:
    """Where each kind of them is read: minutes to approve, incidents, mandataries to ratify, what to tell."""
    return [
        of(Kind.PREVIOUS_MINUTES, CommitteeSession.id, CommitteeSession.held_on, CommitteeSession.number)
        .where(
            CommitteeSession.basin_id == basin_id, CommitteeSession.minutes_signed_on.is_not(None),
            CommitteeSession.minutes_approved_in.is_(None),
        ),
        of(Kind.INCIDENT, FirmAlert.id, FirmAlert.occurred_on, project=FirmAlert.project_id)
        .where(
            FirmAlert.basin_id == basin_id, FirmAlert.struck_at.is_(None),
            since(basin_id, FirmAlert.occurred_on, FirmAlert.id),
        ),
        of(Kind.INCIDENT, Report.id, Report.occurred_on, project=Report.project_id)
        .where(
            Report.basin_id == basin_id, Report.weather == RED, Report.struck_at.is_(None),
            since(basin_id, Report.occurred_on, Report.id),
        ),
        of(Kind.RATIFICATION, MandataryReplacement.id, MandataryReplacement.occurred_on,
           project=MandataryReplacement.project_id)
        .where(MandataryReplacement.basin_id == basin_id, MandataryReplacement.ratified_in.is_(None)),
        of(Kind.CHAIR_ALONE, Decision.id, Decision.occurred_on, Decision.number, project=Decision.project_id)
        .where(Decision.basin_id == basin_id, Decision.chair_alone.is_(True), Decision.told_in.is_(None)),
        of(Kind.LATE_REPORT, Task.id, Task.due_on, project=Task.case_id)
        .where(
            Task.basin_id == basin_id, Task.form == reports.FORM, Task.closed_at.is_(None),
            Task.due_on < today, Task.suspended.is_(sa.false()),
        ),
        # Of the project that it speaks of, if any: whoever stepped back from it does not read it either.
        of(Kind.ERRATUM, Erratum.id, Erratum.occurred_on, CommitteeSession.number,
           project=corrected.project_id)
        .join(CommitteeSession, CommitteeSession.id == Erratum.session_id)
        .outerjoin(corrected, corrected.id == Erratum.item_id)
        .where(Erratum.basin_id == basin_id, Erratum.noted_in.is_(None)),
    ]  # fmt: skip


def of(kind: Kind, about: Any, on: Any, title: Any = None, *, project: Any = None) -> sa.Select[Any]:
    """One kind of candidates, in the columns that all of them have."""
    nothing = sa.null()
    return sa.select(
        sa.literal_column(f"'{kind.value}'", sa.Text).label("kind"),
        sa.cast(nothing if project is None else project, sa.Uuid).label("project_id"),
        about.label("subject_id"),
        on.label("since"),
        sa.cast(nothing if title is None else title, sa.Text).label("title"),
    )


def since(basin_id: int, happened_on: Any, about: Any) -> sa.ColumnElement[bool]:
    """The condition that something happened since the committee last met, or was put off by it."""
    last_met = (
        sa.select(sa.func.max(CommitteeSession.held_on))
        .where(CommitteeSession.basin_id == basin_id, CommitteeSession.state == "held")
        .scalar_subquery()
    )
    put_off = sa.select(AgendaItem.subject_id).where(
        AgendaItem.basin_id == basin_id, AgendaItem.outcome == Outcome.POSTPONED.value
    )
    return sa.or_(happened_on >= sa.func.coalesce(last_met, date.min), about.in_(put_off))
