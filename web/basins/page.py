"""One basin: its agreement, committee and sessions, its parameters in sentences, its diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for

from engine.analytics import readiness
from engine.analytics.readiness import Need
from engine.committee import sessions
from engine.i18n import mark as _
from engine.people import basins, organisations, partnerships, permissions, seats
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.persistence import anchors
from engine.registry import drawings
from forms import choices
from web import bpmn_svg
from web import work as web_work
from web.auth import requires, viewer
from web.basins import ends, parameters
from web.basins.blueprint import pages

if TYPE_CHECKING:
    from markupsafe import Markup

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.drawings import Drawing, Version

ROLES = {
    "operator": _("opérateur"), "chair": _("présidence"), "prescriber": _("prescripteur"),
    "mandatary": _("mandataire"), "expert": _("intervenant"), "signatory": _("signataire"),
    "sme_head": _("dirigeant de l’entreprise"),
}  # fmt: skip


def open_basin(work: UnitOfWork, slug: str) -> Basin:
    """The basin of an address, for those who may see it; its zone becomes the page's.

    Raises `basins.UnknownBasin`, `permissions.NotVisible`, `permissions.MissingPermission`.
    """
    basin = basins.by_slug(work, slug)
    permissions.require(work, Permission.SEE_BASIN, basin_id=basin.id)
    g.zone = ZoneInfo(basin.zone)
    return basin


@pages.get("/bassins/<string:slug>")
@requires(Permission.SEE_BASIN)
def show(slug: str) -> str:
    """Show a basin."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        version = drawings.in_force(work, basin.id, on=web_work.today())
        return render_template(
            "basins/show.html",
            basin=basin,
            version=version,
            committee=committee(work, basin),
            parameters=parameters.shown(work, basin.id, version),
            diagram=None if version is None else diagram(work, basin, version),
            monitoring_url=monitoring_url(basin),
            missing=missing(work, basin),
            anchor=anchors.latest(work, basin.id) if monitoring_url(basin) else None,
            may=may(basin),
            kinds={each.value: web_work.translated(each.label) for each in choices.SessionKind},
        )


def monitoring_url(basin: Basin) -> str | None:
    """Where this basin's figures are, for those who may see them."""
    allowed = viewer().rights.allows(Permission.SEE_MONITORING, basin_id=basin.id)
    return url_for("monitoring.index", bassin=basin.slug) if allowed else None


def missing(work: UnitOfWork, basin: Basin) -> dict[str, Any]:
    """How much the basin still lacks, and where it is listed, for those who see its figures."""
    if not viewer().rights.allows(Permission.SEE_MONITORING, basin_id=basin.id):
        return {"url": None, "count": 0}
    points = readiness.points(work, basin)
    needed = [Need.PROJECT, Need.DECISION]
    return {
        "url": url_for("basins.readiness_page", slug=basin.slug),
        "count": sum(len(readiness.missing(points, each)) for each in needed),
    }


def may(basin: Basin) -> dict[str, bool]:
    """Which acts of this page are the reader's."""
    rights = viewer().rights
    return {
        "sign": rights.allows(Permission.RECORD_PARTNERSHIP, basin_id=basin.id),
        "describe": rights.basins_with(Permission.ADD_BASIN) is None,
        "change": rights.allows(Permission.CHANGE_PARAMETERS, basin_id=basin.id),
    }


def committee(work: UnitOfWork, basin: Basin) -> dict[str, Any]:
    """Who decides, under which agreement, and when next; names only for those who may see people."""
    today = web_work.today()
    sees_people = viewer().rights.allows(Permission.SEE_PEOPLE, basin_id=basin.id)
    sitting = seats.seats_in_force(work, basin.id, today)
    agreements = partnerships.of_basin(work, basin.id)
    return {
        "agreement": partnerships.in_force(work, basin.id, today),
        "agreements": agreements,
        "today": today,
        "ends": ends.of_basin(work, basin, agreements, today) if sees_people else [],
        "gauge": seats.partner_gauge(work, basin.id, today),
        "companies": organisations.of_basin(work, basin.id, today, Role.PARTNER_COMPANY),
        "chair": seats.chair_in_force(work, basin.id, today),
        "seats": sitting,
        "speaking": sum(not each.guest for each in sitting),
        "sees_people": sees_people,
        "sessions": [
            each for each in sessions.of_basin(work, basin.id, since=today) if each.state == sessions.PLANNED
        ],
    }


def diagram(work: UnitOfWork, basin: Basin, version: Version) -> dict[str, Any]:
    """The diagram asked for, drawn, and the way to the others. Raises `drawings.ProcessNotFound`."""
    found = drawings.drawings(work, version.id)
    wanted = request.args.get("processus") or found[0].process
    shown = drawings.find(work, version.id, wanted)
    names = {each.process: each.name for each in found}
    return {
        "shown": shown,
        "svg": picture_of(shown, prefix="bassin"),
        "xml_url": url_for("basins.diagram_file", slug=basin.slug, process=shown.process),
        "svg_url": url_for("basins.diagram_picture", slug=basin.slug, process=shown.process),
        "chips": [
            {
                "label": each.name,
                "url": url_for("basins.show", slug=basin.slug, processus=each.process) + "#diagrammes",
                "is_chosen": each.process == shown.process,
            }
            for each in found
        ],
        "steps": [
            (step.id, web_work.translated(step.name), web_work.translated(ROLES.get(step.role, step.role)))
            for step in shown.steps
        ],
        "calls": [
            (names[each], url_for("basins.show", slug=basin.slug, processus=each) + "#diagrammes")
            for each in dict.fromkeys(shown.calls.values())
        ],
    }


def picture_of(drawing: Drawing, **more: Any) -> Markup | None:
    """A diagram drawn by the server; none for a file that was published without its drawing."""
    title = more.pop("title", web_work.translated(drawing.name))
    return bpmn_svg.render_if_drawn(drawing.content, title=title, say=web_work.translated, **more)
