"""What the system holds on a person, as a file, and their erasure, said and confirmed before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.retention import archiving, contents, erasing, gathering, obstacles, replaying
from web import work as web_work
from web.admin.blueprint import Messages, done, pages, shows_again
from web.admin.people import card_of, require_visible
from web.auth import requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

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
    with web_work.start_work() as work:
        require_visible(work, person_id)
        erasing.require_may_erase(work, person_id)
        if request.form.get("confirmed") != "yes":
            raise errors.InvalidAnswers({"confirmed": [UNTICKED]})
        erasing.begin(work, person_id)
    engine = web_work.engine()
    erasing.carry_out(engine.database, person_id, actor=web_work.actor())
    contents.sweep(engine.database, engine.store)
    replaying.keep(engine.database, Path(engine.settings.data_dir))
    return done(_("Cette personne est effacée."), url_for("admin.people_list"))


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
