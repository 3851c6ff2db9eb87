"""People: search them, add one, correct an address, and see what each is and was."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, render_template, url_for

from engine.i18n import mark as _
from engine.outbox import address_changes, mail_log
from engine.people import directory, permissions, persons, second_factor, standing
from engine.people.models import Account, Person
from engine.people.permissions import Permission
from engine.retention import erasing
from forms import catalogue
from web import once, spreadsheets
from web import work as web_work
from web.admin import lists, words
from web.admin.blueprint import Messages, answers, context, done, done_once, inputs, pages, shows_again
from web.auth import absences, keeps_when_idle, requires, viewer
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

    from engine.persistence.unit_of_work import UnitOfWork

HEADER = (_("Nom"), _("Courriel"), _("Téléphone"), _("Compte"), _("Rôles"))
NOT_ASKED = ("organisation_id",)


@pages.get("/administration/personnes")
@requires(Permission.MANAGE_PEOPLE)
def people_list() -> str:
    """List the people of one's basins, by name."""
    with web_work.start_reading() as work:
        basin_ids, options = lists.narrowed(work, Permission.MANAGE_PEOPLE)
        page = directory.persons(
            work, basin_ids=basin_ids, today=web_work.today(), text=lists.searched(), after=lists.after()
        )
    return render_template(
        "admin/people.html",
        page=page,
        roles_today=roles_today,
        search=lists.searched(),
        basins=options,
        exports=spreadsheets.links("admin.export_people", **lists.kept()),
        next_url=lists.next_address("admin.people_list", page),
    )


@pages.get("/administration/personnes.csv", defaults={"extension": "csv"})
@pages.get("/administration/personnes.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.MANAGE_PEOPLE)
def export_people(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    with web_work.start_reading() as work:
        basin_ids, _options = lists.narrowed(work, Permission.MANAGE_PEOPLE)
        found = lists.every(
            lambda after: directory.persons(
                work, basin_ids=basin_ids, today=web_work.today(), text=lists.searched(), after=after,
                limit=lists.MANY,
            )
        )  # fmt: skip
        rows = [
            (
                line.full_name,
                line.email,
                line.phone,
                account_word(line),
                ", ".join(roles_in_words(line.roles)),
            )
            for line in found
        ]
    return spreadsheets.answer("personnes", extension, [web_work.translated(text) for text in HEADER], rows)


def account_word(line: directory.Listed) -> str:
    """Whether somebody signs in, in a word."""
    if not line.has_account:
        return web_work.translated(_("aucun"))
    return web_work.translated(_("désactivé") if line.is_disabled else _("actif"))


def roles_today(roles: list[directory.Held]) -> list[tuple[str, int]]:
    """The roles of today in words, each with on how many projects it is held; 0 for the basin's own."""
    own = [(words.role_name(role), 0) for role in roles if role.case_id is None]
    on_projects = Counter(words.role_name(role) for role in roles if role.case_id is not None)
    return [*own, *on_projects.items()]


def roles_in_words(roles: list[directory.Held]) -> list[str]:
    """Roles as a list shows them, each once: « Opérateur, Terres de Lorraine »."""
    return list(dict.fromkeys(", ".join(filter(None, (words.role_name(role), role.basin))) for role in roles))


@pages.get("/administration/personnes/nouvelle")
@requires(Permission.MANAGE_PEOPLE)
def new_person() -> str:
    """Ask who the person is."""
    return new_person_page()


def new_person_page(messages: Messages | None = None) -> str:
    """The form of a new person."""
    return render_template(
        "admin/form.html",
        title=_("Ajouter une personne"),
        kicker=(_("Personnes"), url_for("admin.people_list")),
        intro=_("Une personne peut n’avoir aucun compte. Cherchez d’abord si elle n’est pas déjà connue."),
        inputs=inputs("person", context(), messages),
        without=NOT_ASKED,
        general=(messages or {}).get("", []),
        submit=_("Ajouter"),
    )


@pages.post("/administration/personnes/nouvelle")
@shows_again(new_person_page)
@requires(Permission.MANAGE_PEOPLE)
@keeps_when_idle(set_aside)
def add_person() -> WerkzeugResponse:
    """Add a person, who has no account and no role yet."""
    clean = catalogue.load("person", answers(), context())
    with once.start_work() as work:
        permissions.require(work, Permission.MANAGE_PEOPLE)
        person = persons.add(work, **fields_of(clean))
        said = _("{name} est ajoutée à l’annuaire.")
        return done_once(work, said, card_of(person.id), name=person.full_name)


def fields_of(clean: dict[str, object]) -> dict[str, Any]:
    """A person's own fields, from the form's answers."""
    language = clean["language"]
    return {
        "full_name": str(clean["full_name"]),
        "email": str(clean["email"] or ""),
        "phone": str(clean["phone"] or ""),
        "locale": str(getattr(language, "value", language)),
    }


def card_of(person_id: UUID) -> str:
    """The address of a person's card."""
    return url_for("admin.person_card", person_id=person_id)


def require_visible(work: UnitOfWork, person_id: UUID) -> Person:
    """A person of one's basins; elsewhere nobody exists. Raises `NotVisible`, `UnknownPerson`."""
    if not directory.is_visible(work, person_id, basin_ids=lists.scope(Permission.MANAGE_PEOPLE)):
        raise permissions.NotVisible
    return persons.find(work, person_id)


@pages.get("/administration/personnes/<uuid:person_id>")
@requires(Permission.MANAGE_PEOPLE)
def person_card(person_id: UUID) -> str:
    """Show what a person is and was, and how they sign in."""
    with web_work.start_reading() as work:
        person = require_visible(work, person_id)
        today = web_work.today()
        roles = directory.roles_of_person(work, person_id, basin_ids=lists.scope(Permission.MANAGE_PEOPLE))
        who = standing.of(work, person_id)
        is_left = person.erased_at is None  # Nothing is done any more with whoever was erased.
        return render_template(
            "admin/person.html",
            person=person,
            account=work.database.get(Account, person_id),
            has_second_factor=who is not None and who.has_second_factor,
            codes_left=second_factor.recovery_codes_left(work, person_id),
            now_held=[each for each in roles if each.is_in_force(today)],
            later=[each for each in roles if each.valid_from > today],
            before=[each for each in roles if is_over(each, today)],
            role_name=words.role_name,
            absences=absences.periods_of(work, person_id, today),
            may_manage=is_left and permissions.may_manage(work, person_id),
            may_erase=is_left and erasing.may_erase(work, person_id),
            ruled=lists.scope(Permission.MANAGE_ROLES),
            may_reset=may_reset(),
            basins=[(basin.name, basin.slug) for basin in lists.basins_of(work, Permission.MANAGE_ROLES)],
        )


def is_over(role: directory.Held, today: date) -> bool:
    """Tell whether a role has ended."""
    return role.valid_to is not None and role.valid_to <= today


def may_reset() -> bool:
    """Tell whether the person signed in may take a lost second factor away: national administration."""
    return viewer().rights.basins_with(Permission.MANAGE_ROLES) is None


@pages.get("/administration/personnes/<uuid:person_id>/corriger")
@requires(Permission.MANAGE_PEOPLE)
def edit_person(person_id: UUID) -> str:
    """Ask what to correct."""
    return edit_person_page(person_id)


def edit_person_page(person_id: UUID, messages: Messages | None = None) -> str:
    """The form of a person known."""
    with web_work.start_reading() as work:
        person = require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
    prefill = {
        "full_name": person.full_name,
        "email": person.email or "",
        "phone": person.phone or "",
        "language": person.locale,
    }
    return render_template(
        "admin/form.html",
        title=_("Corriger une personne"),
        kicker=(person.full_name, card_of(person_id)),
        intro=_("Une autre adresse est présumée bonne : les courriels revenus repartent vers elle."),
        inputs=inputs("person", context(prefill=prefill), messages),
        without=NOT_ASKED,
        general=(messages or {}).get("", []),
        submit=_("Enregistrer"),
    )


@pages.post("/administration/personnes/<uuid:person_id>/corriger")
@shows_again(edit_person_page)
@requires(Permission.MANAGE_PEOPLE)
@keeps_when_idle(set_aside)
def correct_person(person_id: UUID) -> WerkzeugResponse:
    """Correct a person; what came back from a wrong address leaves again."""
    clean = catalogue.load("person", answers(), context())
    with web_work.start_work() as work:
        person = require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
        wrong_since = person.address_invalid_at
        address_changes.correct(work, person_id, **fields_of(clean))
        if wrong_since is not None and person.address_invalid_at is None:
            mail_log.retry_for(work, recipient_id=person_id, since=wrong_since)
    return done(_("Corrections enregistrées."), card_of(person_id))
