"""Where to send people: only to pages of this application."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Response, redirect, request

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

LONGEST = 1_000


def local_path(target: str | None) -> str | None:
    """A path of this application, or None: a link never sends anybody elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if not target.isprintable() or "\\" in target or len(target) > LONGEST:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def path_before() -> str | None:
    """The page of this application from which a form was sent, if the browser says it."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return local_path(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def leave_for(address: str) -> WerkzeugResponse:
    """Send the whole page elsewhere, even when a script of ours was asking for a part of it."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 302 if request.method in {"GET", "HEAD"} else 303)
