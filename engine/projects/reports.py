"""Follow-up reports: when each opens and falls due, what one submission covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock as clocks
from engine import errors
from engine.calendar import Calendar, QuietPeriod, Territory
from engine.i18n import mark as _
from engine.people import basins, calendars
from engine.people.models import Basin, BasinParameter
from engine.persistence.base import UtcDateTime, new_id, table_of
from engine.persistence.prepared import Prepared
from engine.projects import alerts, documents
from engine.projects.follow_up_models import Report, ReportPeriod
from engine.projects.grid import MINIMUM_MONTHS, Grid, Period
from engine.projects.models import Project
from engine.projects.recording import coded, find, quarter_days, record, stamp

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

FORM = "follow_up_report"
NOTHING_NEW = "follow_up.nothing_new_in_a_row"
OPENS = "ladder.early"
OPENS_BEFORE = -14  # D9: where a basin says nothing.
LAST_WITHIN = timedelta(days=14)

# The hot path of the programme: these operations read nothing but the routing and the basin's open days,
# and leave one row behind, two when the report covers periods missed meanwhile.
ADD_REPORT = Prepared(sa.insert(table_of(Report)))
ADD_PERIODS = sa.insert(ReportPeriod)


def _parameter(key: str) -> sa.ScalarSelect[Any]:
    """The value in force of a basin's parameter, inside a larger statement."""
    return (
        sa.select(BasinParameter.value)
        .where(
            BasinParameter.basin_id == sa.bindparam("basin_id"),
            BasinParameter.key == key,
            BasinParameter.valid_from <= sa.bindparam("now", type_=UtcDateTime()),
        )
        .order_by(BasinParameter.valid_from.desc(), BasinParameter.recorded_at.desc())
        .limit(1)
        .scalar_subquery()
    )


OPENING = sa.select(Basin.territory, _parameter(calendars.QUIET_PERIODS), _parameter(OPENS)).where(
    Basin.id == sa.bindparam("basin_id")
)
LATEST = (
    sa.select(Report)
    .where(Report.project_id == sa.bindparam("project_id"), Report.struck_at.is_(None))
    .order_by(Report.number.desc(), Report.recorded_at.desc())
    .limit(1)
)


def grid_of(routing: Mapping[str, Routing]) -> Grid:
    """The grid of a project's reports, as its process knows it."""
    return Grid(
        effective_on=date.fromisoformat(str(routing["effective_on"])),
        cadence_months=int(routing["cadence_months"]),
        ends_on=date.fromisoformat(str(routing["follow_up_ends_on"])),
    )


def schedule_report(act: Act) -> Mapping[str, Routing]:
    """Fix the next report: its number, the day it is due, the day it opens (D4).

    The first comes after the signature; the following ones after today, whatever was late.
    """
    grid = grid_of(act.routing)
    number = grid.next_number(int(act.routing["report_number"]), act.today)
    due_on = due_day(grid, number, act.today)
    return {
        "report_number": number,
        "report_due_on": due_on.isoformat(),
        "report_opens_on": opening_of(act, due_on).isoformat(),
        "follow_up_ends_on": grid.ends_on.isoformat(),
        "intervention_requested": False,
    }


def due_day(grid: Grid, number: int, today: date) -> date:
    """The day a report is due: its own in the grid, but for one that would come after the follow-up's end.

    A project taken over late has given all the others: its last one is asked for at the end, or within two
    weeks where that has passed, so that it ends with a report as any other does (D15).
    """
    own = grid.due_on(number)
    return min(own, max(grid.ends_on, today + LAST_WITHIN)) if grid.is_over(number) else own


def review_term(act: Act) -> Mapping[str, Routing]:
    """Say whether another report is due, an amendment having changed the end of the follow-up (D4)."""
    grid = grid_of(act.routing)
    return {"follow_up_over": grid.is_over(grid.next_number(int(act.routing["report_number"]), act.today))}


def opening_of(act: Act, due_on: date) -> date:
    """The day a report opens; that of a project just taken over, the next day at the earliest (D15).

    It is then asked for as any other is, by the tick and by mail, and not while its past is written down.
    """
    day = opens_on(act.work, act.case.basin_id, due_on)
    return day if act.entry is None else max(day, act.today + timedelta(days=1))


def opens_on(work: UnitOfWork, basin_id: int, due_on: date) -> date:
    """The day a report opens: two weeks before it is due, or the last open day before that (D9).

    What the basin says of its calendar and of its ladder is read in one statement.
    """
    territory, periods, days = work.connection.execute(OPENING, {"basin_id": basin_id, "now": work.now}).one()
    quiet = tuple(QuietPeriod.parse(first, last) for first, last in periods or [])
    return opening_day(due_on, OPENS_BEFORE if days is None else days, Calendar(Territory(territory), quiet))


def opening_day(due_on: date, days: int, calendar: Calendar) -> date:
    """So many days from a report's due day (a number below zero), or the last open day before that."""
    return calendar.last_open_on_or_before(due_on + timedelta(days=days))


def record_report(act: Act) -> Mapping[str, Routing]:
    """Keep a report: one row, and every period it covers with its own lateness (D4).

    The ladder of a late one is told that it is over. Raises `InvalidAnswers` when « rien de nouveau »
    is said twice in a row.
    """
    grid = grid_of(act.routing)
    number = int(act.routing["report_number"])
    nothing_new = bool(act.answers.get("nothing_new"))
    if nothing_new:
        require_news(act.work, act.case.id)
    first, *others = grid.covered(
        number, occurred_on=act.occurred_on, today=act.today,
        asked_on=date.fromisoformat(str(act.routing["report_due_on"])),
    )  # fmt: skip
    report_id = new_id()
    act.work.write(
        ADD_REPORT,
        {
            "id": report_id,
            **stamp(act),
            **content_of(act.answers),
            "task_id": None if act.task is None else act.task.id,
            "mandatary_id": None if act.task is None else act.task.assignee_id,
            "asked_for": None if act.task is None else act.task.due_on,
            "number": number,
            "last_number": number + len(others),
            "due_on": first.due_on,
            "days_late": first.days_late,
            "nothing_new": nothing_new,
        },
    )
    keep_further_periods(act, report_id, others)
    documents.attach(act.work, act.answers.get("attachments"), project_id=act.case.id, subject_id=report_id)
    act.send("report_closed")
    record(
        act, "projects.report.recorded", report_id, number=number, last_number=number + len(others),
        days_late=first.days_late, weather=coded(act.answers.get("weather")),
    )  # fmt: skip
    if coded(act.answers.get("weather")) == alerts.RED:
        alerts.tell_red_report(act.work, project_id=act.case.id, number=number, occurred_on=act.occurred_on)
    return {
        "intervention_requested": bool(act.answers.get("new_intervention")),
        "follow_up_over": grid.is_over(grid.next_number(number, act.today)),
    }


def keep_further_periods(act: Act, report_id: UUID, periods: Sequence[Period]) -> None:
    """Keep the periods missed meanwhile that this report stands for; most reports have none."""
    act.work.write(
        ADD_PERIODS,
        [
            {
                "report_id": report_id,
                "basin_id": act.case.basin_id,
                "project_id": act.case.id,
                "number": each.number,
                "due_on": each.due_on,
                "days_late": each.days_late,
            }
            for each in periods
        ],
    )


def content_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a mandatary reports, as the row keeps it."""
    return {
        "weather": coded(answers.get("weather")),
        "progress": answers.get("progress"),
        "jobs_created": answers.get("jobs_created"),
        "jobs_sustained": answers.get("jobs_sustained"),
        "contact_on": answers.get("contact_on"),
        "new_intervention": bool(answers.get("new_intervention")),
        "intervention_domain": coded(answers.get("intervention_domain")),
        "intervention_quarter_days": quarter_days(answers.get("intervention_days")),
        "intervention_purpose": answers.get("intervention_purpose"),
        "difficulties": answers.get("difficulties"),
    }


def require_news(work: UnitOfWork, project_id: UUID) -> None:
    """Refuse « rien de nouveau » once too often, or at the first report (F9)."""
    if not may_say_nothing_new(work, find(work, project_id)):
        raise errors.InvalidAnswers({"nothing_new": [_("Cette fois, un point complet est demandé.")]})


def may_say_nothing_new(work: UnitOfWork, project: Project) -> bool:
    """Whether « rien de nouveau » may be said now: after a full report, so many times in a row at most."""
    at_most = basins.parameter(work, project.basin_id, NOTHING_NEW, default=1)
    said = work.database.scalars(
        sa.select(Report.nothing_new)
        .where(Report.project_id == project.id, Report.struck_at.is_(None))
        .order_by(Report.number.desc())
        .limit(at_most)
    )
    return may_follow(list(said), at_most)


def may_follow(said: Sequence[bool], at_most: int) -> bool:
    """Whether « rien de nouveau » may follow these reports, the latest first: one of the last was full."""
    return False in said[:at_most]


def latest(work: UnitOfWork, project_id: UUID) -> Report | None:
    """The last report of a project, corrected ones as they read now; None when there is none yet."""
    return work.database.scalars(LATEST, {"project_id": project_id}).first()


def latest_with_words(work: UnitOfWork, project_id: UUID) -> Report | None:
    """The last report that said something: what the next form recalls."""
    return work.database.scalars(
        sa.select(Report)
        .where(Report.project_id == project_id, Report.struck_at.is_(None), Report.nothing_new.is_(False))
        .order_by(Report.number.desc(), Report.recorded_at.desc())
        .limit(1)
    ).first()


def of_project(work: UnitOfWork, project_id: UUID) -> list[Report]:
    """Every report of a project in order, struck-out ones too."""
    return list(
        work.database.scalars(
            sa.select(Report)
            .where(Report.project_id == project_id)
            .order_by(Report.number, Report.recorded_at)
        )
    )


def earliest_closing(effective_on: date, follow_up_months: int) -> date:
    """The first local day on which a project may be closed (D2, D5)."""
    return clocks.add_months(effective_on, max(MINIMUM_MONTHS, follow_up_months))
