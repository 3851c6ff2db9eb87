"""Closed tasks, step by step: how many, how long, how late; one statement on either database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.analytics import estimates, redrawn
from engine.analytics.estimates import Estimate
from engine.persistence.base import UtcDateTime

if TYPE_CHECKING:
    from engine.analytics.questions import Question
    from engine.persistence.unit_of_work import UnitOfWork

Key = tuple[str, str, str]  # Process, step, whom it waits for.

# A session's steps open months ahead, on the day it is planned: that is nobody's wait, and no project's.
OF_NO_PROJECT = frozenset({"committee_session"})

# A row closed in the act's own commit is the fact; the index `task_facts` holds all that is read here.
CLOSED = """
    FROM task
    WHERE closed_at IS NOT NULL AND closed_at >= {since} AND closed_at <= :until
      AND outcome = 'completed' AND occurred_on >= :first_day AND occurred_on <= :last_day {basins}"""

# Handed to another mandatary, a report has a new due day; the first one stays in the figures (D9).
EXCUSED = """
    SELECT task.process, task.step, task.waits_for, task.id
    FROM mandatary_replacement AS handed CROSS JOIN task  -- In this order: few reports are handed over.
    WHERE task.case_id = handed.project_id AND handed.report_due_on IS NOT NULL
      AND task.form = 'follow_up_report'
      AND task.opened_at <= handed.recorded_at AND task.closed_at >= handed.recorded_at
      AND task.closed_at <= :until AND task.outcome = 'completed'
      AND task.occurred_on >= :first_day AND task.occurred_on <= :last_day
      AND task.occurred_on > handed.report_due_on AND task.occurred_on <= task.due_on {handed_basins}
    GROUP BY task.process, task.step, task.waits_for, task.id"""

# The values that an estimate needs are picked from an ordered array: percentiles and interval at once. Each
# step's array is ordered by itself: three times as fast as one sort of every row by its step.
POSTGRES = """
    WITH step AS (
        SELECT {redrawn} AS process, step, waits_for, count(*) AS completed, sum(waiting_seconds) AS waiting,
               sum(working_seconds) AS working, sum(awaited_seconds) AS awaited,
               count(*) FILTER (WHERE occurred_on > due_on) AS late,
               array_agg(waiting_seconds + working_seconds + awaited_seconds) AS unordered
        {closed}
        GROUP BY 1, 2, 3)
    SELECT process, step, waits_for, completed, waiting, working, awaited, late, ARRAY[
               lasted[(completed - 1) / 4 + 1], lasted[(completed + 2) / 4 + 1],
               lasted[(completed - 1) / 2 + 1], lasted[completed / 2 + 1],
               lasted[3 * (completed - 1) / 4 + 1], lasted[(3 * (completed - 1) + 3) / 4 + 1],
               lasted[9 * (completed - 1) / 10 + 1], lasted[(9 * (completed - 1) + 9) / 10 + 1],
               lasted[low], lasted[completed + 1 - low]]
    FROM step,
         LATERAL (SELECT array_agg(each ORDER BY each) AS lasted FROM unnest(unordered) AS each) AS ordered,
         LATERAL (SELECT greatest(1, floor(completed / 2.0 - 0.98 * sqrt(completed) + 0.5))::int AS low) AS r
    UNION ALL
    SELECT process, step, waits_for, 0, 0, 0, 0, count(*), NULL FROM ({excused}) AS excused
    GROUP BY process, step, waits_for"""

VALUES = """
    SELECT process, step, waits_for, 1, waiting_seconds, working_seconds, awaited_seconds,
           occurred_on > due_on, NULL
    {closed}
    UNION ALL
    SELECT process, step, waits_for, 0, 0, 0, 0, 1, NULL FROM ({excused}) AS excused"""

# What closed months hold is not read again; the rest is, task by task.
CLOSED_UNTIL = "coalesce((SELECT max(until) FROM closed_month WHERE until <= :until), :since)"
CLASSES = """
    UNION ALL
    SELECT process, step, waits_for, completed, waiting_seconds, working_seconds, awaited_seconds,
           late, classes
    FROM fact_class JOIN closed_month ON closed_month.month = fact_class.recorded_month
    WHERE occurred_month >= :first_day AND occurred_month <= :last_day AND until <= :until"""


@dataclass(slots=True)
class StepFacts:
    """The completed tasks of a step: sums that add up, and what an estimate is made of."""

    process: str
    step: str
    waits_for: str
    completed: int = 0
    late: int = 0
    waiting_seconds: int = 0  # Before anybody took it.
    working_seconds: int = 0  # In somebody's hands.
    awaited_seconds: int = 0  # « En attente de … ».
    lasted: Estimate = field(default_factory=lambda: Estimate(0))

    @property
    def total_seconds(self) -> int:
        """All the time that this step took."""
        return self.waiting_seconds + self.working_seconds + self.awaited_seconds


def read(work: UnitOfWork, question: Question) -> tuple[list[StepFacts], bool]:
    """The completed tasks of a question, step by step; True when durations were read from classes.

    Exact, but for the whole country on SQLite, where closed months are counted by class (D23).
    """
    on_postgres = work.connection.dialect.name == "postgresql"
    by_classes = not on_postgres and question.is_national and question.is_whole_months
    statement = statement_for(on_postgres=on_postgres, by_classes=by_classes, national=question.is_national)
    rows = work.connection.execute(statement, parameters(work, question)).all()
    rows = [row for row in rows if row.process not in OF_NO_PROJECT]
    if on_postgres:
        return [of_row(row) for row in merged(rows)], False
    return gathered(rows, by_classes=by_classes), by_classes and any(row[8] is not None for row in rows)


def parameters(work: UnitOfWork, question: Question) -> dict[str, Any]:
    """What the statements bind."""
    bound: dict[str, Any] = {
        "since": question.since,
        "until": question.until(work),
        "first_day": question.first_day,
        "last_day": question.last_day,
    }
    return bound if question.basin_ids is None else bound | {"basin_ids": list(question.basin_ids)}


@cache
def statement_for(*, on_postgres: bool, by_classes: bool, national: bool) -> sa.TextClause:
    """The statement for one shape of question, made once."""
    within = "AND basin_id IN :basin_ids"
    if national:
        # Basin by basin, SQLite uses the index, which begins with them, for the few days not counted yet.
        within = "AND basin_id IN (SELECT id FROM basin)" if by_classes else ""
    closed = CLOSED.format(since=CLOSED_UNTIL if by_classes else ":since", basins=within)
    text = (POSTGRES if on_postgres else VALUES + (CLASSES if by_classes else "")).format(
        closed=closed,
        redrawn=redrawn.process_in_sql(),
        excused=EXCUSED.format(handed_basins="" if national else "AND handed.basin_id IN :basin_ids"),
    )
    binds: list[sa.BindParameter[Any]] = [
        bindparam("since", type_=UtcDateTime()), bindparam("until", type_=UtcDateTime()),
        bindparam("first_day", type_=sa.Date()), bindparam("last_day", type_=sa.Date()),
    ]  # fmt: skip
    if not national:
        binds.append(bindparam("basin_ids", expanding=True))
    return sa.text(text).bindparams(*binds)


def merged(rows: Iterable[Any]) -> list[list[Any]]:
    """One row per step: those that only say how many more were late are added to the others."""
    by_key: dict[Key, list[Any]] = {}
    for row in sorted(rows, key=lambda each: each[8] is None):
        key = (row[0], row[1], row[2])
        if key in by_key:
            by_key[key][7] += row[7]
        else:
            by_key[key] = list(row)
    return list(by_key.values())


def of_row(row: list[Any]) -> StepFacts:
    """A step as PostgreSQL has summed it up."""
    process, step, waits_for, completed, waiting, working, awaited, late, values = row
    chosen = list(values or ())
    lasted = estimates.estimate(completed, chosen if estimates.interval_ranks(completed) else chosen[:8])
    return StepFacts(
        process, step, waits_for, completed, late, int(waiting), int(working), int(awaited), lasted
    )


def gathered(rows: Iterable[Any], *, by_classes: bool) -> list[StepFacts]:
    """The steps of values read one by one, closed months' classes among them."""
    steps: dict[Key, StepFacts] = {}
    lasted: defaultdict[Key, list[int]] = defaultdict(list)
    classes: defaultdict[Key, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    places: dict[Key, Key] = {}  # A step in an older version's process → where it stands now.
    for process, step, waits_for, completed, waiting, working, awaited, late, counts in rows:
        known = (process, step, waits_for)
        key = places.get(known)
        if key is None:
            key = places[known] = (*redrawn.now(process, step), waits_for)
            steps.setdefault(key, StepFacts(*key))
        facts = steps[key]
        facts.completed += completed
        facts.late += late
        facts.waiting_seconds += waiting
        facts.working_seconds += working
        facts.awaited_seconds += awaited
        if counts is not None:
            for number, count in orjson.loads(counts):
                classes[key][number] += count
        elif completed:
            lasted[key].append(waiting + working + awaited)
    for key, facts in steps.items():
        if by_classes and key in classes:
            for seconds in lasted[key]:
                classes[key][estimates.class_of(seconds)] += 1
            facts.lasted = estimates.of_classes(classes[key])
        else:
            facts.lasted = estimates.of_values(lasted[key])
    return list(steps.values())
