"""Say what signed minutes got wrong: an erratum goes with them, and nothing signed is edited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, url_for

from engine.committee import errata
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.committee import timely
from web.committee.access import session_asked
from web.committee.act_pages import Values, act_page
from web.committee.blueprint import pages
from web.page_forms import Messages, PageForm, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

ERRATUM = "session_erratum"


@pages.get("/seances/<uuid:session_id>/erratum")
@requires(Permission.CONDUCT_SESSION)
def ask_erratum(session_id: UUID) -> Response | str:
    """Ask what is wrong in signed minutes, and what is right."""
    return timely.asked(session_id, Permission.CONDUCT_SESSION, timely.signed, erratum_page)


@pages.post("/seances/<uuid:session_id>/erratum")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def record_erratum(session_id: UUID) -> Response:
    """Record an erratum: members and those who steer are told, the next session takes note."""
    show_again_with(partial(erratum_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        answers = PageForm(ERRATUM, basin.id, session.id).read(work)
        made = errata.record(
            work, session.id, item_id=answers.get("item_id"), wrong=answers["wrong"], right=answers["right"],
            reason=answers["reason"],
        )  # fmt: skip
        sentence = _("L’erratum n° {number} accompagne le procès-verbal.")
        said = web_work.translated(sentence, number=made.number)
        response = once.done(work, url_for("committee.show_minutes", session_id=session_id))
    flash(said, "success")
    return response


def erratum_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of an erratum."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        form = PageForm(ERRATUM, basin.id, session.id)
        inputs = form.inputs(form.context(work), values, messages)
    return act_page(
        basin, session, form, inputs, messages,
        back_url=url_for("committee.show_minutes", session_id=session_id),
    )  # fmt: skip
