"""Organisations: search them, add one, correct it, register its number, see its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, render_template, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import directory, organisations, permissions
from engine.people.permissions import Permission
from engine.projects import firms
from forms import catalogue
from web import once, spreadsheets
from web import work as web_work
from web.admin import lists, words
from web.admin.blueprint import Messages, answers, context, done, done_once, inputs, pages, shows_again
from web.auth import keeps_when_idle, requires
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

    from engine.people.directory import Held
    from engine.people.models import Organisation
    from engine.persistence.unit_of_work import UnitOfWork

HEADER = (_("Nom"), _("SIREN"), _("Ville"), _("Téléphone"))


@pages.get("/administration/organisations")
@requires(Permission.MANAGE_PEOPLE)
def organisations_list() -> str:
    """List the organisations of one's basins; searching finds those of others, with little of each."""
    with web_work.start_reading() as work:
        basin_ids, options = lists.narrowed(work, Permission.MANAGE_PEOPLE)
        page = directory.organisations(work, basin_ids=basin_ids, text=lists.searched(), after=lists.after())
    return render_template(
        "admin/organisations.html",
        page=page,
        search=lists.searched(),
        basins=options,
        exports=spreadsheets.links("admin.export_organisations", **lists.kept()),
        next_url=lists.next_address("admin.organisations_list", page),
    )


@pages.get("/administration/organisations.csv", defaults={"extension": "csv"})
@pages.get("/administration/organisations.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.MANAGE_PEOPLE)
def export_organisations(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    with web_work.start_reading() as work:
        basin_ids, _options = lists.narrowed(work, Permission.MANAGE_PEOPLE)
        found = lists.every(
            lambda after: directory.organisations(
                work, basin_ids=basin_ids, text=lists.searched(), after=after, limit=lists.MANY
            )
        )
        rows = [(each.name, each.siren, each.city, each.phone if each.in_basins else None) for each in found]
    header = [web_work.translated(text) for text in HEADER]
    return spreadsheets.answer("organisations", extension, header, rows)


@pages.get("/administration/organisations/nouvelle")
@requires(Permission.MANAGE_PEOPLE)
def new_organisation() -> str:
    """Ask which organisation."""
    return new_organisation_page()


def new_organisation_page(messages: Messages | None = None) -> str:
    """The form of a new organisation."""
    return render_template(
        "admin/form.html",
        title=_("Ajouter une organisation"),
        kicker=(_("Organisations"), url_for("admin.organisations_list")),
        intro=_(
            "Une ligne par organisation dans tout le pays : son SIREN la retrouve, quel que soit le bassin."
        ),
        inputs=inputs("organisation", context(), messages),
        without=(),
        general=(messages or {}).get("", []),
        submit=_("Ajouter"),
    )


@pages.post("/administration/organisations/nouvelle")
@shows_again(new_organisation_page)
@requires(Permission.MANAGE_PEOPLE)
@keeps_when_idle(set_aside)
def add_organisation() -> WerkzeugResponse:
    """Add an organisation, known in no basin yet."""
    clean = catalogue.load("organisation", answers(), context())
    with once.start_work() as work:
        permissions.require(work, Permission.MANAGE_PEOPLE)
        made = organisations.add(
            work,
            name=str(clean["name"]),
            siret=str(clean["siret"] or "") or None,
            city=str(clean["city"] or ""),
            phone=str(clean["phone"] or ""),
        )
        return done_once(work, _("{name} est ajoutée."), card_of(made.id), name=made.name)


def card_of(organisation_id: UUID) -> str:
    """The address of an organisation's card."""
    return url_for("admin.organisation_card", organisation_id=organisation_id)


def is_mine(work: UnitOfWork, organisation_id: UUID) -> tuple[bool, list[Held]]:
    """Whether an organisation is known in one's basins, or nowhere yet; and its roles there."""
    basin_ids = lists.scope(Permission.MANAGE_PEOPLE)
    every = directory.roles_of_organisation(work, organisation_id)
    here = [each for each in every if directory.is_among(each, basin_ids)]
    return bool(here) or not every or basin_ids is None, here


def require_mine(work: UnitOfWork, organisation_id: UUID) -> Organisation:
    """An organisation that is this person's to correct. Raises `UnknownOrganisation`, `MissingPermission`."""
    organisation = organisations.find(work, organisation_id)
    if not is_mine(work, organisation_id)[0]:
        raise permissions.MissingPermission(permission=Permission.MANAGE_PEOPLE.value)
    return organisation


@pages.get("/administration/organisations/<uuid:organisation_id>")
@requires(Permission.MANAGE_PEOPLE)
def organisation_card(organisation_id: UUID) -> str:
    """Show an organisation: all of it in one's basins, only name, SIREN and city beyond (D16)."""
    with web_work.start_reading() as work:
        organisation = organisations.find(work, organisation_id)
        mine, roles = is_mine(work, organisation_id)
        today = web_work.today()
        return render_template(
            "admin/organisation.html",
            organisation=organisation,
            is_mine=mine,
            siret=organisations.siret_on(work, organisation_id, today) if mine else None,
            now_held=[each for each in roles if each.is_in_force(today)],
            before=[each for each in roles if not each.is_in_force(today)],
            role_name=words.role_name,
            ruled=lists.scope(Permission.MANAGE_ROLES),
            basins=[(basin.name, basin.slug) for basin in lists.basins_of(work, Permission.MANAGE_ROLES)],
        )


@pages.get("/administration/organisations/<uuid:organisation_id>/corriger")
@requires(Permission.MANAGE_PEOPLE)
def edit_organisation(organisation_id: UUID) -> str:
    """Ask what to correct."""
    return edit_organisation_page(organisation_id)


def edit_organisation_page(organisation_id: UUID, messages: Messages | None = None) -> str:
    """The form of an organisation known."""
    with web_work.start_reading() as work:
        organisation = require_mine(work, organisation_id)
        siret = organisations.siret_on(work, organisation_id, web_work.today())
    prefill = {
        "name": organisation.name,
        "siret": siret or "",
        "city": organisation.city or "",
        "phone": organisation.phone or "",
    }
    return render_template(
        "admin/form.html",
        title=_("Corriger une organisation"),
        kicker=(organisation.name, card_of(organisation_id)),
        intro=_("Un autre SIRET du même SIREN est un déménagement : l’ancien reste, daté."),
        inputs=inputs("organisation", context(prefill=prefill), messages),
        without=(),
        general=(messages or {}).get("", []),
        submit=_("Enregistrer"),
    )


@pages.post("/administration/organisations/<uuid:organisation_id>/corriger")
@shows_again(edit_organisation_page)
@requires(Permission.MANAGE_PEOPLE)
@keeps_when_idle(set_aside)
def correct_organisation(organisation_id: UUID) -> WerkzeugResponse:
    """Correct an organisation; another SIRET counts from today on."""
    clean = catalogue.load("organisation", answers(), context())
    with web_work.start_work() as work:
        require_mine(work, organisation_id)
        firms.correct(
            work,
            organisation_id,
            name=str(clean["name"]),
            city=str(clean["city"] or ""),
            phone=str(clean["phone"] or ""),
        )
        siret = str(clean["siret"] or "")
        known = organisations.siret_on(work, organisation_id, web_work.today())
        if not siret and known:
            raise errors.InvalidAnswers(
                {"siret": [_("Un numéro connu ne s’efface pas ; donnez le nouveau.")]}
            )
        if siret and siret != known:
            firms.register(work, organisation_id, siret=siret, from_date=web_work.today())
    return done(_("Corrections enregistrées."), card_of(organisation_id))
