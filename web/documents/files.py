"""The file of a document that the programme makes, and how far it is until it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, render_template, request, url_for

from engine.operations import paper_readers
from engine.people.permissions import Permission
from web import paper_files
from web import work as web_work
from web.auth import requires
from web.documents.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.get("/documents/<uuid:paper_id>")
@requires(Permission.SEE_PROJECT)
def read_paper(paper_id: UUID) -> Response:
    """Send a document to those it is for; one that is not made yet leads to how far it is."""
    with web_work.start_reading() as work:
        found = paper_readers.require_readable(work, paper_id)
    if not paper_files.is_made(found):
        return redirect(url_for("documents.show_progress", paper_id=paper_id), 303)
    return paper_files.sent(found)


@pages.get("/documents/<uuid:paper_id>/etat")
@requires(Permission.SEE_PROJECT)
def show_progress(paper_id: UUID) -> str:
    """Show how far a document is: its line alone to a request of htmx, a page of its own otherwise."""
    with web_work.start_reading() as work:
        line = paper_files.line(work, paper_readers.require_readable(work, paper_id))
    is_part = bool(request.headers.get("HX-Request"))
    return render_template("documents/_progress.html" if is_part else "documents/progress.html", line=line)
