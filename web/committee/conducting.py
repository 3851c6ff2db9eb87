"""What the officer notes while a session is held: who is there, who is represented."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, url_for

from engine.committee import attendance
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

ATTENDANCE = "session_attendance"


@pages.get("/seances/<uuid:session_id>/presences")
@requires(Permission.CONDUCT_SESSION)
def ask_attendance(session_id: UUID) -> Response | str:
    """Ask who is there, who is represented."""
    return timely.asked(session_id, Permission.CONDUCT_SESSION, timely.noted, attendance_page)


@pages.post("/seances/<uuid:session_id>/presences")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def note_attendance(session_id: UUID) -> Response:
    """Note who is there; it may be corrected until the minutes are signed."""
    show_again_with(partial(attendance_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        answers = PageForm(ATTENDANCE, basin.id, session.id).read(work)
        attendance.record(
            work, session.id, rows=answers["attendance"], chaired_by_id=answers["chaired_by_id"]
        )
        response = once.done(work, url_for("committee.show_session", session_id=session.id))
    flash(web_work.translated(_("Les présences sont notées.")), "success")
    return response


def attendance_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of who is there, holding what was noted."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        form = PageForm(ATTENDANCE, basin.id, session.id)
        inputs = form.inputs(form.context(work), values, messages)
    return planning.page(
        basin, form.form.title, form.form.intro, inputs, messages, submit=form.form.submit, session=session
    )
