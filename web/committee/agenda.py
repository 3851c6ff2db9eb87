"""Arrange the agenda of a session: move, remove, put back, add; send it once more when it changed."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from engine import errors
from engine.committee import agenda, diffusion, sessions
from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.committee import cockpit, timely
from web.committee.access import heading, session_asked
from web.committee.blueprint import pages
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

CONDUCT = Permission.CONDUCT_SESSION
ITEM, REMOVAL, RESEND = "agenda_item", "agenda_removal", "agenda_resend"
DIFFUSE = "prepare_agenda"
LONGEST_KEY = 80


@pages.post("/seances/<uuid:session_id>/ordre-du-jour/ordre")
@requires(Permission.CONDUCT_SESSION)
def shift_item(session_id: UUID) -> Response:
    """Move an item up or down."""
    by = -1 if request.form.get("vers") == "haut" else 1
    return edited(session_id, lambda work: agenda.shift(work, session_id, key=key_sent(), by=by))


@pages.post("/seances/<uuid:session_id>/ordre-du-jour/choix")
@requires(Permission.CONDUCT_SESSION)
def pick_item(session_id: UUID) -> Response:
    """Put something that is ready on the agenda."""
    return edited(session_id, lambda work: agenda.add(work, session_id, key=key_sent()))


@pages.post("/seances/<uuid:session_id>/ordre-du-jour/remise")
@requires(Permission.CONDUCT_SESSION)
def restore_item(session_id: UUID) -> Response:
    """Put back an item that was taken off."""
    return edited(session_id, lambda work: agenda.restore(work, session_id, key=key_sent()))


@pages.get("/seances/<uuid:session_id>/ordre-du-jour/ajout")
@requires(Permission.CONDUCT_SESSION)
def ask_addition(session_id: UUID) -> Response | str:
    """Ask for an item of one's own."""
    return timely.asked(session_id, CONDUCT, timely.to_come, partial(form_page, ITEM))


@pages.post("/seances/<uuid:session_id>/ordre-du-jour/ajout")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def add_item(session_id: UUID) -> Response:
    """Add an item of one's own at the end of the agenda."""
    return answered(
        ITEM,
        session_id,
        lambda work, answers: agenda.add(work, session_id, title=answers["title"], note=answers["note"]),
    )


@pages.get("/seances/<uuid:session_id>/ordre-du-jour/retrait")
@requires(Permission.CONDUCT_SESSION)
def ask_removal(session_id: UUID) -> Response | str:
    """Ask why an item is taken off."""
    page = timely.asked(session_id, CONDUCT, timely.to_come, partial(form_page, REMOVAL))
    key_sent()
    return page


@pages.post("/seances/<uuid:session_id>/ordre-du-jour/retrait")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def remove_item(session_id: UUID) -> Response:
    """Take an item off the agenda, with the reason; its file waits for the session after."""
    return answered(
        REMOVAL,
        session_id,
        lambda work, answers: agenda.remove(work, session_id, key=key_sent(), reason=answers["reason"]),
    )


@pages.get("/seances/<uuid:session_id>/diffusion")
@requires(Permission.CONDUCT_SESSION)
def ask_diffusion(session_id: UUID) -> Response | str:
    """Lead to the step that sends the agenda; sent already, ask why it is sent again."""
    with web_work.start_reading() as work:
        session, _basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        steps = sessions.waiting_steps(work, session.id)
    task_id = next((each.id for each in steps if each.step == DIFFUSE), None)
    if task_id is not None:
        return redirect(url_for("inbox.show_task", task_id=task_id))
    return timely.asked(session_id, CONDUCT, timely.to_come, partial(form_page, RESEND))


@pages.post("/seances/<uuid:session_id>/diffusion")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def diffuse_again(session_id: UUID) -> Response:
    """Send an agenda that changed once more, to whoever sits now."""
    response = answered(
        RESEND,
        session_id,
        lambda work, answers: diffusion.diffuse_again(work, session_id, reason=answers["reason"]),
    )
    flash(web_work.translated(_("L’ordre du jour est diffusé de nouveau.")), "success")
    return response


def edited(session_id: UUID, act: Callable[[UnitOfWork], object]) -> Response:
    """Do one edit, once, and come back to the agenda."""
    with once.start_work() as work:
        session_asked(work, session_id, Permission.CONDUCT_SESSION)
        act(work)
        return once.done(work, url_for("committee.show_session", session_id=session_id) + "#ordre-du-jour")


def answered(form: str, session_id: UUID, act: Callable[[UnitOfWork, Mapping[str, Any]], object]) -> Response:
    """Do what the answers to a form ask, once."""
    show_again_with(partial(form_page, form, session_id))
    with once.start_work() as work:
        _session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        act(work, PageForm(form, basin.id).read(work))
        return once.done(work, url_for("committee.show_session", session_id=session_id) + "#ordre-du-jour")


def form_page(
    key: str, session_id: UUID, values: Mapping[str, object] | None = None, messages: Messages | None = None
) -> str:
    """The page of one of these forms."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.CONDUCT_SESSION)
        form = PageForm(key, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
        about = about_asked(work, session) if key == REMOVAL else None
    return render_template(
        "committee/act.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        tone="",
        basin=basin.name,
        heading=heading(session),
        about=about,
        action=request.full_path.rstrip("?"),
        back_url=url_for("committee.show_session", session_id=session_id),
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
    )


def about_asked(work: UnitOfWork, session: CommitteeSession) -> str | None:
    """What the item asked about is called; nothing where none is, as the act itself will say."""
    with suppress(errors.InvalidAnswers, errors.NotFound):
        return cockpit.title_by_key(work, session, key_sent())
    return None


def key_sent() -> str:
    """Which item is meant, by the address or the button pressed. Raises `errors.InvalidAnswers`."""
    key = request.args.get("point") or str(answers_sent().get("point", ""))
    if not key:
        raise errors.InvalidAnswers({"point": [_("Dites de quel point il s’agit.")]})
    return key[:LONGEST_KEY]
