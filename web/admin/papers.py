"""Documents that could not be made, or that wait for too long: why, and have one made again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, url_for

from engine.documents import requests
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from web import paper_files
from web import work as web_work
from web.admin import lists
from web.admin.blueprint import done, pages
from web.auth import requires, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.get("/administration/documents")
@requires(Permission.SEE_OUTBOX)
def papers_list() -> str:
    """List the documents that somebody should look at, the latest asked for first."""
    with web_work.start_reading() as work:
        page = requests.stuck_page(work, basin_ids=lists.scope(Permission.SEE_OUTBOX), after=lists.after())
        names = {basin.id: basin.name for basin in basins.every(work)}
    rights = viewer().rights
    return render_template(
        "admin/papers.html",
        page=page,
        basins=names,
        kind=lambda key: web_work.translated(str(paper_files.KINDS.get(key, key))),
        retriable={
            each.id
            for each in page.lines
            if each.has_failed and rights.allows(Permission.RETRY_PAPER, basin_id=each.basin_id)
        },
        next_url=lists.next_address("admin.papers_list", page),
    )


@pages.post("/administration/documents/<uuid:paper_id>/refaire")
@requires(Permission.RETRY_PAPER)
def retry_paper(paper_id: UUID) -> Response:
    """Have a document that failed made again, its attempts counted from the first."""
    with web_work.start_work() as work:
        found = requests.find(work, paper_id)
        permissions.require(work, Permission.RETRY_PAPER, basin_id=found.basin_id)
        requests.again(work, paper_id)
    return done(_("Le document se prépare de nouveau."), url_for("admin.papers_list"))
