"""Open and close task rows as a process goes on; a closed row is the fact that figures read (D23)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import clock as clocks
from engine.persistence.base import table_of
from engine.persistence.prepared import Prepared
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import suspensions
from engine.runtime.acts import Case, OpenedTask, TaskView
from engine.runtime.cases import Completing, InstanceState, LockedCase
from engine.runtime.models import Draft, Task
from engine.spiff.workflow import OpenStep
from forms import catalogue, extras

task = table_of(Task)
draft = table_of(Draft)
VIEW_FIELDS = tuple(field.name for field in fields(TaskView))
VIEW_COLUMNS = [task.c[name] for name in VIEW_FIELDS]
WIDTH = len(VIEW_FIELDS)
OPEN = Prepared(sa.insert(task))
# Whoever stood in for one person stands in for no other.
NOBODY_STANDS_IN: Mapping[str, None] = {"substitute_id": None, "substitute_until": None}
CLOSED = ("closed_at", "closed_by", "on_behalf_of", "outcome", "occurred_on", "late_reason",
          "claimed_at", "waiting_seconds", "working_seconds", "awaited_seconds")  # fmt: skip
CLOSE = Prepared(
    sa.update(task)
    .where(task.c.id == bindparam("key"), task.c.closed_at.is_(None))
    .values({name: bindparam(name) for name in CLOSED})
)
# A suspension is nobody's time; most tasks saw none, and closing them says nothing of it.
NOT_SUSPENDED_SO_LONG = (
    sa.update(task).where(task.c.id == bindparam("key")).values(suspended_seconds=bindparam("seconds"))
)
INTERRUPT = (
    sa.update(task)
    .where(task.c.id == bindparam("key"), task.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"), closed_by=bindparam("by"), outcome="interrupted")
)
INTERRUPT_INSTANCE = (
    sa.update(task)
    .where(task.c.instance_id == bindparam("instance"), task.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"), closed_by=bindparam("by"), outcome="interrupted")
)
# What somebody typed and did not send goes with its task: nobody will send it any more (D35).
DROP_DRAFTS = sa.delete(draft).where(draft.c.task_id == bindparam("key"))
DROP_DRAFTS_OF_INSTANCE = sa.delete(draft).where(
    draft.c.task_id.in_(sa.select(task.c.id).where(task.c.instance_id == bindparam("instance")))
)

# Who is waited for while a task is open, where its diagram does not say.
WAITS_FOR = {
    "operator": "operator", "chair": "chair", "prescriber": "member", "mandatary": "member",
    "expert": "expert", "signatory": "signatory", "sme_head": "firm",
}  # fmt: skip


def view_of(row: Any) -> TaskView:
    """The task of a row that begins with the columns of `VIEW_COLUMNS`."""
    return TaskView(*row[:WIDTH])


def folded(text: str) -> str:
    """Lower case and without accents, as it is searched."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def searched(title: str, case: Case) -> str:
    """The words by which a task is found."""
    return folded(f"{title} {case.firm} {case.reference}")


def open_all(
    work: UnitOfWork, locked: LockedCase, state: InstanceState, steps: Iterable[OpenStep]
) -> list[OpenedTask]:
    """Queue a row per step that now waits for a person, and record it."""
    rows, opened = [], []
    for step in steps:
        row = _row(work, locked, state, step)
        rows.append(row)
        opened.append(
            OpenedTask(TaskView(*(row.get(name) for name in VIEW_FIELDS)), step.routing)  # type: ignore[arg-type]
        )
        work.record(
            "runtime.task.opened",
            chain=locked.case.id,
            subject=row["id"],
            basin_id=locked.case.basin_id,
            process=row["process"],
            step=row["step"],
            role=row["role"],
            assignee=row["assignee_id"],
            due_on=row["due_on"],
        )
    work.write(OPEN, rows)
    return opened


def _row(work: UnitOfWork, locked: LockedCase, state: InstanceState, opened: OpenStep) -> dict[str, Any]:
    case, step = locked.case, opened.step
    opened_on, role, form = work.today(case.zone), step.role or "operator", step.form or ""
    casting = work.domain.cast(work, case, role, opened.position, state.id)
    title = casting.title or step.name
    due_on = work.domain.due_on(work, case, step.due or "P30D", opened.routing, opened_on)
    return {
        "id": opened.id,
        "instance_id": state.id,
        "case_id": case.id,
        "basin_id": case.basin_id,
        "version_id": state.version_id,
        "process": step.process,
        "step": step.id,
        "title": title,
        "form": form,
        "form_number": catalogue.form(form).number,
        "role": casting.role,
        "pool": casting.person_id is None,
        "assignee_id": casting.person_id,
        "capacity": casting.capacity,
        "position": opened.position,
        "personal": step.personal,
        "charter_step": step.charter_step,
        "waits_for": work.domain.awaits(step.waits_for or WAITS_FOR.get(role, "member"), opened.routing),
        "reference": case.reference,
        "firm": case.firm,
        "search_text": searched(title, case),
        "opened_at": work.now,
        "opened_on": opened_on,
        "due_on": due_on,
        "due_at": clocks.end_of_day(due_on, case.zone),
        "awaited_seconds": 0,
        "suspended": locked.suspended_on is not None and form not in work.domain.goes_on,
        "questions": [extras.as_mapping(each) for each in step.questions] or None,
        # A personal task waits for its holder, whoever does the others (D18).
        "substitute_id": None if step.personal else casting.substitute_id,
        "substitute_until": None if step.personal else casting.substitute_until,
    }


def close(
    work: UnitOfWork,
    locked: LockedCase,
    closed: Sequence[UUID],
    *,
    completed: TaskView | None,
    occurred_on: date,
) -> None:
    """Queue the closing of tasks: the completed one with its figures, the others as interrupted."""
    moot = [each for each in closed if completed is None or each != completed.id]
    if completed is not None and completed.id in closed:
        work.write(CLOSE, _completed(work, locked, completed, occurred_on), expected=1)
        if completed.id in locked.completing and locked.completing[completed.id].has_drafts:
            work.write(DROP_DRAFTS, {"key": completed.id})
        work.record(
            "runtime.task.completed",
            chain=locked.case.id,
            subject=completed.id,
            basin_id=locked.case.basin_id,
            occurred_on=occurred_on,
            capacity=completed.capacity or completed.role,
            process=completed.process,
            step=completed.step,
        )
    for each in moot:
        work.record(
            "runtime.task.interrupted", chain=locked.case.id, subject=each, basin_id=locked.case.basin_id
        )
    # Whose act made them moot: who then sends one of them in is told by whom, and when.
    by = work.actor.person_id
    work.write(INTERRUPT, [{"key": each, "at": work.now, "by": by} for each in moot])
    work.write(DROP_DRAFTS, [{"key": each} for each in moot])


def _completed(work: UnitOfWork, locked: LockedCase, done: TaskView, occurred_on: date) -> dict[str, Any]:
    """What figures need: durations run to the day the act happened, not to the day it was typed (D1).

    The three add up to the whole, less what a suspension took: a wait for a third party is taken off the
    work, and what is left of it off the time before anybody took the task.
    """
    zone = locked.case.zone
    at = max(done.opened_at, min(work.now, clocks.end_of_day(occurred_on, zone)))
    taken = min(done.claimed_at or done.opened_at, at)
    waiting, working = int((taken - done.opened_at).total_seconds()), int((at - taken).total_seconds())
    completing = locked.completing.get(done.id) or Completing()
    if completing.suspended_seconds:
        known = suspensions.spans(work, locked.case.id)
        before = suspensions.seconds_within(known, done.opened_at, taken)
        after = suspensions.seconds_within(known, taken, at)
        waiting, working = waiting - before, working - after
        work.write(NOT_SUSPENDED_SO_LONG, {"key": done.id, "seconds": before + after})
    awaited = awaited_seconds(
        completing.awaited_seconds, completing.awaiting_since, wait_ends(done, zone, at)
    )
    awaited = min(awaited, waiting + working)
    return {
        "key": done.id,
        "closed_at": work.now,
        "closed_by": work.actor.person_id,
        "on_behalf_of": work.on_behalf_of,
        "outcome": "completed",
        "occurred_on": occurred_on,
        "late_reason": completing.late_reason,
        "claimed_at": done.claimed_at,
        "waiting_seconds": waiting - max(0, awaited - working),
        "working_seconds": max(0, working - awaited),
        "awaited_seconds": awaited,
    }


def wait_ends(view: TaskView, zone: ZoneInfo, at: datetime) -> datetime:
    """When a task's « en attente » ends, by `at`: at the end of the day it was to last until (D21)."""
    until = view.awaiting_until
    return at if until is None else min(at, clocks.end_of_day(until, zone))


def awaited_seconds(before: int, since: datetime | None, until: datetime) -> int:
    """Seconds a task was kept waiting for a third party, the present wait included (D21)."""
    return before + (max(0, int((until - since).total_seconds())) if since else 0)


def close_instance(work: UnitOfWork, locked: LockedCase, state: InstanceState) -> None:
    """Queue the interruption of every open task of an instance that is cancelled."""
    work.write(INTERRUPT_INSTANCE, {"instance": state.id, "at": work.now, "by": work.actor.person_id})
    work.write(DROP_DRAFTS_OF_INSTANCE, {"instance": state.id})
    work.record(
        "runtime.tasks.interrupted", chain=locked.case.id, subject=state.id, basin_id=locked.case.basin_id
    )
