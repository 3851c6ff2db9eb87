"""« Mettre le bassin en marche »: what is still missing before the first project, each with who and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from engine.analytics import readiness
from engine.analytics.readiness import Matter, Need, Point
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from web import once, typography
from web import work as web_work
from web.auth import requires, viewer
from web.basins.blueprint import pages
from web.basins.page import open_basin

if TYPE_CHECKING:
    from engine.people.models import Basin

TITLES: Mapping[Matter, str] = {
    Matter.TERRITORY: _("Territoire validé"),
    Matter.PROCESS: _("Processus publié"),
    Matter.OPERATOR: _("Structure opératrice"),
    Matter.OFFICER: _("Quelqu’un pour ouvrir les projets"),
    Matter.COMPANIES: _("Entreprises partenaires"),
    Matter.SEATS: _("Sièges du comité d’agrément"),
    Matter.CHAIR: _("Présidence"),
    Matter.AGREEMENT: _("Convention de partenariat"),
    Matter.PARAMETERS: _("Paramètres du bassin"),
    Matter.SESSION: _("Première séance"),
    Matter.PROJECT: _("Premier projet"),
}
NEEDS: Mapping[Need, str] = {
    Need.PROJECT: _("avant le premier projet"),
    Need.DECISION: _("avant la première décision"),
    Need.PROGRAMME: _("demandé par le programme"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """Where a point is seen to: the words of its link, its page, who may open it."""

    label: str
    endpoint: str
    permission: Permission
    values: Mapping[str, str]
    who: str = _("L’administration s’en charge.")


NEW_ROLE, ROLES = "admin.new_role", Permission.MANAGE_ROLES
WAYS: Mapping[Matter, Way] = {
    Matter.TERRITORY: Way(_("Enregistrer la décision"), "basins.ask_validation",
                          Permission.VALIDATE_TERRITORY, {}, _("La coordination nationale l’enregistre.")),
    Matter.OPERATOR: Way(_("La désigner"), NEW_ROLE, ROLES, {"role": "operator_organisation"}),
    Matter.OFFICER: Way(_("Donner ce rôle"), NEW_ROLE, ROLES, {"role": "operator"}),
    Matter.COMPANIES: Way(_("En ajouter une"), NEW_ROLE, ROLES, {"role": "partner_company"}),
    Matter.SEATS: Way(_("Attribuer un siège"), NEW_ROLE, ROLES, {"role": "seat"}),
    Matter.CHAIR: Way(_("Donner la présidence"), NEW_ROLE, ROLES, {"role": "chair"}),
    Matter.AGREEMENT: Way(_("L’enregistrer"), "basins.ask_agreement", Permission.RECORD_PARTNERSHIP, {},
                          _("L’opérateur ou l’administration l’enregistre.")),
    Matter.PARAMETERS: Way(_("Les relire"), "basins.show", Permission.SEE_BASIN, {"_anchor": "parametres"}),
    Matter.SESSION: Way(_("La prévoir"), "committee.ask_plan", Permission.PLAN_SESSION, {},
                        _("L’opérateur prévoit les séances.")),
    Matter.PROJECT: Way(_("Ouvrir un projet"), "projects.ask_intake", Permission.OPEN_PROJECT, {},
                        _("L’opérateur ouvre les projets.")),
}  # fmt: skip
# Pages that are not under their basin's address are told which one it is.
ELSEWHERE = frozenset({"committee.ask_plan", "projects.ask_intake"})


@pages.get("/bassins/<string:slug>/mise-en-marche")
@requires(Permission.SEE_MONITORING)
def readiness_page(slug: str) -> str:
    """Show what a basin has, and what it still lacks."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        permissions.require(work, Permission.SEE_MONITORING, basin_id=basin.id)
        points = readiness.points(work, basin)
    rights = viewer().rights
    return render_template(
        "basins/readiness.html",
        basin=basin,
        lines=[line(basin, each) for each in points],
        before_project=len(readiness.missing(points, Need.PROJECT)),
        before_decision=len(readiness.missing(points, Need.DECISION)),
        may_publish=rights.allows(Permission.PUBLISH, basin_id=basin.id),
        may_add=rights.allows(Permission.MANAGE_PEOPLE, basin_id=basin.id),
        may_adopt=rights.allows(Permission.ADOPT_PROJECTS, basin_id=basin.id),
        follow_url=url_for("basins.follow_reference", slug=slug),
        key=once.new_key(),
    )


def line(basin: Basin, point: Point) -> dict[str, Any]:
    """One line of the page; a point that is done keeps no link, but what may grow or change."""
    way = WAYS.get(point.matter)
    allowed = way is not None and viewer().rights.allows(way.permission, basin_id=basin.id)
    return {
        "matter": point.matter.value,
        "title": web_work.translated(TITLES[point.matter]),
        "is_done": point.is_done,
        "text": sentence(point),
        "need": web_work.translated(_("à venir") if point.matter is Matter.PROJECT else NEEDS[point.need]),
        "is_needed": point.need is not Need.PROGRAMME,
        "url": address(basin, way) if way is not None and allowed else None,
        "label": web_work.translated(way.label) if way is not None else "",
        "who": web_work.translated(way.who if way is not None else _("L’administration s’en charge.")),
    }


def sentence(point: Point) -> str:
    """A point in the reader's words."""
    values = {
        name: typography.long_date(value, web_work.locale())
        if isinstance(value, date)
        else typography.number(value, web_work.locale())
        for name, value in point.values.items()
    }
    return web_work.translated(point.sentence, **values)


def address(basin: Basin, way: Way) -> str:
    """Where the point is seen to."""
    place = {"bassin" if way.endpoint in ELSEWHERE else "slug": basin.slug}
    return url_for(way.endpoint, **place, **way.values)  # type: ignore[arg-type]
