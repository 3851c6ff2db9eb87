"""The list of basins that a person may see, as a page and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from engine.analytics import basin_cards
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import spreadsheets
from web import work as web_work
from web.auth import requires, viewer
from web.basins.blueprint import pages

if TYPE_CHECKING:
    from flask import Response

    from engine.analytics.basin_cards import BasinCard

COLUMNS = (
    _("Bassin"), _("Sigle"), _("Convention jusqu’au"), _("Entreprises partenaires"), _("Sièges"),
    _("Dernière séance"), _("Prochaine séance"), _("Version"),
)  # fmt: skip


def visible() -> list[BasinCard]:
    """The basins that the person signed in may see, by name."""
    with web_work.start_reading() as work:
        allowed = viewer().rights.basins_with(Permission.SEE_BASIN)
        return basin_cards.read(work, allowed, on=web_work.today())


@pages.get("/bassins")
@requires(Permission.SEE_BASIN)
def index() -> str:
    """List the basins."""
    exports = [
        (_("CSV"), url_for("basins.list_file", format="csv")),
        (_("XLSX"), url_for("basins.list_file", format="xlsx")),
    ]
    may_add = viewer().rights.basins_with(Permission.ADD_BASIN) is None
    return render_template("basins/index.html", cards=visible(), exports=exports, may_add=may_add)


@pages.get("/bassins.<any(csv, xlsx):format>")
@requires(Permission.SEE_BASIN)
def list_file(format: spreadsheets.Format) -> Response:  # noqa: A002 — the name of the address's part.
    """The same list as a file."""
    rows = [
        [each.name, each.code, each.agreement_ends_on, each.partner_companies, each.seats,
         each.last_session_on, each.next_session_on, each.version]
        for each in visible()
    ]  # fmt: skip
    return spreadsheets.answer("bassins", format, [web_work.translated(each) for each in COLUMNS], rows)
