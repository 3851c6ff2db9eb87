"""What runs periodically: how each tick last went, in each process."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template

from engine import scheduler
from engine.people import permissions
from engine.people.permissions import Permission
from engine.persistence import claims
from web import work as web_work
from web.admin import words
from web.admin.blueprint import pages
from web.auth import requires


@pages.get("/administration/taches-de-fond")
@requires(Permission.SEE_TICKS)
def ticks_list() -> str:
    """Show each tick: how often, when it last ran, what it did, how it failed."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.SEE_TICKS)
        runs = claims.runs(work)
    wall = web_work.engine().database.clock.wall()
    return render_template(
        "admin/ticks.html",
        ticks=[
            (
                words.named(words.TICKS, tick.name),
                tick.every,
                *alive([run for run in runs if run.tick == tick.name], tick, wall),
            )
            for tick in scheduler.TICKS
        ],
    )


def alive(runs: list[Any], tick: scheduler.Tick, wall: datetime) -> tuple[list[Any], bool]:
    """Where a tick still runs, and True; else where it last did, and False: nobody runs it any more."""
    patience = 3 * max(tick.every, scheduler.NOTED_EVERY)
    recent = [run for run in runs if wall - run.last_started_at <= patience]
    return recent or runs[:1], bool(recent)
