"""A session as a file that any calendar takes in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, url_for

from engine.committee import invitations, sessions
from engine.outbox import events
from engine.outbox.letter import mail_domain
from engine.people.permissions import Permission
from web import work as web_work
from web.auth import requires
from web.committee.access import session_asked, takes_part
from web.committee.blueprint import pages


@pages.get("/seances/<uuid:session_id>.ics")
@requires(Permission.SEE_BASIN)
def session_event(session_id: UUID) -> Response:
    """Send a session as it stands: the same event as the one that invitations carry."""
    settings = web_work.engine().settings
    with web_work.start_reading() as work:
        session, _basin = session_asked(work, session_id, Permission.SEE_BASIN)
        is_off = session.state == sessions.CANCELLED
        method = events.Method.CANCEL if is_off else events.Method.PUBLISH
        event = invitations.event(work, session, method=method, locale=web_work.locale())
        if not takes_part(session.basin_id):
            event = replace(event, link="")
        content = events.written(
            event, now=work.now, domain=mail_domain(settings),
            url=url_for("committee.show_session", session_id=session.id, _external=True),
        )  # fmt: skip
    name = f"{session.number or session.held_on.isoformat()}.ics"
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "private, no-cache"}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=headers)
