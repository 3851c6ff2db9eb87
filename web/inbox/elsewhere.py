"""Beside an officer's tasks: what others hold up, asked for again in one click, and the next session."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from engine.committee import readiness
from engine.escalation import elsewhere, reminding
from engine.i18n import mark as _
from engine.people import basins
from engine.people.permissions import Permission
from web import case_pages, spreadsheets, typography
from web import work as web_work
from web.auth import requires, viewer
from web.inbox import held_up, next_session
from web.inbox.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.escalation.elsewhere import Elsewhere
    from engine.people.permissions import Place
    from engine.persistence.unit_of_work import UnitOfWork

BESIDE = 6  # Beside the tasks: a glance; the page has them all.
WHOLE = 1_000_000  # Files leave nothing out.


@pages.get("/taches/ailleurs")
@requires(Permission.REMIND)
def show_elsewhere() -> str:
    """Show what others hold up; to htmx, what stands beside the tasks: that in short, the next session."""
    is_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    with web_work.start_reading() as work:
        found, known = read(work), places()
        if is_part:
            coming = readiness.of_basins(work, known)
            cards = [next_session.card(each, known[each.basin_id], work.now) for each in coming]
        named = case_pages.sessions_among(work, found)
        steps = held_up.steps(found, known, work.now, web_work.locale(), named)
    shown = steps[:BESIDE] if is_part else steps
    return render_template(
        "inbox/_elsewhere.html" if is_part else "inbox/elsewhere.html",
        steps=shown,
        count=len(steps),
        more=len(steps) - len(shown),
        bounded=len(found) >= elsewhere.SHOWN,
        cards=cards if is_part else [],
        show_basin=len(known) > 1,
        back="" if is_part else "ailleurs",
        exports=[(name.upper(), f"/taches/ailleurs.{name}") for name in ("csv", "xlsx")] if steps else [],
    )


@pages.get("/taches/ailleurs.csv", defaults={"format_": "csv"})
@pages.get("/taches/ailleurs.xlsx", defaults={"format_": "xlsx"})
@requires(Permission.REMIND)
def export_elsewhere(format_: spreadsheets.Format) -> Response:
    """Send what others hold up as a file."""
    with web_work.start_reading() as work:
        found = read(work, at_most=WHOLE)
        named = case_pages.sessions_among(work, found)
        lines = held_up.lines(found, places(), work.now, web_work.locale(), named)
    header = [web_work.translated(name) for name in held_up.COLUMNS]
    return spreadsheets.answer("ailleurs", format_, header, lines)


@pages.post("/taches/<uuid:task_id>/relancer")
@requires(Permission.REMIND)
def remind(task_id: UUID) -> Response:
    """Have somebody written to again; a refusal says why, where the click came from."""
    say, locale = web_work.translated, web_work.locale()
    try:
        with web_work.start_work() as work:
            done = reminding.remind(work, task_id)
            is_today = done.leaves_on == basins.today(work, done.basin_id)
    except reminding.CannotRemind as refusal:  # The list was older than the facts: no page of its own.
        flash(say(refusal.message), "warning")
        return redirect(back_to(), 303)
    said = _("{person} reçoit un courriel : « {task} », {firm}.")
    if not is_today:
        said = _("Le courriel pour {person} partira le {day} : « {task} », {firm}.")
    day = typography.long_date(done.leaves_on, locale)
    flash(say(said, person=done.person, task=say(done.title), firm=done.firm, day=day), "success")
    return redirect(back_to(), 303)


def back_to() -> str:
    """Where the click came from: a project or its agreement, the whole list, else one's tasks."""
    asked = request.form.get("back", "")
    project_id = request.form.get("project", type=UUID)
    if project_id is not None:
        page = "projects.show_agreement" if asked == "convention" else "projects.show_project"
        return url_for(page, project_id=project_id)
    return url_for("inbox.show_elsewhere" if asked == "ailleurs" else "inbox.index")


def places() -> dict[int, Place]:
    """The basins whose officer the reader is, by number."""
    rights = viewer().rights
    mine = rights.basins_with(Permission.REMIND) or set()
    return {basin_id: place for basin_id, place in rights.places.items() if basin_id in mine}


def read(work: UnitOfWork, *, at_most: int = elsewhere.SHOWN) -> list[Elsewhere]:
    """What others hold up in the reader's basins."""
    return elsewhere.at_others(work, set(places()), viewer().person_id, at_most=at_most)
