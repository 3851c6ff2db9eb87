"""Plan the sessions of a year in one form; the number expected is said, never imposed (R32)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, render_template, request, url_for

from engine.committee import sessions, waiting
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.committee.access import basin_asked
from web.committee.blueprint import pages
from web.committee.sessions import FEWEST, MOST
from web.page_forms import Messages, PageForm, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

YEAR = "session_year"


@pages.get("/seances/annee")
@requires(Permission.PLAN_SESSION)
def ask_year() -> str:
    """Ask for the days of the year's sessions."""
    return year_page()


@pages.post("/seances/annee")
@requires(Permission.PLAN_SESSION)
@keeps_when_idle(set_aside)
def plan_year() -> Response:
    """Plan them all, or none."""
    show_again_with(year_page)
    with once.start_work() as work:
        basin = basin_asked(work, Permission.PLAN_SESSION)
        answers = PageForm(YEAR, basin.id).read(work)
        planned = sessions.plan_year(work, basin_id=basin.id, rows=answers["sessions"])
        response = once.done(work, url_for("committee.index", bassin=basin.slug))
    one, several = _("{count} séance est prévue."), _("{count} séances sont prévues.")
    flash(typography.counted(len(planned), one, several, web_work.locale()), "success")
    return response


def year_page(values: Mapping[str, object] | None = None, messages: Messages | None = None) -> str:
    """The form, beside how many sessions the year has already."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.PLAN_SESSION)
        form = PageForm(YEAR, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
        today = web_work.today()
        held, planned = waiting.count_of_year(work, basin.id, today)
    return render_template(
        "committee/year.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        basin=basin.name,
        year=today.year,
        held=held,
        planned=planned,
        fewest=FEWEST,
        most=MOST,
        action=request.full_path.rstrip("?"),
        back_url=url_for("committee.index", bassin=basin.slug),
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
    )
