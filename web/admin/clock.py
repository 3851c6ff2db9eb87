"""The simulated clock of a demonstration: play time on; no such address in production (D25)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import abort, request
from flask.blueprints import BlueprintSetupState

from engine import scheduler
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from web import typography
from web import work as web_work
from web.admin.blueprint import done, pages
from web.auth import path_before, requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

ENVIRONMENTS = frozenset({"demo", "test"})
STEPS = {"P1D": timedelta(days=1), "P7D": timedelta(days=7), "P30D": timedelta(days=30)}
NEXT = "next"


@requires(Permission.ADVANCE_CLOCK)
def advance_clock() -> Response:
    """Play time on: everything due happens, in order, at its own date."""
    with web_work.start_reading() as work:
        permissions.require_national(work, Permission.ADVANCE_CLOCK)
        now = work.now
    back = path_before() or "/"
    wanted = until(request.form.get("by", ""), now)
    if wanted is None:
        return done(_("Rien n’est attendu : aucune échéance à venir."), back)
    acts = scheduler.advance_clock(web_work.engine(), to=wanted)
    locale = web_work.locale()
    said = typography.counted(
        acts, _("{count} chose s’est passée."), _("{count} choses se sont passées."), locale
    )
    return done(
        _("Nous sommes le {moment}. {said}"),
        back,
        moment=typography.moment_in_words(wanted, locale, zone=web_work.zone()),
        said=said,
    )


def until(by: str, now: datetime) -> datetime | None:
    """The instant to play to; None when nothing is awaited; an unknown step is a bad request."""
    if by == NEXT:
        return scheduler.next_due(web_work.engine())
    if by not in STEPS:
        abort(400)
    return now + STEPS[by]


@pages.record
def add_route(state: BlueprintSetupState) -> None:
    """Give the clock its address, where time is played."""
    if state.app.extensions["alize"].settings.environment in ENVIRONMENTS:
        state.add_url_rule("/administration/horloge", "advance_clock", advance_clock, methods=["POST"])
