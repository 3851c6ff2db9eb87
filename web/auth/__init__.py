"""Who is signed in, what a route asks of them, and the pages of sign-in."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager

from web.auth import absences, account, own_data, second_factor, sessions, sign_in, signature_codes
from web.auth.addresses import local_path, path_before
from web.auth.blueprint import pages
from web.auth.gates import requires, signed_in, to_sign_in
from web.auth.marks import costly, for_one_task, is_costly, is_limited, keeps_when_idle, limited, public
from web.auth.sessions import COOKIE, IDLE, seconds_left
from web.auth.task_links import task_link_page
from web.auth.viewers import Viewer, viewer

__all__ = [
    "COOKIE",
    "IDLE",
    "Viewer",
    "absences",
    "account",
    "costly",
    "for_one_task",
    "keeps_when_idle",
    "limited",
    "local_path",
    "own_data",
    "pages",
    "path_before",
    "public",
    "register",
    "requires",
    "second_factor",
    "seconds_left",
    "sign_in",
    "signature_codes",
    "signed_in",
    "task_link_page",
    "to_sign_in",
    "viewer",
]

# Beside the engine's own counts, kept in the database per account and per address: these are per
# process, and stop a flood before it reaches a hash.
GUESSES_PER_ADDRESS = "60 per minute; 600 per hour"
# A file to look into takes the machine a second or more.
FILES_PER_ADDRESS = "10 per minute; 100 per hour"


def register(app: Flask) -> None:
    """Give the application its sign-in."""
    manager = LoginManager(app)
    manager.session_protection = None  # Phones change address all day; the session is bound otherwise.
    manager.user_loader(sessions.load_viewer)
    app.before_request(sessions.identify)
    Limiter(
        get_remote_address,
        app=app,
        storage_uri="memory://",
        application_limits=[GUESSES_PER_ADDRESS],
        application_limits_exempt_when=lambda: not is_limited(app.view_functions.get(request.endpoint or "")),
        default_limits=[FILES_PER_ADDRESS],
        default_limits_exempt_when=lambda: not is_costly(app.view_functions.get(request.endpoint or "")),
    )
