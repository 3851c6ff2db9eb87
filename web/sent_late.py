"""A page's form sent after its session has ended, or from before a sign-in: nothing typed is lost."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask import Blueprint, current_app, flash, g, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeSerializer

from engine import errors
from engine.i18n import mark as _
from forms import catalogue
from web import errors as web_errors
from web import page_forms
from web import work as web_work
from web.auth import path_before, sessions, viewer
from web.page_forms import OURS, TYPED_BY

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

OLDER = _("Cette page datait d’avant votre connexion : relisez ce que vous aviez tapé, puis renvoyez-le.")


def register(pages: Blueprint) -> None:
    """Bring the refused forms of a blueprint back to their page, those sent too late too."""
    page_forms.register(pages)
    pages.register_error_handler(CSRFError, older_page)


def keep(pages: Blueprint, *views: Any) -> None:
    """Set aside what is sent too late to some views of a blueprint that this module is built on."""
    for each in views:
        each.when_idle = set_aside
    pages.register_error_handler(CSRFError, older_page)


def set_aside(person_id: UUID, /, **_names: object) -> tuple[str, int]:
    """A page sent after its session has ended: nothing is done, the browser keeps what was typed.

    The answer holds it, to be sent again once its person has signed in beside; nobody else is shown it.
    """
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    page = render_template(
        "auth/set_aside.html",
        action=request.full_path.rstrip("?"),
        fields=[*kept, (TYPED_BY, seal().dumps(person_id.hex))],
        had_files=any(file.filename for file in request.files.values()),
    )
    return page, HTTPStatus.UNAUTHORIZED


def seal() -> URLSafeSerializer:
    """What signs whose words a page holds."""
    return URLSafeSerializer(str(current_app.secret_key), salt="typed-by")


def is_typed_by(person_id: UUID) -> bool:
    """Whether what is sent was typed by this person, as far as the page says it."""
    if TYPED_BY not in request.form:
        return True
    try:
        return bool(seal().loads(request.form[TYPED_BY]) == person_id.hex)
    except BadSignature:
        return False


def older_page(error: CSRFError) -> Response | tuple[str, int]:
    """A page older than its person's sign-in comes back as typed, to be read and sent again: nothing is done.

    Only for a form of this application: another site's may not fill one in.
    """
    sessions.identify()
    view: Any = current_app.view_functions[request.endpoint or ""]
    is_kept = getattr(view, "when_idle", None) is set_aside and path_before() is not None
    if not (is_kept and current_user.is_authenticated and is_typed_by(viewer().person_id)):
        return web_errors.stale_page(error)
    g.shows_typed = True
    try:
        shown: Response | tuple[str, int] = view(**(request.view_args or {}))
    except (errors.InvalidAnswers, catalogue.InvalidAnswers) as refusal:
        flash(web_work.translated(OLDER), "warning")
        # As when it is refused.
        return cast("Response | tuple[str, int]", current_app.handle_user_exception(refusal))
    except errors.FAMILIES as hidden:
        return web_errors.expected(hidden)
    return shown
