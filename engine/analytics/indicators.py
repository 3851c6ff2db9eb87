"""Projects, jobs and reports, counted so that they add up: one row per project, then sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.persistence.base import UtcDateTime, table_of
from engine.projects.follow_up_models import FinalReview, Report
from engine.projects.models import Diagnostic, Project
from engine.projects.statuses import EndKind, Phase
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.analytics.questions import Question
    from engine.persistence.unit_of_work import UnitOfWork

project, instance, task = table_of(Project), table_of(Instance), table_of(Task)
report, review = table_of(Report), table_of(FinalReview)
diagnostic = table_of(Diagnostic)

# Where a project stands, by the process of the last task it opened: known at any instant from facts.
PHASE_OF_PROCESS = {
    "appraisal": Phase.DIAGNOSTIC,
    "complementary": Phase.DIAGNOSTIC,
    "decision": Phase.DECISION,
    "completion": Phase.DECISION,
    "agreement": Phase.AGREEMENT,
    "convention_signature": Phase.AGREEMENT,
    "accompaniment": Phase.FOLLOW_UP,
    "follow_up": Phase.FOLLOW_UP,
    "report": Phase.FOLLOW_UP,
    "amendment": Phase.FOLLOW_UP,
    "closure": Phase.FOLLOW_UP,
    "project": Phase.FOLLOW_UP,
}
IN_FOLLOW_UP = tuple(process for process, phase in PHASE_OF_PROCESS.items() if phase is Phase.FOLLOW_UP)


@dataclass(slots=True)
class Jobs:
    """Jobs of labelled projects: three figures that are never added to each other."""

    targeted: int = 0  # To be created, said the diagnostic.
    created: int = 0  # The final review's, else the last report's that counts them.
    sustained: int = 0
    counted_projects: int = 0  # Those that said how many were created.


@dataclass(slots=True)
class Reports:
    """Follow-up reports given in the period; *missed*: a period covered by a later report."""

    given: int = 0
    late: int = 0
    missed: int = 0


@dataclass(slots=True)
class Projects:
    """Projects at the instant asked about, and what happened to them in the period."""

    total: int = 0
    phases: Counter[Phase] = field(default_factory=Counter)  # Alive ones, then those that ended.
    ends: Counter[EndKind] = field(default_factory=Counter)  # How each of the ended ones did.
    opened: int = 0
    labelled: int = 0
    ended: Counter[EndKind] = field(default_factory=Counter)  # In the period.
    jobs: Jobs = field(default_factory=Jobs)
    reports: Reports = field(default_factory=Reports)

    @property
    def carried_through(self) -> int:
        """Follow-ups carried through in the period: closed at their term, and nothing else (D2)."""
        return self.ended[EndKind.CLOSED]

    @property
    def ended_early(self) -> int:
        """Labelled projects ended before their term in the period, never counted with the others."""
        return self.ended[EndKind.TERMINATED]


@dataclass(frozen=True, slots=True)
class Overview:
    """Projects followed from their intake here, and those brought in on the way, apart (D15)."""

    own: Projects
    adopted: Projects


def read(work: UnitOfWork, question: Question) -> Overview:
    """Count the projects of a question, in one statement. Nothing recorded after `as_of` is seen."""
    bound: dict[str, Any] = {
        "until": question.until(work),
        "first_day": question.first_day,
        "last_day": question.last_day,
    }
    if question.basin_ids is not None:
        bound["basin_ids"] = list(question.basin_ids)
    rows = work.connection.execute(statement(national=question.is_national), bound).all()
    return Overview(
        counted((row for row in rows if not row.adopted), question),
        counted((row for row in rows if row.adopted), question),
    )


def counted(rows: Iterable[Any], question: Question) -> Projects:
    """Sum up one row per project."""
    found = Projects()
    for row in rows:
        found.total += 1
        has_ended = row.ended_at is not None
        phase = Phase.ENDED if has_ended else PHASE_OF_PROCESS.get(row.last_process, Phase.DIAGNOSTIC)
        found.phases[phase] += 1
        found.opened += question.first_day <= row.opened_on <= question.last_day
        if has_ended:
            end = EndKind(row.end_kind)
            found.ends[end] += 1
            found.ended[end] += question.first_day <= row.ended_on <= question.last_day
        if row.labelled:
            found.labelled += question.first_day <= row.effective_on <= question.last_day
            add_jobs(found.jobs, row)
        found.reports.given += row.reports_given
        found.reports.late += row.reports_late
        found.reports.missed += row.reports_missed
    return found


def add_jobs(jobs: Jobs, row: Any) -> None:
    """Add a labelled project's jobs; the final review has the last word."""
    created = row.reviewed_created if row.reviewed_created is not None else row.reported_created
    sustained = row.reviewed_sustained if row.reviewed_sustained is not None else row.reported_sustained
    jobs.targeted += row.targeted or 0
    jobs.created += created or 0
    jobs.sustained += sustained or 0
    jobs.counted_projects += created is not None


@cache
def statement(*, national: bool) -> sa.Select[Any]:
    """One row per project recorded by then; each figure is a short look-up by the project's own index."""
    until = bindparam("until", type_=UtcDateTime())
    root = instance.alias("root")
    was_ended = root.c.ended_at <= until
    main = [task.c.case_id == project.c.id, task.c.instance_id == project.c.id, task.c.opened_at <= until]
    # A process that a variant adds leaves a project in the phase of the step before it.
    is_known = task.c.process.in_(tuple(PHASE_OF_PROCESS))
    follow_up = sa.exists().where(*main, task.c.process.in_(IN_FOLLOW_UP))
    found = (
        sa.select(
            project.c.opened_on, project.c.effective_on, project.c.ended_on, project.c.end_kind,
            project.c.adopted,
            sa.case((was_ended, root.c.ended_at)).label("ended_at"),
            sa.and_(project.c.effective_on.is_not(None), follow_up).label("labelled"),
            latest(task.c.process, [*main, is_known], *latest_first(until)).label("last_process"),
            *job_columns(until), *report_columns(until),
        )
        .join_from(project, root, root.c.id == project.c.id)
        .where(project.c.opened_at <= until)
    )  # fmt: skip
    if not national:
        found = found.where(project.c.basin_id.in_(bindparam("basin_ids", expanding=True)))
    return found


def latest_first(until: Any) -> list[Any]:
    """Tasks still open by then come first, then the last opened: several may be of one instant."""
    was_open = sa.or_(task.c.closed_at.is_(None), task.c.closed_at > until)
    return [sa.case((was_open, 0), else_=1), task.c.opened_at.desc(), task.c.closed_at.desc()]


def latest(column: Any, conditions: list[Any], *order: Any) -> sa.ScalarSelect[Any]:
    """The value of the last row of a project."""
    return sa.select(column).where(*conditions).order_by(*order).limit(1).correlate(project).scalar_subquery()


def in_force(table: sa.Table, until: Any) -> list[Any]:
    """The conditions that a project's record stood by then: a later correction is not seen (D21)."""
    return [
        table.c.project_id == project.c.id,
        table.c.recorded_at <= until,
        sa.or_(table.c.struck_at.is_(None), table.c.struck_at > until),
    ]


def job_columns(until: Any) -> list[sa.Label[Any]]:
    """Jobs targeted, reported and reviewed of a project."""

    def of(table: sa.Table, name: str, *order: Any) -> sa.ScalarSelect[Any]:
        return latest(table.c[name], [*in_force(table, until), table.c[name].is_not(None)], *order)

    in_order = (report.c.number.desc(), report.c.recorded_at.desc())
    return [
        of(diagnostic, "jobs_to_create", diagnostic.c.recorded_at.desc()).label("targeted"),
        of(report, "jobs_created", *in_order).label("reported_created"),
        of(report, "jobs_sustained", *in_order).label("reported_sustained"),
        of(review, "jobs_created", review.c.recorded_at.desc()).label("reviewed_created"),
        of(review, "jobs_sustained", review.c.recorded_at.desc()).label("reviewed_sustained"),
    ]


def report_columns(until: Any) -> list[sa.Label[Any]]:
    """Reports given in the period, those that came late, and the periods that they had let pass."""
    given = [
        *in_force(report, until),
        report.c.occurred_on >= bindparam("first_day", type_=sa.Date()),
        report.c.occurred_on <= bindparam("last_day", type_=sa.Date()),
    ]

    def number(*conditions: Any) -> sa.ScalarSelect[Any]:
        found = sa.select(sa.func.count()).select_from(report).where(*given, *conditions)
        return found.correlate(project).scalar_subquery()

    missed = sa.select(sa.func.coalesce(sa.func.sum(report.c.last_number - report.c.number), 0)).where(*given)
    return [
        number().label("reports_given"),
        number(report.c.days_late > 0).label("reports_late"),
        missed.correlate(project).scalar_subquery().label("reports_missed"),
    ]
