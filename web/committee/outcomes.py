"""Say what became of an item that no decision settles; let somebody else preside over one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, url_for

from engine.committee import items, minutes_words
from engine.i18n import mark as _
from engine.people.permissions import Permission
from forms.questions import Answers
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.committee.access import session_asked
from web.committee.act_pages import Values, act_page
from web.committee.blueprint import pages
from web.page_forms import Messages, PageForm, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.agenda_models import AgendaItem
    from engine.persistence.unit_of_work import UnitOfWork

OUTCOME, CHAIR = "item_outcome", "item_chair"


@pages.get("/seances/<uuid:session_id>/points/<uuid:item_id>/suite")
@requires(Permission.CONDUCT_SESSION)
def ask_outcome(session_id: UUID, item_id: UUID) -> str:
    """Ask what became of an item."""
    return item_page(session_id, item_id, OUTCOME)


@pages.post("/seances/<uuid:session_id>/points/<uuid:item_id>/suite")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def give_outcome(session_id: UUID, item_id: UUID) -> Response:
    """Write what became of an item; it may change until the minutes are signed."""
    show_again_with(partial(item_page, session_id, item_id, OUTCOME))
    with once.start_work() as work:
        answers = answered(work, session_id, item_id, OUTCOME)
        items.outcome(work, item_id, outcome=str(answers["outcome"].value), note=answers.get("note"))
        response = once.done(work, address(work, session_id, item_id))
    flash(web_work.translated(_("La suite du point est enregistrée.")), "success")
    return response


@pages.get("/seances/<uuid:session_id>/points/<uuid:item_id>/presidence")
@requires(Permission.CONDUCT_SESSION)
def ask_item_chair(session_id: UUID, item_id: UUID) -> str:
    """Ask who presides over an item."""
    return item_page(session_id, item_id, CHAIR)


@pages.post("/seances/<uuid:session_id>/points/<uuid:item_id>/presidence")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def give_item_chair(session_id: UUID, item_id: UUID) -> Response:
    """Let somebody eligible preside over an item, and sign what is decided of it (R14)."""
    show_again_with(partial(item_page, session_id, item_id, CHAIR))
    with once.start_work() as work:
        answers = answered(work, session_id, item_id, CHAIR)
        items.preside(work, item_id, person_id=answers["person_id"])
        response = once.done(work, address(work, session_id, item_id))
    flash(web_work.translated(_("La présidence de ce point est confiée.")), "success")
    return response


def address(work: UnitOfWork, session_id: UUID, item_id: UUID) -> str:
    """Where an item is on the page of its session."""
    number = minutes_words.numbers(work, session_id).get(item_id, 1)
    return url_for("committee.show_session", session_id=session_id, _anchor=f"point-{number}")


def item_asked(work: UnitOfWork, session_id: UUID, item_id: UUID) -> AgendaItem:
    """An item of the session of the address, that the reader may see. Raises `items.ItemNotFound`."""
    item = items.find(work, item_id)
    if item.session_id != session_id or item.project_id in viewer().rights.hidden():
        raise items.ItemNotFound
    return item


def answered(work: UnitOfWork, session_id: UUID, item_id: UUID, key: str) -> Answers:
    """The clean answers about an item. Raises `catalogue.InvalidAnswers`."""
    _session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
    item = item_asked(work, session_id, item_id)
    return PageForm(key, basin.id, item.id).read(work)


def item_page(
    session_id: UUID,
    item_id: UUID,
    key: str,
    values: Values | None = None,
    messages: Messages | None = None,
) -> str:
    """The form about an item."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        item = item_asked(work, session_id, item_id)
        form = PageForm(key, basin.id, item.id)
        inputs = form.inputs(form.context(work), values, messages)
        about = minutes_words.titled(work, item, web_work.locale())
        back_url = address(work, session_id, item_id)
    return act_page(basin, session, form, inputs, messages, about=about, back_url=back_url)
