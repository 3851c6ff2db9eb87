"""The front page of the administration: what needs somebody, and where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from engine.documents import requests
from engine.i18n import mark as _
from engine.outbox import mail_log
from engine.people.permissions import Permission
from engine.runtime import incidents
from web import work as web_work
from web.admin import lists
from web.admin.blueprint import pages
from web.auth import requires, viewer

if TYPE_CHECKING:
    from engine.people.models import Basin

# Each section: its words, its page, the permission that opens it, what its figure counts.
SECTIONS = (
    (_("Personnes"), _("Chercher, ajouter, corriger une adresse, ouvrir un accès."), "admin.people_list",
     Permission.MANAGE_PEOPLE, None),
    (_("Organisations"), _("Entreprises, collectivités, financeurs ; leurs numéros et leurs rôles."),
     "admin.organisations_list", Permission.MANAGE_PEOPLE, None),
    (_("Comptes"), _("Qui se connecte, depuis quand, avec ou sans second facteur."), "admin.accounts_list",
     Permission.MANAGE_ROLES, None),
    (_("Rôles nationaux"), _("Administration, contrôle, coordination nationale."), "admin.national_roles",
     Permission.MANAGE_ROLES, None),
    (_("Incidents"), _("Ce qui a échoué et attend d’être repris."), "admin.incidents_list",
     Permission.SEE_INCIDENTS, "incidents"),
    (_("Courriels"), _("Ceux qui n’arrivent pas, ceux qui vont partir."), "admin.mails_list",
     Permission.SEE_OUTBOX, "mails"),
    (_("Documents"), _("Ceux qui n’ont pas pu être préparés, ou qui tardent."), "admin.papers_list",
     Permission.SEE_OUTBOX, "papers"),
    (_("Conservation"), _("Ce qui sera bientôt archivé ou effacé, et comment le reporter."),
     "admin.retention_list", Permission.KEEP_LONGER, None),
    (_("Tâches de fond"), _("Échéances, envois, ancrages : leur dernier passage."), "admin.ticks_list",
     Permission.SEE_TICKS, None),
)  # fmt: skip
NATIONAL = frozenset({"admin.accounts_list", "admin.national_roles"})


@pages.get("/administration")
@requires(Permission.SEE_PEOPLE)
def index() -> str:
    """Show the sections that this person may open, and what waits in each."""
    allowed, rights = viewer().rights.anywhere(), viewer().rights
    with web_work.start_reading() as work:
        counts = {
            "incidents": incidents.count_open(work, basin_ids=lists.scope(Permission.SEE_INCIDENTS)),
            "papers": requests.count_stuck(work, basin_ids=lists.scope(Permission.SEE_OUTBOX)),
            "mails": mail_log.count_failures(work, basin_ids=lists.scope(Permission.SEE_OUTBOX)),
        }
        known = lists.basins_of(work, Permission.SEE_PEOPLE)
    sections = [
        (title, about, url_for(endpoint), counts.get(counted or "", 0))
        for title, about, endpoint, permission, counted in SECTIONS
        if permission in allowed and (endpoint not in NATIONAL or rights.basins_with(permission) is None)
    ]
    return render_template(
        "admin/index.html",
        sections=sections,
        basins=[
            (each.name, url_for("admin.basin_roles", slug=each.slug), checklist_of(each)) for each in known
        ],
        add_url=url_for("basins.ask_basin") if rights.basins_with(Permission.ADD_BASIN) is None else None,
    )


def checklist_of(basin: Basin) -> str | None:
    """Where a basin's first day is seen to, for those who see its figures."""
    allowed = viewer().rights.allows(Permission.SEE_MONITORING, basin_id=basin.id)
    return url_for("basins.readiness_page", slug=basin.slug) if allowed else None
