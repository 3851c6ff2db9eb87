"""« Mes données »: what the system holds on oneself, and a file of all of it."""

from __future__ import annotations

from flask import Response, render_template

from engine.retention import archiving, gathering
from web import work as web_work
from web.auth.blueprint import pages
from web.auth.gates import signed_in
from web.auth.marks import costly
from web.auth.viewers import viewer


@pages.get("/compte/mes-donnees", endpoint="own_data")
@signed_in
def show_own_data() -> str:
    """Say what the file holds, and offer it."""
    return render_template("auth/own_data.html", contact=web_work.engine().settings.data_protection)


@pages.post("/compte/mes-donnees")
@costly
@signed_in
def export_own_data() -> Response:
    """Everything that the system holds on the person signed in, as one file; it is noted in their history."""
    person_id = viewer().person_id
    with web_work.start_work() as work:
        gathering.note(work, person_id)
    with web_work.start_reading() as work:
        found = gathering.gather(work, person_id)
    made = archiving.archive(found, web_work.engine().store, locale=web_work.locale())
    response = Response(made, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="mes-donnees.zip"'
    return response
