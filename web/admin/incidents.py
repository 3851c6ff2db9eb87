"""Incidents: operations that failed; see why, and let the project go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people import basins, permissions, persons
from engine.people.permissions import Permission
from engine.runtime import incidents
from web import spreadsheets
from web import work as web_work
from web.admin import lists
from web.admin.blueprint import done, pages
from web.auth import requires, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork


HEADER = (_("Référence"), _("Entreprise"), _("Bassin"), _("Étape"), _("Survenu le"), _("Erreur"))


@pages.get("/administration/incidents")
@requires(Permission.SEE_INCIDENTS)
def incidents_list() -> str:
    """List what failed and waits, the oldest first."""
    with web_work.start_reading() as work:
        page = incidents.page(work, basin_ids=lists.scope(Permission.SEE_INCIDENTS), after=lists.after())
        names = {basin.id: basin.name for basin in basins.every(work)}
    return render_template(
        "admin/incidents.html",
        page=page,
        basins=names,
        next_url=lists.next_address("admin.incidents_list", page),
        exports=spreadsheets.links("admin.export_incidents"),
    )


@pages.get("/administration/incidents.csv", defaults={"extension": "csv"})
@pages.get("/administration/incidents.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_INCIDENTS)
def export_incidents(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    mine, zone = lists.scope(Permission.SEE_INCIDENTS), web_work.zone()
    with web_work.start_reading() as work:
        names = {basin.id: basin.name for basin in basins.every(work)}
        found = lists.every(lambda after: incidents.page(work, basin_ids=mine, after=after, limit=lists.MANY))
        rows = (
            (
                each.reference, each.firm, names.get(each.basin_id), f"{each.process}.{each.step}",
                f"{each.occurred_at.astimezone(zone):%Y-%m-%d %H:%M}", each.error,
            )
            for each in found
        )  # fmt: skip
        return spreadsheets.answer(
            "incidents", extension, [web_work.translated(text) for text in HEADER], rows
        )


def require_visible(work: UnitOfWork, incident_id: UUID, permission: Permission) -> Any:
    """An incident of one's basins. Raises `IncidentNotFound`, `NotVisible`, `MissingPermission`."""
    incident = incidents.find(work, incident_id)
    permissions.require(work, permission, basin_id=incident.basin_id)
    return incident


@pages.get("/administration/incidents/<uuid:incident_id>")
@requires(Permission.SEE_INCIDENTS)
def incident_card(incident_id: UUID) -> str:
    """Show where a project stopped, and why."""
    with web_work.start_reading() as work:
        incident = require_visible(work, incident_id, Permission.SEE_INCIDENTS)
        names = persons.names(work, [incident.actor_id, incident.resolved_by])
        return render_template(
            "admin/incident.html",
            incident=incident,
            basin=basins.find(work, incident.basin_id).name,
            names=names,
            may_retry=viewer().rights.allows(Permission.RETRY_INCIDENT, basin_id=incident.basin_id),
        )


@pages.post("/administration/incidents/<uuid:incident_id>/relancer")
@requires(Permission.RETRY_INCIDENT)
def retry_incident(incident_id: UUID) -> Response:
    """Let the project go on: what was due fires again at the next tick."""
    with web_work.start_work() as work:
        require_visible(work, incident_id, Permission.RETRY_INCIDENT)
        incidents.retry(work, incident_id=incident_id)
    return done(_("Le projet repart : ce qui était dû est refait dans les secondes qui viennent."),
                url_for("admin.incidents_list"))  # fmt: skip
