"""A naive reading of history: every entry, in order, no index, no sum kept."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock as clocks
from engine.analytics import estimates
from engine.persistence import history

PARIS = ZoneInfo("Europe/Paris")


def naive(bench, days, until):
    first, last = days
    table, opened, done = history.history, {}, []
    with bench.database.start_reading() as work:
        rows = work.connection.execute(
            sa.select(table).where(table.c.recorded_at <= until).order_by(table.c.seq)
        ).all()
    for row in rows:
        data = json.loads(row.data)
        if row.kind in ABOUT_DATES:
            note_dates(opened, row, data)
        elif row.kind == "runtime.task.claimed":
            opened[row.subject_id]["taken"] = opened[row.subject_id]["taken"] or row.recorded_at
        elif row.kind == "runtime.task.put_on_hold":
            one = opened[row.subject_id]
            if one["held"] and clocks.end_of_day(one["until"], PARIS) < row.recorded_at:
                bank(one, row.recorded_at)
            one["held"] = one["held"] or row.recorded_at
            one["until"] = date.fromisoformat(data["until"])
        elif row.kind == "runtime.task.taken_back":
            bank(opened[row.subject_id], row.recorded_at)
        elif row.kind == "runtime.task.completed":
            one = opened.pop(row.subject_id)
            at = max(one["at"], min(row.recorded_at, clocks.end_of_day(row.occurred_on, PARIS)))
            if one["held"]:
                bank(one, at)
            taken = min(one["taken"] or one["at"], at)
            if first <= row.occurred_on <= last:
                done.append((one, at, taken, row.occurred_on))
    return opened, done


ABOUT_DATES = {
    "runtime.task.opened", "runtime.task.rescheduled", "runtime.case.suspended", "runtime.case.resumed",
}  # fmt: skip


def note_dates(opened, row, data):
    """A task that opens or whose day moves, a project that stops or goes on."""
    if row.kind == "runtime.task.opened":
        opened[row.subject_id] = {
            "step": data["step"], "at": row.recorded_at, "due_on": date.fromisoformat(data["due_on"]),
            "taken": None, "held": None, "until": None, "awaited": 0, "case": row.chain_id, "paused": [],
            "is_paused": False,
        }  # fmt: skip
    elif row.kind == "runtime.task.rescheduled":
        opened[row.subject_id]["due_on"] = date.fromisoformat(data["due_on"])
    else:
        for one in opened.values():
            if one["case"] == row.subject_id:
                pause(one, row.recorded_at, begins=row.kind == "runtime.case.suspended")


def pause(one, at, *, begins):
    """What is held is no longer held under a suspension, and is again from its end."""
    one["is_paused"] = begins
    if begins:
        one["paused"].append([at, None])
        one["was_held"] = one["held"] is not None
        if one["held"]:
            bank(one, at)
    else:
        one["paused"][-1][1] = at
        one["held"] = at if one["was_held"] else None


def lost(one, since, until):
    """How much of a stretch was suspended."""
    return sum(
        max(0, int((min(ends, until) - max(begins, since)).total_seconds())) for begins, ends in one["paused"]
    )


def bank(one, at):
    """A wait ends with the day it was to last until, whenever the task is taken back."""
    ends = min(at, clocks.end_of_day(one["until"], PARIS))
    one["awaited"] += max(0, int((ends - one["held"]).total_seconds()))
    one["held"] = None


def expected_of(done):
    by_step = defaultdict(list)
    for one, at, taken, day in done:
        waiting = int((taken - one["at"]).total_seconds()) - lost(one, one["at"], taken)
        working = int((at - taken).total_seconds()) - lost(one, taken, at)
        awaited = min(one["awaited"], waiting + working)
        before = max(0, awaited - working)  # What the work cannot hold was waited for before it began.
        by_step[one["step"]].append(
            (waiting - before, working - (awaited - before), awaited, day > one["due_on"])
        )
    return {
        step: (
            len(rows), *(sum(row[column] for row in rows) for column in range(4)),
            estimates.of_values(sum(row[:3]) for row in rows),
        )
        for step, rows in by_step.items()
    }  # fmt: skip
