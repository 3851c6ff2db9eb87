"""Basins as the API shows them: their parameters, and the variant that new projects take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify

from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.models import Basin
from engine.people.permissions import Permission
from engine.registry import parameters, versions
from engine.registry.models import ProcessVersion
from engine.variants import following
from forms import texts
from web import work as web_work
from web.api import representations
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@endpoint(
    "GET",
    "/basins",
    title=_("Lister les bassins"),
    permission=Permission.SEE_BASIN,
    answers={200: "BasinList"},
)
def list_basins() -> Response:
    """List the basins that the bearer sees, by name."""
    with web_work.start_reading() as work:
        rights = permissions.permissions_of(work, work.actor.person_id)
        visible = rights.basins_with(Permission.SEE_BASIN)
        found = [
            {"slug": each.slug, "code": each.code, "name": each.name}
            for each in basins.every(work)
            if visible is None or each.id in visible
        ]
    return jsonify(items=found, next=None)


@endpoint(
    "GET",
    "/basins/<string:slug>",
    title=_("Montrer un bassin"),
    note=_("Ses paramètres du jour, et la version que prend un projet ouvert aujourd’hui."),
    permission=Permission.SEE_BASIN,
    answers={200: "Basin"},
    refusals=(404,),
)
def show_basin(slug: str) -> Response:
    """Show a basin: its parameters of today, the version that a project opened today takes."""
    with web_work.start_reading() as work:
        basin = visible(work, slug)
        permissions.require(work, Permission.SEE_BASIN, basin_id=basin.id)
        version = versions.published_in_force(work, basin_id=basin.id, on=basins.today(work, basin.id))
        current = basins.parameters(work, basin.id, parameters.defaults(parameters.Kind.CURRENT))
        return jsonify(
            slug=basin.slug,
            code=basin.code,
            name=basin.name,
            zone=basin.zone,
            territory=basin.territory,
            parameters={"current": current, "published": version.parameters if version else {}},
            version=described(work, version) if version else None,
        )


def described(work: UnitOfWork, version: ProcessVersion) -> dict[str, object]:
    """A published version: what it is known by, since when it holds, what it changes of which reference."""
    return {
        "id": str(version.id),
        "number": version.number,
        "content_hash": version.content_hash,
        "effective_on": representations.day(version.effective_on),
        "published_at": representations.instant(version.published_at),
        "charter_version": version.charter_version,
        "reference": following.number_of(following.references(work), version.reference_id),
        "changes": version.changes,
        "diagrams": sorted(version.files),
    }


def visible(work: UnitOfWork, slug: str) -> Basin:
    """The basin of a slug, when it exists for the bearer. Raises `basins.UnknownBasin`."""
    if not texts.is_readable(slug):
        raise basins.UnknownBasin
    basin = basins.by_slug(work, slug)
    rights = permissions.permissions_of(work, work.actor.person_id)
    if basin.slug != slug or not rights.sees_basin(basin.id):
        raise basins.UnknownBasin
    return basin
