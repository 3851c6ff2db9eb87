"""The access tokens of a person: what programs hold in their name, and an end to each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people import permissions, tokens
from engine.people.permissions import Permission
from web import work as web_work
from web.admin.blueprint import done, pages
from web.admin.people import require_visible
from web.auth import requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse


@pages.get("/administration/personnes/<uuid:person_id>/jetons")
@requires(Permission.MANAGE_PEOPLE)
def person_tokens(person_id: UUID) -> str:
    """List the tokens in force of a person whose account one looks after."""
    with web_work.start_reading() as work:
        person = require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
        return render_template("admin/tokens.html", person=person, tokens=tokens.in_force_of(work, person_id))


@pages.post("/administration/personnes/<uuid:person_id>/jetons/<uuid:token_id>/revoquer")
@requires(Permission.MANAGE_PEOPLE)
def revoke_token(person_id: UUID, token_id: UUID) -> WerkzeugResponse:
    """End a token at once. Raises `NotFound` when it is not this person's."""
    with web_work.start_work() as work:
        require_visible(work, person_id)
        permissions.require_may_manage(work, person_id)
        tokens.revoke(work, person_id, token_id=token_id)
    return done(_("Jeton révoqué : il ne sert plus."), url_for("admin.person_tokens", person_id=person_id))
