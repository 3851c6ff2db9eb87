"""The diagrams of a dossier: drawn by the server with the steps done and current, and as BPMN files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, url_for

from engine.i18n import SOURCE
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects import whereabouts
from web import bpmn_reading, bpmn_svg
from web import work as web_work
from web.auth import requires
from web.projects.access import open_file
from web.projects.blueprint import pages

if TYPE_CHECKING:
    from markupsafe import Markup

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.whereabouts import Followed, Whereabouts

SVG = "image/svg+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One process drawn: see `_macros/diagram.html`."""

    process: str
    title: str
    summary: str
    picture: Markup | None  # None for a version that was published without its drawing.
    xml_url: str
    svg_url: str
    state: dict[str, Any]


@pages.get("/projets/<uuid:project_id>/schema/<string:process>.svg")
@requires(Permission.SEE_PROJECT)
def picture(project_id: UUID, process: str) -> Response:
    """Send the drawing of one process, as the dossier stands on it."""
    with web_work.start_reading() as work:
        open_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        drawn = drawing_of(work, project_id, where.find(process))
    if drawn.picture is None:
        raise bpmn_reading.NotDrawable
    return Response(str(drawn.picture), content_type=SVG)


@pages.get("/projets/<uuid:project_id>/schema/<string:process>.bpmn")
@requires(Permission.SEE_PROJECT)
def diagram(project_id: UUID, process: str) -> Response:
    """Send the diagram itself, as the dossier's version has it, its names in the reader's language."""
    with web_work.start_reading() as work:
        open_file(work, project_id)
        where = whereabouts.of_project(work, project_id)
        followed = where.find(process)
        content = whereabouts.diagram_of(work, followed.version_id, followed.id)
    if web_work.locale() != SOURCE:
        content = bpmn_reading.named(content, web_work.translated)
    return Response(content, content_type="application/xml; charset=utf-8")


def drawing_of(work: UnitOfWork, project_id: UUID, process: Followed) -> Drawing:
    """One process of a dossier as a picture, with a sentence that says the same."""
    title = web_work.translated(process.name)
    summary = summary_of(work, process)
    return Drawing(
        process=process.id,
        title=title,
        summary=summary,
        picture=bpmn_svg.render_if_drawn(
            whereabouts.diagram_of(work, process.version_id, process.id),
            title=title,
            description=summary,
            current=process.current,
            done=process.done,
            prefix=f"drawing-{process.id.replace('_', '-')}",
            say=web_work.translated,
        ),
        xml_url=url_for("projects.diagram", project_id=project_id, process=process.id),
        svg_url=url_for("projects.picture", project_id=project_id, process=process.id),
        state={"current": sorted(process.current), "done": sorted(process.done), "heat": {}},
    )


def summary_of(work: UnitOfWork, process: Followed) -> str:
    """Where the dossier stands on a process, in a sentence."""
    if process.state == "to-come":
        return web_work.translated(_("Cette partie n’a pas commencé."))
    if process.state == "done":
        return web_work.translated(_("Cette partie est terminée."))
    known = whereabouts.processes_of(work, process.version_id)[process.id]
    names = [
        web_work.translated(node.name)
        for node in known.nodes
        if node.id in process.current and node.name and node.tag != "subProcess"
    ]
    return web_work.translated(_("En cours : {steps}."), steps=", ".join(names))


def tree(project_id: UUID, where: Whereabouts, shown: str) -> list[dict[str, Any]]:
    """The processes of a dossier in reading order, each with its state and where to see it."""
    return [
        {
            "name": each.name,
            "depth": each.depth,
            "state": each.state,
            "url": url_for("projects.path", project_id=project_id, processus=each.id),
            "is_shown": each.id == shown,
        }
        for each in where.followed
        if each.state != "to-come" or each.depth <= 1
    ]


def way_up(project_id: UUID, where: Whereabouts, process: Followed) -> list[tuple[str, str]]:
    """The processes that lead to this one, outermost first."""
    found: list[tuple[str, str]] = []
    caller = process.called_by
    while caller is not None:
        above = where.find(caller)
        found.insert(0, (above.name, url_for("projects.path", project_id=project_id, processus=above.id)))
        caller = above.called_by
    return found
