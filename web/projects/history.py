"""The whole history of a dossier, in words and as a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects import whereabouts
from web import spreadsheets
from web import work as web_work
from web.auth import requires
from web.projects import history_entries
from web.projects.blueprint import pages
from web.projects.frame import frame, read_file

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

LONGEST_NUMBER = 15  # Digits; a longer one numbers no entry, and no database reads it.
WHOLE = 1_000_000  # A file leaves nothing out.
COLUMNS = (
    _("Date du fait"), _("Enregistré le"), _("Fait"), _("Par"), _("Au nom de"), _("Qualité"), _("Détail"),
    _("Barré"),
)  # fmt: skip


@pages.get("/projets/<uuid:project_id>/historique")
@requires(Permission.SEE_PROJECT)
def history(project_id: UUID) -> str:
    """Show everything that happened on a dossier, the latest first, a page at a time."""
    everything, before = "tout" in request.args, older_than()
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        found, last = history_entries.page(file, where, everything=everything, before=before)
        head = frame(file, "projects.history")
    here = url_for("projects.history", project_id=project_id)
    page_of = partial(url_for, "projects.history", project_id=project_id, tout="oui" if everything else None)
    return render_template(
        "projects/history.html",
        **head,
        entries=found,
        older_url=last and page_of(avant=last),
        latest_url=None if before is None else page_of(),
        scopes=[(_("L’essentiel"), here, not everything), (_("Tout"), f"{here}?tout=oui", everything)],
        exports=[
            (name.upper(), url_for("projects.export_history", project_id=project_id, extension=name))
            for name in ("csv", "xlsx")
        ],
        correct_url=url_for("projects.choose_record", project_id=project_id)
        if Permission.CORRECT in file.reader.permissions and file.project.erased_at is None
        else None,
    )


def older_than() -> int | None:
    """The number of the entry before which the page begins; none for the latest."""
    asked = request.args.get("avant", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_NUMBER else None


@pages.get("/projets/<uuid:project_id>/historique.csv", defaults={"extension": "csv"})
@pages.get("/projets/<uuid:project_id>/historique.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_PROJECT)
def export_history(project_id: UUID, extension: spreadsheets.Format) -> Response:
    """Send the history of a dossier as a file: what this reader may read of it."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        found = history_entries.entries(file, where, at_most=WHOLE)
    zone = web_work.zone()
    lines = [
        [
            each.occurred_on, f"{each.recorded_at.astimezone(zone):%Y-%m-%d %H:%M}", each.title,
            each.actor or web_work.translated(_("automatique")), each.on_behalf_of or "", each.capacity,
            each.note or "", web_work.translated(_("oui")) if each.struck else "",
        ]
        for each in found
    ]  # fmt: skip
    header = [web_work.translated(name) for name in COLUMNS]
    name = f"historique-{file.project.reference}"
    return spreadsheets.answer(name, extension, header, lines)
