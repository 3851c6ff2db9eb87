"""What the system holds on a person, as a file, and their erasure, said and confirmed before."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, flash, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.retention import archiving, erasing, gathering, obstacles, plans
from web import once
from web import work as web_work
from web.admin.blueprint import Messages, pages, shows_again
from web.admin.people import card_of, require_visible
from web.auth import requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

ERASED = _("Cette personne est effacée.")
BEGUN = _("L’effacement est commencé : il se terminera de lui-même dans l’heure.")
UNTICKED = _("Cochez la case pour confirmer : un effacement ne se reprend pas.")


@pages.get("/administration/personnes/<uuid:person_id>/effacer")
@requires(Permission.ERASE_PERSON)
def erase_person(person_id: UUID) -> str:
    """Say what forbids the erasure, or what it would keep and empty, and ask to confirm."""
    return erase_person_page(person_id)


def erase_person_page(person_id: UUID, messages: Messages | None = None) -> str:
    """The page that asks to confirm."""
    with web_work.start_reading() as work:
        person = require_visible(work, person_id)
        erasing.require_may_erase(work, person_id)
        found = obstacles.preview(work, person_id)
        is_begun = erasing.is_begun(work, person_id)
        return render_template(
            "admin/erase.html",
            person=person,
            found=found,
            is_begun=is_begun,
            back=card_of(person_id),
            wrong=[text for texts in (messages or {}).values() for text in texts],
        )


@pages.post("/administration/personnes/<uuid:person_id>/effacer")
@shows_again(erase_person_page)
@requires(Permission.ERASE_PERSON)
def carry_erasure_out(person_id: UUID) -> WerkzeugResponse:
    """Erase somebody. Raises `obstacles.CannotErase`, `obstacles.AlreadyErased`."""
    with once.start_work() as work:
        require_visible(work, person_id)
        erasing.require_may_erase(work, person_id)
        if request.form.get("confirmed") != "yes":
            raise errors.InvalidAnswers({"confirmed": [UNTICKED]})
        erasing.begin(work, person_id)
        answer = once.done(work, url_for("admin.people_list"))
    engine = web_work.engine()
    is_whole = plans.complete(engine.database, engine.store, person_id, actor=web_work.actor())
    flash(web_work.translated(ERASED if is_whole else BEGUN), "success")
    return answer


@pages.post("/administration/personnes/<uuid:person_id>/donnees")
@requires(Permission.ERASE_PERSON)
def export_person(person_id: UUID) -> Response:
    """What the system holds on somebody who cannot ask for it alone; it is noted in history."""
    with web_work.start_work() as work:
        require_visible(work, person_id)
        erasing.require_may_erase(work, person_id)
        gathering.note(work, person_id)
    return file_of(person_id)


def file_of(person_id: UUID) -> Response:
    """The file about a person, to be kept."""
    with web_work.start_reading() as work:
        found = gathering.gather(work, person_id)
    made = archiving.archive(found, web_work.engine().store, locale=web_work.locale())
    response = Response(made, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="donnees-{person_id.hex[:8]}.zip"'
    return response
