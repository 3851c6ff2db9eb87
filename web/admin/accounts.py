"""Accounts: open one and invite, disable, enable, take away a lost second factor; the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, render_template

from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import accounts, directory, permissions, second_factor
from engine.people.permissions import Permission
from web import once, spreadsheets
from web import work as web_work
from web.admin import lists
from web.admin.blueprint import done_once, pages
from web.admin.people import card_of, require_visible
from web.auth import requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

HEADER = (_("Nom"), _("Courriel"), _("Ouvert le"), _("Vu le"), _("Second facteur"), _("Désactivé le"))


@pages.get("/administration/comptes")
@requires(Permission.MANAGE_ROLES)
def accounts_list() -> str:
    """List every account of the installation."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.MANAGE_ROLES)
        page = directory.accounts(work, text=lists.searched(), after=lists.after())
    return render_template(
        "admin/accounts.html",
        accounts=page.lines,
        search=lists.searched(),
        exports=spreadsheets.links("admin.export_accounts", **lists.kept()),
        next_url=lists.next_address("admin.accounts_list", page),
    )


@pages.get("/administration/comptes.csv", defaults={"extension": "csv"})
@pages.get("/administration/comptes.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.MANAGE_ROLES)
def export_accounts(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.MANAGE_ROLES)
        rows = [
            (
                person.full_name,
                account.email,
                *(
                    None if instant is None else instant.astimezone(web_work.zone()).date().isoformat()
                    for instant in (
                        account.created_at,
                        account.last_seen_at,
                        account.totp_confirmed_at,
                        account.disabled_at,
                    )
                ),
            )
            for person, account in lists.every(
                lambda after: directory.accounts(work, text=lists.searched(), after=after, limit=lists.MANY)
            )
        ]
    return spreadsheets.answer("comptes", extension, [web_work.translated(text) for text in HEADER], rows)


@pages.post("/administration/personnes/<uuid:person_id>/compte")
@requires(Permission.MANAGE_PEOPLE)
def open_account(person_id: UUID) -> WerkzeugResponse:
    """Open an account at the person's address, and invite them; they sign in by code."""
    with once.start_work() as work:
        require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
        accounts.create(work, person_id=person_id)
        notify.notify(work, kind="invitation", recipient_id=person_id, data={"path": "/connexion"})
        return done_once(work, _("Accès ouvert ; une invitation part à son adresse."), card_of(person_id))


@pages.post("/administration/personnes/<uuid:person_id>/reactiver")
@requires(Permission.MANAGE_PEOPLE)
def enable_account(person_id: UUID) -> WerkzeugResponse:
    """Open again a disabled account."""
    with once.start_work() as work:
        require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
        accounts.enable(work, person_id)
        return done_once(work, _("Compte réactivé."), card_of(person_id))


@pages.post("/administration/personnes/<uuid:person_id>/second-facteur/retirer")
@requires(Permission.MANAGE_ROLES)
def reset_second_factor(person_id: UUID) -> WerkzeugResponse:
    """Take away a second factor, its telephone lost, once it is checked who asks."""
    with once.start_work() as work:
        permissions.require_national(work, Permission.MANAGE_ROLES)
        second_factor.remove(work, person_id)
        accounts.end_everything(work, person_id)
        return done_once(
            work,
            _("Second facteur retiré : un autre sera demandé à la prochaine connexion."),
            card_of(person_id),
        )
