"""What runs periodically: how each tick last went, in each process."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, render_template

from engine import scheduler
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.persistence import claims
from web import spreadsheets
from web import work as web_work
from web.admin import words
from web.admin.blueprint import pages
from web.auth import requires

HEADER = (_("Tâche"), _("Processus"), _("Dernier passage"), _("Choses faites"), _("En marche"), _("Échec"))


@pages.get("/administration/taches-de-fond")
@requires(Permission.SEE_TICKS)
def ticks_list() -> str:
    """Show each tick: how often, when it last ran, what it did, how it failed."""
    return render_template(
        "admin/ticks.html", ticks=shown(), exports=spreadsheets.links("admin.export_ticks")
    )


@pages.get("/administration/taches-de-fond.csv", defaults={"extension": "csv"})
@pages.get("/administration/taches-de-fond.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_TICKS)
def export_ticks(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    zone = web_work.zone()
    rows = [
        (
            name, run.process_name, f"{run.last_started_at.astimezone(zone):%Y-%m-%d %H:%M}", run.last_done,
            web_work.translated(_("oui") if is_alive else _("non")), run.last_error,
        )
        for name, _period, runs, is_alive in shown()
        for run in runs
    ]  # fmt: skip
    return spreadsheets.answer(
        "taches-de-fond", extension, [web_work.translated(each) for each in HEADER], rows
    )


def shown() -> list[tuple[str, timedelta, list[Any], bool]]:
    """Each tick in words, how often it runs, where it last did, whether it still does."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.SEE_TICKS)
        runs = claims.runs(work)
    wall = web_work.engine().database.clock.wall()
    return [
        (
            words.named(words.TICKS, tick.name),
            tick.every,
            *alive([run for run in runs if run.tick == tick.name], tick, wall),
        )
        for tick in scheduler.TICKS
    ]


def alive(runs: list[Any], tick: scheduler.Tick, wall: datetime) -> tuple[list[Any], bool]:
    """Where a tick still runs, and True; else where it last did, and False: nobody runs it any more."""
    patience = 3 * max(tick.every, scheduler.NOTED_EVERY)
    recent = [run for run in runs if wall - run.last_started_at <= patience]
    return recent or runs[:1], bool(recent)
