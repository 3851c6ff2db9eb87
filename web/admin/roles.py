"""Dated roles of a basin: who holds what today, give one, end one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, g, render_template, request, url_for

from engine.departures import closing
from engine.i18n import mark as _
from engine.people import (
    accounts,
    assignments,
    basins,
    directory,
    giving,
    organisations,
    permissions,
    persons,
    seats,
)
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.projects import parties
from forms import catalogue
from forms.choices import BasinRole
from forms.context import Choice, Context
from web import once, spreadsheets
from web import work as web_work
from web.admin import lists, words
from web.admin.blueprint import Messages, answers, context, done_once, inputs, pages, shows_again
from web.auth import keeps_when_idle, requires, viewer
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

    from engine.people.directory import Held
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

HEADER = (_("Rôle"), _("Personne"), _("Organisation"), _("Depuis le"), _("Jusqu’au"))
# In which order a basin presents its people.
ORDER = tuple(words.ROLES)
MOST_CHOICES = 500
# A list longer than that is searched: the words' name in the address, their label, the question it shortens.
SEARCHES = (
    ("qui", _("Chercher une personne"), "person_id"),
    ("structure", _("Chercher une organisation"), "organisation_id"),
)
NAMED = ("role", "personne", "organisation")


def basin_of(work: UnitOfWork, slug: str, permission: Permission) -> Basin:
    """The basin of an address, if it exists for this person. Raises `NotVisible`, `MissingPermission`."""
    basin = basins.by_slug(work, slug)
    permissions.require(work, permission, basin_id=basin.id)
    g.zone = basins.zone_of(work, basin.id)
    return basin


@pages.get("/administration/bassins/<string:slug>/roles")
@requires(Permission.SEE_PEOPLE)
def basin_roles(slug: str) -> str:
    """Show who holds what in a basin today, role by role."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug, Permission.SEE_PEOPLE)
        today = basins.today(work, basin.id)
        held = directory.roles_of_basin(work, basin.id, today)
        gauge = seats.partner_gauge(work, basin.id, today)
        is_vacant = seats.is_vacant(work, basin.id, today)
    rights = viewer().rights
    return render_template(
        "admin/basin_roles.html",
        basin=basin,
        groups=grouped(held),
        role_name=words.role_name,
        gauge=gauge,
        is_vacant=is_vacant,
        may_rule=rights.allows(Permission.MANAGE_ROLES, basin_id=basin.id),
        may_start=rights.allows(Permission.SEE_MONITORING, basin_id=basin.id),
        may_open=rights.allows(Permission.MANAGE_PEOPLE, basin_id=basin.id),
        exports=spreadsheets.links("admin.export_basin_roles", slug=slug)
        if rights.allows(Permission.MANAGE_PEOPLE, basin_id=basin.id)
        else [],
    )


def grouped(held: list[Held]) -> list[tuple[str, list[Held]]]:
    """Roles under their names, in the order in which a basin presents its people."""
    found = [(role, [each for each in held if each.role == role.value]) for role in ORDER]
    return [(words.ROLES[role], each) for role, each in found if each]


@pages.get("/administration/bassins/<string:slug>/roles.csv", defaults={"extension": "csv"})
@pages.get("/administration/bassins/<string:slug>/roles.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.MANAGE_PEOPLE)
def export_basin_roles(slug: str, extension: spreadsheets.Format) -> Response:
    """Every role of a basin, past ones too, as a file."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug, Permission.MANAGE_PEOPLE)
        held = directory.roles_of_basin(work, basin.id)
    rows = [
        (words.role_name(each), each.person, each.organisation, each.valid_from.isoformat(), end_of(each))
        for each in held
    ]
    return spreadsheets.answer(
        f"roles-{slug}", extension, [web_work.translated(text) for text in HEADER], rows
    )


def end_of(role: Held) -> str | None:
    """The day from which a role is no longer held."""
    return None if role.valid_to is None else role.valid_to.isoformat()


@pages.get("/administration/bassins/<string:slug>/roles/nouveau")
@requires(Permission.MANAGE_ROLES)
def new_role(slug: str) -> str:
    """Ask which role, whose, from when."""
    return new_role_page(slug)


def new_role_page(slug: str, messages: Messages | None = None) -> str:
    """The form of a role in a basin; `personne` or `organisation` in the address begins the answers."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug, Permission.MANAGE_ROLES)
        known = role_context(work, basin)
    searches = [
        (name, label, lists.searched(name))
        for name, label, field in SEARCHES
        if lists.searched(name) or len(known.choices[field]) >= MOST_CHOICES
    ]
    return render_template(
        "admin/form.html",
        title=_("Attribuer un rôle"),
        kicker=(basin.name, url_for("admin.basin_roles", slug=slug)),
        intro=_(
            "Un rôle a toujours une date de début. La présidence revient à un membre du comité,"
            " pour une entreprise partenaire."
        ),
        inputs=inputs("assignment", known, messages),
        without=(),
        general=(messages or {}).get("", []),
        submit=_("Attribuer"),
        searches=searches,
        kept={name: request.args[name] for name in NAMED if request.args.get(name)},
    )


def role_context(work: UnitOfWork, basin: Basin) -> Context:
    """The people and organisations who may be given a role: the basin's, and whom the address names."""
    people = directory.persons(
        work, basin_ids={basin.id}, today=web_work.today(), text=lists.searched("qui"), limit=MOST_CHOICES,
        but_closed=True,
    ).lines  # fmt: skip
    bodies = directory.organisations(
        work, basin_ids={basin.id}, text=lists.searched("structure"), limit=MOST_CHOICES
    ).lines
    choices = {
        "person_id": [Choice(str(each.id), each.full_name) for each in people],
        "organisation_id": [Choice(str(each.id), each.name, each.city or "") for each in bodies],
    }
    prefill: dict[str, object] = {}
    if request.args.get("role") in {each.value for each in BasinRole}:
        prefill["role"] = request.args["role"]
    for field, choice in asked_for(work):
        prefill[field] = choice.value
        if choice.value not in {each.value for each in choices[field]}:
            choices[field].insert(0, choice)
    return context(choices, {"valid_from": web_work.today().isoformat(), **prefill} if prefill else None)


def asked_for(work: UnitOfWork) -> Iterator[tuple[str, Choice]]:
    """Whom the address names, `personne` or `organisation`: of another basin too, if one may see them."""
    person_id, organisation_id = (request.args.get(name, type=UUID) for name in ("personne", "organisation"))
    everywhere = lists.scope(Permission.MANAGE_PEOPLE)
    if (
        person_id is not None
        and directory.is_visible(work, person_id, basin_ids=everywhere)
        and not accounts.closed_among(work, [person_id])
    ):
        yield "person_id", Choice(str(person_id), persons.find(work, person_id).full_name)
    if organisation_id is not None:
        found = organisations.find(work, organisation_id)
        yield "organisation_id", Choice(str(found.id), found.name, found.city or "")


@pages.post("/administration/bassins/<string:slug>/roles/nouveau")
@shows_again(new_role_page)
@requires(Permission.MANAGE_ROLES)
@keeps_when_idle(set_aside)
def give_role(slug: str) -> WerkzeugResponse:
    """Give a role in a basin; the chair only to whom the charter allows (R14)."""
    with once.start_work() as work:
        basin = basin_of(work, slug, Permission.MANAGE_ROLES)
        clean = catalogue.load("assignment", answers(), role_context(work, basin))
        assign(work, basin.id, clean)
        return done_once(work, _("Rôle attribué."), url_for("admin.basin_roles", slug=slug))


def assign(work: UnitOfWork, basin_id: int, clean: dict[str, object]) -> None:
    """Give the role that the answers say, by the door of that role."""
    giving.give(
        work,
        role=Role(str(getattr(clean["role"], "value", clean["role"]))),
        basin_id=basin_id,
        person_id=uuid_of(clean["person_id"]),
        organisation_id=uuid_of(clean["organisation_id"]),
        guest=bool(clean["guest"]),
        from_date=day_of(clean["valid_from"]),
        until=day_of(clean["valid_to"]),
    )


def uuid_of(value: object) -> UUID | None:
    """An id among clean answers."""
    return value if isinstance(value, UUID) else None


def day_of(value: object) -> date | None:
    """A day among clean answers."""
    return value if isinstance(value, date) else None


@pages.get("/administration/roles/<uuid:assignment_id>/fin")
@requires(Permission.MANAGE_ROLES)
def end_role(assignment_id: UUID) -> str:
    """Ask from when, and why."""
    return end_role_page(assignment_id)


def end_role_page(assignment_id: UUID, messages: Messages | None = None) -> str:
    """The form that ends a role."""
    with web_work.start_reading() as work:
        require_may_rule(work, assignment_id)
        role = directory.role(work, assignment_id)
        back = back_to(work, role.basin_id)
        concerned = projects_of_seat(work, assignment_id)
    return render_template(
        "admin/form.html",
        title=_("Mettre fin à un rôle"),
        kicker=(role.basin or web_work.translated(_("National")), back),
        intro=_("Ce qui a été fait reste au nom de la personne."),
        facts=[
            (_("Rôle"), words.role_name(role)),
            (_("De"), ", ".join(filter(None, (role.person, role.organisation)))),
            *concerned,
        ],
        inputs=inputs("assignment_end", context(), messages),
        without=(),
        general=(messages or {}).get("", []),
        submit=_("Mettre fin à ce rôle"),
        is_danger=True,
    )


def projects_of_seat(work: UnitOfWork, assignment_id: UUID) -> list[tuple[str, str]]:
    """The open projects that need another prescriber or mandatary once a seat has ended (R17, R28)."""
    seat = assignments.find(work, assignment_id)
    if seat.role != Role.SEAT.value or seat.basin_id is None:
        return []
    found = parties.followed_by_seat(work, seat, web_work.today())
    labels = {
        "mandatary": _("Suit comme mandataire (la présidence en désigne un autre)"),
        "prescriber": _("Prescrit (remplacez la personne sur la page du projet)"),
    }
    return [
        (label, ", ".join(f"{firm} ({reference})" for held, reference, firm in found if held == role))
        for role, label in labels.items()
        if any(held == role for held, _reference, _firm in found)
    ]


def require_may_rule(work: UnitOfWork, assignment_id: UUID) -> int | None:
    """Let go on who gives and ends roles there; gives the basin. Raises `UnknownAssignment`, `NotVisible`."""
    found = assignments.find(work, assignment_id)
    if found.basin_id is None:
        permissions.require_national(work, Permission.MANAGE_ROLES)
    else:
        permissions.require(work, Permission.MANAGE_ROLES, basin_id=found.basin_id)
    if found.case_id is not None:
        raise assignments.UnknownAssignment  # A role on a project changes hands on the project's page.
    return found.basin_id


def back_to(work: UnitOfWork, basin_id: int | None) -> str:
    """The page of the roles of a basin, or of the nation."""
    if basin_id is None:
        return url_for("admin.national_roles")
    return url_for("admin.basin_roles", slug=basins.find(work, basin_id).slug)


@pages.post("/administration/roles/<uuid:assignment_id>/fin")
@shows_again(end_role_page)
@requires(Permission.MANAGE_ROLES)
@keeps_when_idle(set_aside)
def finish_role(assignment_id: UUID) -> WerkzeugResponse:
    """End a role, with its reason."""
    clean = catalogue.load("assignment_end", answers(), context())
    with once.start_work() as work:
        basin_id = require_may_rule(work, assignment_id)
        closing.end_role(work, assignment_id, reason=str(clean["reason"]), on=day_of(clean["ends_on"]))
        return done_once(work, _("Le rôle a pris fin."), back_to(work, basin_id))
