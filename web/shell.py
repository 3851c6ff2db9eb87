"""What the frame of every page shows: who is signed in, where they may go, the time, the messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, get_flashed_messages, request, session, url_for
from flask_login import current_user
from werkzeug.routing import BuildError

from engine.i18n import mark as _
from engine.people.permissions import Permission
from web import work as web_work
from web.auth import IDLE, Viewer, seconds_left, viewer

IDLE_NOTICE = 300  # Seconds before the end of a session at which the page says so.

# What the header offers: label, endpoint, the permission that shows it, the paths it stands for.
NAVIGATION = (
    (_("Mes tâches"), "inbox.index", Permission.COMPLETE_TASK, "/taches"),
    (_("À signer"), "committee.to_sign", Permission.REPLACE_MANDATARY, "/signatures"),
    (_("Projets"), "projects.index", Permission.SEE_PROJECT, "/projets"),
    (_("Séances"), "committee.index", Permission.SEE_BASIN, "/seances"),
    (_("Pilotage"), "monitoring.index", Permission.SEE_MONITORING, "/pilotage"),
    (_("Bassins"), "basins.index", Permission.SEE_BASIN, "/bassins"),
    (_("Relectures"), "variants.reviews", Permission.REVIEW_VARIANT, "/programme/relectures"),
    (_("Administration"), "admin.index", Permission.SEE_OUTBOX, "/administration"),
)
STEPS = (
    ("P1D", _("1 jour")),
    ("P7D", _("1 semaine")),
    ("P30D", _("1 mois")),
    ("next", _("à la prochaine échéance")),
)


def register(app: Flask) -> None:
    """Give every template its `shell`."""
    app.context_processor(lambda: {"shell": shell()})


def address(endpoint: str, **values: Any) -> str | None:
    """The address of a page, or None where this installation does not have it."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def shell() -> dict[str, Any]:
    """The frame's view-model; see `templates/base.html`."""
    engine = web_work.engine()
    person = viewer() if current_user.is_authenticated else None
    other = "en" if web_work.locale() == "fr" else "fr"
    is_demonstration = engine.settings.environment == "demo"
    return {
        "person": person.full_name if person else None,
        "acting_for": None,
        "home_url": home(person),
        "has_one_task": person is not None and person.scope_task_id is not None,
        "navigation": list(navigation(person)) if person and person.scope_task_id is None else [],
        "basin": None,
        "basins": [],
        "account_url": address("auth.account"),
        "sign_in_url": address("auth.sign_in"),
        "sign_out_url": address("auth.sign_out"),
        "language": (other, "English" if other == "en" else "Français", address("auth.change_language")),
        "demonstration": is_demonstration,
        "mailbox_url": address("mailbox.index") if is_demonstration else None,
        "held": engine.is_held(),
        "is_copy": engine.is_copy(),
        "mail_leaves": engine.transport is not None and not engine.is_copy(),
        "mail_waits": engine.transport is None and looks_after_mail(person),
        "clock": clock(person) if is_demonstration else None,
        "session": running_session(person),
        "notice_url": address("help.notice"),
        "help_url": address("help.index"),
        "validation_url": address("documents.ask_validation"),
        "signing_url": address("documents.explain_signature"),
        "accessibility_url": address("help.accessibility"),
        "accessibility": _("partiellement conforme"),
        "messages": get_flashed_messages(with_categories=True),
        "undo": session.pop("undo", None),
    }


def home(person: Viewer | None) -> str:
    """Where the name of the application leads: to the one task of whoever came by a mail's link."""
    if person is None or person.scope_task_id is None:
        return "/"
    return address("inbox.show_task", task_id=person.scope_task_id) or "/"


def navigation(person: Viewer) -> Iterator[tuple[str, str, bool, int | None]]:
    """The pages this person may open, in order."""
    allowed = person.rights.anywhere()
    for label, endpoint, permission, prefix in NAVIGATION:
        target = address(endpoint)
        if target is not None and permission in allowed:
            yield web_work.translated(label), target, request.path.startswith(prefix), None


def looks_after_mail(person: Viewer | None) -> bool:
    """Whether this person looks after the mails of this installation."""
    return person is not None and Permission.RETRY_MAIL in person.rights.anywhere()


def clock(person: Viewer | None) -> dict[str, Any]:
    """The simulated time, and how to play it on for those who may."""
    may = person is not None and Permission.ADVANCE_CLOCK in person.rights.anywhere()
    return {
        "shown": web_work.now().astimezone(ZoneInfo("Europe/Paris")),
        "advance_url": address("admin.advance_clock") if may else None,
        "steps": STEPS,
    }


def running_session(person: Viewer | None) -> dict[str, Any] | None:
    """How long the session lasts without an act, or at most, so that the page can warn before its end."""
    stay = address("auth.stay")
    if person is None or stay is None:
        return None
    seconds = min(int(IDLE.total_seconds()), seconds_left())
    return {"seconds": seconds, "notice": IDLE_NOTICE, "stay_url": stay}
