"""Open a dossier: the intake of a firm, look-alikes of the basin shown before it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import flash, g, render_template, request, url_for

from engine.i18n import mark as _
from engine.people import basins, partnerships, permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from engine.projects.statuses import STATUS_LABELS, Status
from web import errors as web_errors
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.projects.blueprint import pages
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

FORM = "intake"
SEEN = "lookalikes_seen"


@pages.get("/projets/nouveau")
@requires(Permission.OPEN_PROJECT)
def ask_intake() -> str:
    """Show the intake's form for one of the reader's basins."""
    return intake_page()


@pages.post("/projets/nouveau")
@requires(Permission.OPEN_PROJECT)
@keeps_when_idle(set_aside)
def open_project() -> Response | str:
    """Open the dossier, unless it looks like another, or its number like another's, and nobody said no."""
    show_again_with(intake_page)
    with once.start_work() as work:
        basin = basin_asked(work)
        permissions.require(work, Permission.OPEN_PROJECT, basin_id=basin.id)
        answers = PageForm(FORM, basin.id).read(work)
        if SEEN not in request.form:
            alike = dossiers.duplicates(
                work, basin_id=basin.id, name=answers["name"], siret=answers.get("siret")
            )
            known = dossiers.known_name(work, name=answers["name"], siret=answers.get("siret"))
            if alike or known:
                return page_of(work, basin, values=answers_sent(), lookalikes=alike, known=known)
        project_id = dossiers.open_project(work, basin_id=basin.id, answers=answers)
        firm = dossiers.find(work, project_id).firm
        response = once.done(work, url_for("projects.show_project", project_id=project_id))
    flash(web_work.translated(_("Dossier ouvert : {firm}."), firm=firm), "success")
    return response


def intake_page(values: Mapping[str, object] | None = None, messages: Messages | None = None) -> str:
    """The page in a reading unit of its own."""
    with web_work.start_reading() as work:
        basin = basin_asked(work)
        permissions.require(work, Permission.OPEN_PROJECT, basin_id=basin.id)
        return page_of(work, basin, values=values, messages=messages)


def basin_asked(work: UnitOfWork) -> Basin:
    """The basin of the address, else the first in which the reader opens dossiers; its zone is the page's."""
    slug = request.args.get("bassin", "")
    if slug:
        basin = basins.by_slug(work, slug)
    else:
        allowed = viewer().rights.basins_with(Permission.OPEN_PROJECT)
        basin = basins.find(work, min(allowed)) if allowed else basins.every(work)[0]
    g.zone = basins.zone_of(work, basin.id)
    return basin


def page_of(
    work: UnitOfWork,
    basin: Basin,
    *,
    values: Mapping[str, object] | None = None,
    messages: Messages | None = None,
    lookalikes: list[dossiers.Duplicate] | None = None,
    known: str | None = None,
) -> str:
    """The form, or the sentence that says why no dossier may be opened in this basin."""
    form = PageForm(FORM, basin.id)
    agreement = partnerships.in_force(work, basin.id, basins.today(work, basin.id))
    inputs = form.inputs(form.context(work), values, messages)
    return render_template(
        "projects/new.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        basin=basin.name,
        basins=choice_of_basins(basin),
        action=url_for("projects.open_project", bassin=basin.slug),
        refused=None if agreement else web_errors.sentence_of(partnerships.NoAgreementInForce()),
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
        seen=SEEN,
        known=known,
        lookalikes=[
            (url_for("projects.show_project", project_id=each.project_id), each.firm, each.reference,
             STATUS_LABELS[Status(each.status)])
            for each in lookalikes or ()
        ],
    )  # fmt: skip


def choice_of_basins(shown: Basin) -> list[tuple[str, str, bool]]:
    """The basins in which the reader may open dossiers, when there is a choice."""
    rights = viewer().rights
    allowed = rights.basins_with(Permission.OPEN_PROJECT)
    found = [
        (place.name, url_for("projects.ask_intake", bassin=place.slug), key == shown.id)
        for key, place in rights.places.items()
        if allowed is None or key in allowed
    ]
    return sorted(found) if len(found) > 1 else []
