"""The diagrams as files: the BPMN that runs, and its picture; of a basin, or of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from engine.i18n import SOURCE
from engine.people.permissions import Permission
from engine.registry import drawings, versions
from web import bpmn_reading, bpmn_svg
from web import work as web_work
from web.auth import requires
from web.basins.blueprint import pages
from web.basins.page import open_basin

if TYPE_CHECKING:
    from engine.registry.drawings import Drawing

REFERENCE = "reference"


def drawing_of(slug: str, process: str) -> Drawing:
    """A diagram in force today, of a basin that the reader sees, or of the reference.

    Raises `basins.UnknownBasin`, `permissions.NotVisible`, `versions.NothingPublished`,
    `drawings.ProcessNotFound`.
    """
    with web_work.start_reading() as work:
        basin_id = None if slug == REFERENCE else open_basin(work, slug).id
        version = drawings.in_force(work, basin_id, on=web_work.today())
        if version is None:
            raise versions.NothingPublished
        return drawings.find(work, version.id, process)


@pages.get("/bassins/<string:slug>/processus/<string:process>.bpmn")
@requires(Permission.SEE_BASIN)
def diagram_file(slug: str, process: str) -> Response:
    """The BPMN file as it runs, which any BPMN tool opens."""
    drawing = drawing_of(slug, process)
    downloads = bool(request.args.get("telecharger"))  # A file kept is the one that runs, word for word.
    content = drawing.content
    if web_work.locale() != SOURCE and not downloads:
        content = bpmn_reading.named(content, web_work.translated)
    response = Response(content, content_type="application/xml; charset=utf-8")
    if downloads:
        response.headers["Content-Disposition"] = f'attachment; filename="{drawing.file}"'
    return response


@pages.get("/bassins/<string:slug>/processus/<string:process>.svg")
@requires(Permission.SEE_BASIN)
def diagram_picture(slug: str, process: str) -> Response:
    """The diagram as a picture, for a document or a slide."""
    drawing = drawing_of(slug, process)
    picture = bpmn_svg.render(
        drawing.content, title=web_work.translated(drawing.name), say=web_work.translated
    )
    return Response(str(picture), content_type="image/svg+xml; charset=utf-8")
