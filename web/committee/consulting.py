"""A written consultation under way: its deadline put off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, url_for

from engine.committee import consultations
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.committee import planning, timely
from web.committee.access import session_asked
from web.committee.blueprint import pages
from web.committee.item_pages import Values
from web.page_forms import Messages, PageForm, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

EXTENSION = "consultation_extension"


@pages.get("/seances/<uuid:session_id>/delai")
@requires(Permission.CONDUCT_SESSION)
def ask_extension(session_id: UUID) -> Response | str:
    """Ask until when a consultation goes on."""
    return timely.asked(session_id, Permission.CONDUCT_SESSION, timely.under_way, extension_page)


@pages.post("/seances/<uuid:session_id>/delai")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def extend(session_id: UUID) -> Response:
    """Give those who have not answered some days more."""
    show_again_with(partial(extension_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        answers = PageForm(EXTENSION, basin.id).read(work)
        moved = consultations.extend(work, session.id, until=answers["until"], reason=answers["reason"])
        said = web_work.translated(_("La consultation court jusqu’au {day}."), day=planning.day_of(moved))
        response = once.done(work, url_for("committee.show_session", session_id=session.id))
    flash(said, "success")
    return response


def extension_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a new deadline."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        form = PageForm(EXTENSION, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
    return planning.page(
        basin, form.form.title, form.form.intro, inputs, messages, submit=form.form.submit, session=session
    )
