"""Plan a session, move it, cancel it, say that it took place; designate an acting chair of the basin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine import errors
from engine.committee import acting, agenda, sessions
from engine.i18n import mark as _
from engine.people.permissions import Permission
from forms.presentation import Input
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.committee import timely
from web.committee.access import basin_asked, heading, session_asked
from web.committee.blueprint import pages
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin

PLAN, HELD, ACTING = "session_plan", "session_held", "acting_chair_designation"
KEPT = ("held_on", "kind", "starts_at", "duration_minutes", "place", "video_link", "note")
LONGEST_REASON = 500
Values = Mapping[str, object]


@pages.get("/seances/nouvelle")
@requires(Permission.PLAN_SESSION)
def ask_plan() -> str:
    """Ask for a session's day and place."""
    return plan_page()


@pages.post("/seances/nouvelle")
@requires(Permission.PLAN_SESSION)
@keeps_when_idle(set_aside)
def plan() -> Response:
    """Plan a session."""
    show_again_with(plan_page)
    with once.start_work() as work:
        basin = basin_asked(work, Permission.PLAN_SESSION)
        planned = sessions.plan(work, basin_id=basin.id, answers=PageForm(PLAN, basin.id).read(work))
        if request.args.get("point"):
            agenda.add(work, planned.id, key=request.args["point"])
        said = web_work.translated(_("Séance prévue le {day}."), day=day_of(planned))
        response = once.done(work, url_for("committee.index", bassin=basin.slug))
    flash(said, "success")
    return response


@pages.get("/seances/<uuid:session_id>/report")
@requires(Permission.PLAN_SESSION)
def ask_move(session_id: UUID) -> Response | str:
    """Ask for another day or place."""
    return timely.asked(session_id, Permission.PLAN_SESSION, timely.to_come, move_page)


@pages.post("/seances/<uuid:session_id>/report")
@requires(Permission.PLAN_SESSION)
@keeps_when_idle(set_aside)
def move(session_id: UUID) -> Response:
    """Change a planned session's day, place or form."""
    show_again_with(partial(move_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
        moved = sessions.move(work, session.id, answers=PageForm(PLAN, basin.id).read(work))
        said = web_work.translated(_("Séance modifiée : elle est prévue le {day}."), day=day_of(moved))
        response = once.done(work, url_for("committee.index", bassin=basin.slug))
    flash(said, "success")
    return response


@pages.get("/seances/<uuid:session_id>/annulation")
@requires(Permission.PLAN_SESSION)
def ask_cancel(session_id: UUID) -> Response | str:
    """Ask why a session is cancelled."""
    return timely.asked(session_id, Permission.PLAN_SESSION, timely.to_come, cancel_page)


@pages.post("/seances/<uuid:session_id>/annulation")
@requires(Permission.PLAN_SESSION)
@keeps_when_idle(set_aside)
def cancel(session_id: UUID) -> Response:
    """Cancel a planned session, with the reason."""
    show_again_with(partial(cancel_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
        sessions.cancel(work, session.id, reason=reason_given())
        response = once.done(work, url_for("committee.index", bassin=basin.slug))
    flash(web_work.translated(_("La séance est annulée.")), "success")
    return response


@pages.get("/seances/<uuid:session_id>/tenue")
@requires(Permission.PLAN_SESSION)
def ask_held(session_id: UUID) -> Response | str:
    """Ask who was there and who presided."""
    return timely.asked(session_id, Permission.PLAN_SESSION, timely.to_hold, held_page)


@pages.post("/seances/<uuid:session_id>/tenue")
@requires(Permission.PLAN_SESSION)
@keeps_when_idle(set_aside)
def hold(session_id: UUID) -> Response:
    """Record that a session took place, and who was there."""
    show_again_with(partial(held_page, session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
        sessions.hold(work, session.id, answers=PageForm(HELD, basin.id, session.id).read(work))
        response = once.done(work, url_for("committee.show_session", session_id=session.id))
    said = _("La séance est notée comme tenue. Ses décisions peuvent être consignées.")
    flash(web_work.translated(said), "success")
    return response


@pages.get("/seances/interim")
@requires(Permission.DESIGNATE_ACTING_CHAIR)
def ask_acting_chair() -> str:
    """Ask who stands in for the chair, and for how long."""
    return acting_page()


@pages.post("/seances/interim")
@requires(Permission.DESIGNATE_ACTING_CHAIR)
@keeps_when_idle(set_aside)
def designate_acting_chair() -> Response:
    """Let another eligible member sign in the chair's place for a time (D18)."""
    show_again_with(acting_page)
    with once.start_work() as work:
        basin = basin_asked(work, Permission.DESIGNATE_ACTING_CHAIR)
        answers = PageForm(ACTING, basin.id).read(work)
        acting.designate_in_basin(work, basin_id=basin.id, answers=answers)
        response = once.done(work, url_for("committee.index", bassin=basin.slug))
    flash(web_work.translated(_("La présidence par intérim est désignée.")), "success")
    return response


def plan_page(values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a new session."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.PLAN_SESSION)
        form = PageForm(PLAN, basin.id)
        # One click on a file that would wait too long: a consultation about it.
        start = {"kind": sessions.WRITTEN} if request.args.get("forme") == sessions.WRITTEN else {}
        known = form.context(work)
        inputs = form.inputs(replace(known, prefill={**known.prefill, **start}), values, messages)
    return page(basin, form.form.title, form.form.intro, inputs, messages, submit=form.form.submit)


def move_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a session, holding what is planned."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
        form = PageForm(PLAN, basin.id)
        kept = {name: getattr(session, name) for name in KEPT if getattr(session, name) is not None}
        inputs = form.inputs(replace(form.context(work), prefill=kept), values, messages)
    return page(
        basin, _("Modifier la séance"), _("Les dossiers qui attendent cette séance suivent sa date."),
        inputs, messages, submit=form.form.submit, session=session,
    )  # fmt: skip


def cancel_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a cancellation."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
    asked = Input(
        name="reason",
        id="answer-reason",
        kind="textarea",
        label=web_work.translated(_("Motif")),
        required=True,
        max_length=LONGEST_REASON,
        value=str((values or {}).get("reason", "")),
        errors=tuple((messages or {}).get("reason", ())),
    )
    return page(
        basin, _("Annuler la séance"),
        _("La séance reste dans l’historique, avec le motif. Les dossiers attendront la suivante."), [asked],
        messages, submit=_("Annuler la séance"), session=session, tone="danger",
    )  # fmt: skip


def held_page(session_id: UUID, values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of a session that took place, starting from its planned day."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.PLAN_SESSION)
        form = PageForm(HELD, basin.id, session.id)
        inputs = form.inputs(form.context(work), values, messages)
    return page(
        basin, form.form.title, form.form.intro, inputs, messages, submit=form.form.submit, session=session
    )


def acting_page(values: Values | None = None, messages: Messages | None = None) -> str:
    """The form of an acting chair."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.DESIGNATE_ACTING_CHAIR)
        form = PageForm(ACTING, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
    return page(basin, form.form.title, form.form.intro, inputs, messages, submit=form.form.submit)


def page(
    basin: Basin,
    title: str,
    intro: str,
    inputs: list[Input],
    messages: Messages | None,
    *,
    submit: str,
    session: CommitteeSession | None = None,
    tone: str = "",
) -> str:
    """The page of an act on sessions; an act on one leads back to it."""
    back_url = (
        url_for("committee.index", bassin=basin.slug)
        if session is None
        else url_for("committee.show_session", session_id=session.id)
    )
    return render_template(
        "committee/act.html",
        title=title,
        intro=intro,
        submit=submit,
        tone=tone,
        basin=basin.name,
        heading=None if session is None else heading(session),
        action=request.full_path.rstrip("?"),
        back_url=back_url,
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
    )


def reason_given() -> str:
    """The reason typed. Raises `errors.InvalidAnswers`."""
    reason = str(answers_sent().get("reason", "")).replace("\0", "").strip()
    if not reason:
        raise errors.InvalidAnswers({"reason": [_("Indiquez pourquoi la séance est annulée.")]})
    if len(reason) > LONGEST_REASON:
        raise errors.InvalidAnswers({"reason": [_("Ce motif est trop long : 500 caractères au plus.")]})
    return reason


def day_of(session: Any) -> str:
    """A session's day in the reader's language."""
    return typography.long_date(session.held_on, web_work.locale())
