"""A basin's process as one file: a version, a draft, and such a file taken into the draft."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Response, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import changes, packaging, parameters
from engine.variants import checking, exchanging, published
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.basins.page import open_basin
from web.page_forms import Messages, show_again_with
from web.sent_late import set_aside
from web.variants.blueprint import pages
from web.variants.drafting import REVISION, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from engine.registry.library import BasinFolder

FILE = "file"


@pages.get("/bassins/<string:slug>/processus/versions/<int:version_number>.zip")
@requires(Permission.SEE_BASIN)
def export_version(slug: str, version_number: int) -> Response:
    """A version as a zip: what it is made of, and its diagrams as they run."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        content = exchanging.of_version(work, basin, published.numbered(work, basin.id, version_number))
    return zipped(content, f"{slug}-{version_number}.zip")


@pages.get("/bassins/<string:slug>/processus/brouillon.zip")
@requires(Permission.EDIT_VARIANT)
def export_draft(slug: str) -> Response:
    """The draft as a zip."""
    with web_work.start_reading() as work:
        basin, draft = opened(work, slug)
        files = checking.composed(work, draft).files
        content = exchanging.of_draft(work, basin, draft, files)
    return zipped(content, f"{slug}-brouillon.zip")


def zipped(content: bytes, name: str) -> Response:
    """A zip to keep."""
    response = Response(content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pages.get("/bassins/<string:slug>/processus/brouillon/importer")
@requires(Permission.EDIT_VARIANT)
def ask_import(slug: str) -> str:
    """Ask for the file."""
    return import_page(slug)


def import_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of an import."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
    return render_template(
        "variants/import.html",
        basin=basin,
        problems=[text for texts in (messages or {}).values() for text in texts],
        action=url_for("variants.take_in", slug=slug),
        back_url=draft_of(slug),
        hidden={REVISION: draft.revision},
        key=once.new_key(),
    )


@pages.post("/bassins/<string:slug>/processus/brouillon/importer")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def take_in(slug: str) -> AnyResponse:
    """Replace what the draft holds by what the file says."""
    with web_work.start_reading() as work:
        opened(work, slug)  # Whoever may not do it learns nothing of the file.
    show_again_with(partial(import_page, slug))
    folder = folder_sent()
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        exchanging.take_in(work, draft_id=draft.id, revision=revision_sent(), folder=folder)
        return asking.done(work, draft_of(slug), _("Le brouillon contient maintenant ce que dit le fichier."))


def folder_sent() -> BasinFolder:
    """The process that was sent, read before the database is taken.

    Raises `packaging.BadArchive`, and `InvalidAnswers` on the file for what its tables say.
    """
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        raise errors.InvalidAnswers({FILE: [_("Choisissez le fichier à reprendre.")]})
    try:
        return packaging.unpack(sent.stream.read())
    except (parameters.InvalidParameters, changes.InvalidChanges) as refusal:
        raise errors.InvalidAnswers({FILE: refusal.problems}) from refusal
