"""The versions of a basin's process: their list, and one of them as it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request, url_for

from engine.people import persons
from engine.people.permissions import Permission
from engine.registry import drawings
from engine.variants import following, published
from web import work as web_work
from web.auth import requires, viewer
from web.basins.page import ROLES, open_basin, picture_of
from web.variants import overview
from web.variants.blueprint import pages

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.models import ProcessVersion


@pages.get("/bassins/<string:slug>/processus/versions")
@requires(Permission.SEE_BASIN)
def list_versions(slug: str) -> str:
    """List the versions, the latest first: which is in force, which is coming, who published each."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        listed = published.of_basin(work, basin.id)
        known = following.references(work)
        sees_people = viewer().rights.allows(Permission.SEE_PEOPLE, basin_id=basin.id)
        names = persons.names(work, {each.published_by for each in listed}) if sees_people else {}
    today = web_work.today()
    return render_template(
        "variants/versions.html",
        basin=basin,
        versions=[
            {
                "listed": each,
                "by": names.get(each.published_by),
                "reference": following.number_of(known, each.reference_id),
                "url": url_for("variants.show_version", slug=slug, version_number=each.number),
            }
            for each in listed
        ],
        in_force=published.in_force_on(listed, today),
        overtaken=published.never_in_force(listed),
        today=today,
        may_migrate=viewer().rights.allows(Permission.MIGRATE_PROJECTS, basin_id=basin.id),
    )


@pages.get("/bassins/<string:slug>/processus/versions/<int:version_number>")
@requires(Permission.SEE_BASIN)
def show_version(slug: str, version_number: int) -> str:
    """Show a version as it ran: what it does otherwise than the reference, and its diagrams."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        version = published.numbered(work, basin.id, version_number)
        return render_template(
            "variants/version.html",
            basin=basin,
            version=version,
            lines=overview.differences(work, version),
            reference=following.number_of(following.references(work), version.reference_id),
            diagram=diagram(work, basin, version),
        )


def diagram(work: UnitOfWork, basin: Basin, version: ProcessVersion) -> dict[str, Any]:
    """The diagram asked for, drawn, its steps, and the way to the others. Raises `ProcessNotFound`."""
    found = drawings.drawings(work, version.id)
    shown = drawings.find(work, version.id, request.args.get("processus") or found[0].process)
    place: dict[str, Any] = {"slug": basin.slug, "version_number": version.number}
    return {
        "shown": shown,
        "svg": picture_of(shown, prefix="version"),
        "xml_url": url_for("variants.version_file", process=shown.process, **place),
        "chips": [
            {
                "label": each.name,
                "url": url_for("variants.show_version", processus=each.process, **place) + "#diagrammes",
                "is_chosen": each.process == shown.process,
            }
            for each in found
        ],
        "steps": [
            (step.id, web_work.translated(step.name), web_work.translated(ROLES.get(step.role, step.role)))
            for step in shown.steps
        ],
    }


@pages.get("/bassins/<string:slug>/processus/versions/<int:version_number>/<string:process>.bpmn")
@requires(Permission.SEE_BASIN)
def version_file(slug: str, version_number: int, process: str) -> Response:
    """The BPMN file of a version, as it runs."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        version = published.numbered(work, basin.id, version_number)
        drawing = drawings.find(work, version.id, process)
    response = Response(drawing.content, content_type="application/xml; charset=utf-8")
    if request.args.get("telecharger"):
        response.headers["Content-Disposition"] = f'attachment; filename="{drawing.file}"'
    return response
