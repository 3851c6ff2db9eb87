"""What runs periodically: how each tick last went, in each process."""

from __future__ import annotations

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
    every = {tick.name: tick.every for tick in scheduler.TICKS}
    return render_template(
        "admin/ticks.html",
        ticks=[
            (words.named(words.TICKS, name), period, [run for run in runs if run.tick == name])
            for name, period in every.items()
        ],
        wall=web_work.engine().database.clock.wall(),
    )
