"""One's due days in one's own calendar: an address that only reads, signed for one person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import icalendar
from flask import Response, abort, current_app
from flask import session as signed_in
from itsdangerous import BadSignature, URLSafeSerializer

from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import standing
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox
from web import case_pages
from web import work as web_work
from web.auth import public, viewer
from web.inbox.blueprint import pages

if TYPE_CHECKING:
    from engine.committee.session_names import Named
    from engine.runtime.acts import TaskView

MOST = 200


def signer() -> URLSafeSerializer:
    """Signs and reads the addresses."""
    return URLSafeSerializer(current_app.secret_key or "", salt="calendar")


def address() -> str:
    """The address of the calendar of the person signed in; it ends with the sessions of the account."""
    token = signer().dumps([viewer().person_id.hex, signed_in.get("generation")])
    return f"{web_work.engine().settings.base_url.rstrip('/')}/calendrier/{token}.ics"


@pages.get("/calendrier/<string:token>.ics")
@public
def calendar(token: str) -> Response:
    """Give the due days of a person's own tasks, to whoever holds the address they were given."""
    person_id, generation = owner(token)
    with web_work.engine().database.start_reading(Actor(person_id)) as work:
        known = standing.of(work, person_id)
        if known is None or known.is_disabled or known.generation != generation:
            abort(404)
        found = inbox.page(work, inbox.Viewer(person_id, ()), inbox.Filters(scope="mine"), limit=MOST)
        named = case_pages.sessions_among(work, found.tasks)
        events = [
            event_of(each, known.locale, named.get(each.case_id), now=work.now)
            for each in found.tasks
            if not each.suspended
        ]
    content = icalendar.Calendar()
    content.add("prodid", "-//Alizé//FR")
    content.add("version", "2.0")
    content.add("x-wr-calname", translate(_("Alizé, mes échéances"), known.locale))
    content.add("refresh-interval;value=duration", "PT6H")
    for event in events:
        content.add_component(event)
    # Nobody is signed in here, and the days are still one person's.
    headers = {"Cache-Control": "no-store"}
    return Response(content.to_ical(), content_type="text/calendar; charset=utf-8", headers=headers)


def owner(token: str) -> tuple[UUID, int | None]:
    """The person an address was made for, and under which generation of their account; 404 for any other."""
    try:
        person, generation = signer().loads(token)
        return UUID(person), generation
    except (BadSignature, ValueError, TypeError, AttributeError):
        abort(404)


def event_of(view: TaskView, locale: str, session: Named | None, *, now: Any) -> icalendar.Event:
    """A task's due day as an all-day entry; put on hold, the day until which one waits."""
    day = max(view.due_on, view.awaiting_until) if view.awaiting_until else view.due_on
    url = f"{web_work.engine().settings.base_url.rstrip('/')}/taches/{view.id}"
    event = icalendar.Event()
    event.add("uid", f"{view.id.hex}@alize")
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    firm = case_pages.name(view.firm, view.reference, locale, session)
    event.add("summary", f"{translate(view.title, locale)} – {firm}")
    event.add("description", f"{view.reference}\n{url}")
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
