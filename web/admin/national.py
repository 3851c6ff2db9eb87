"""National roles: administration, audit, coordination; given and ended by the national administration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import accounts, assignments, basins, directory, permissions, persons
from engine.people.models import NATIONAL_ROLES, Role
from engine.people.permissions import Permission
from web import once
from web import work as web_work
from web.admin import words
from web.admin.blueprint import Messages, done_once, pages, shows_again
from web.auth import keeps_when_idle, requires
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork

CHOOSE = _("Choisissez l’une des réponses proposées.")
MOST_CHOICES = 500


@pages.get("/administration/national/roles")
@requires(Permission.MANAGE_ROLES)
def national_roles() -> str:
    """Show who holds a national role, and a form to give one."""
    return national_page()


def national_page(messages: Messages | None = None) -> str:
    """The page of national roles."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.MANAGE_ROLES)
        held = directory.roles_of_basin(work, None, basins.today(work, None))
        people = directory.persons(
            work, basin_ids=None, today=web_work.today(), text=request.args.get("q", ""), limit=MOST_CHOICES,
            but_closed=True,
        )  # fmt: skip
    return render_template(
        "admin/national_roles.html",
        held=held,
        role_name=words.role_name,
        roles=[(role.value, words.ROLES[role]) for role in words.ROLES if role in NATIONAL_ROLES],
        people=[(str(each.id), each.full_name) for each in people.lines],
        chosen={name: request.form.get(name, "") for name in ("role", "person_id")},
        messages=messages or {},
    )


@pages.post("/administration/national/roles")
@shows_again(national_page)
@requires(Permission.MANAGE_ROLES)
@keeps_when_idle(set_aside)
def give_national_role() -> Response:
    """Give a national role from today on."""
    role = chosen_role()
    with once.start_work() as work:
        permissions.require_national(work, Permission.MANAGE_ROLES)
        assignments.assign(work, role=role, basin_id=None, person_id=chosen_person(work), from_date=today())
        return done_once(work, _("Rôle attribué."), url_for("admin.national_roles"))


def today() -> date:
    """The programme's day."""
    return web_work.today()


def chosen_role() -> Role:
    """The national role chosen. Raises `InvalidAnswers`."""
    value = request.form.get("role", "")
    if value not in {role.value for role in NATIONAL_ROLES}:
        raise errors.InvalidAnswers({"role": [CHOOSE]})
    return Role(value)


def chosen_person(work: UnitOfWork) -> UUID:
    """The person chosen, known and whose account is not closed. Raises `InvalidAnswers`."""
    refused = errors.InvalidAnswers({"person_id": [CHOOSE]})
    try:
        chosen = UUID(request.form.get("person_id", ""))
        persons.find(work, chosen)
    except (ValueError, persons.UnknownPerson) as error:
        raise refused from error
    if accounts.closed_among(work, [chosen]):
        raise refused
    return chosen
