"""Built style sheets and scripts: their address today, and how they are sent."""

from __future__ import annotations

import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from flask import Flask

STATIC = Path(__file__).parent / "static"
BUILT = STATIC / "dist"
ADDRESS = "/static/"
# A built file's name carries its hash: what is behind an address never changes.
FOR_EVER = "public, max-age=31536000, immutable"


def register(app: Flask) -> None:
    """Give the templates `asset(name)`, and send built files compressed and kept for ever."""
    app.jinja_env.globals["asset"] = asset
    app.before_request(send_compressed)
    app.after_request(keep)


def asset(name: str) -> str | None:
    """The address of a built file by its plain name (`app.css`, `diagram.js`), or None if not built.

    Without a build the style sheet is the small one written by hand: pages work, plainly.
    """
    if name in manifest():
        return f"{ADDRESS}dist/{manifest()[name]}"
    return f"{ADDRESS}fallback.css" if name == "app.css" else None


@cache
def manifest() -> dict[str, str]:
    """Which file is `app.css` today; empty where nothing was built."""
    path = BUILT / "manifest.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def send_compressed() -> Response | None:
    """Answer with the copy compressed at build, if the browser takes it; else let the file be sent."""
    name = built_name()
    if name not in manifest().values() or not request.accept_encodings.quality("gzip"):
        return None
    path = BUILT / f"{name}.gz"
    if not path.is_file():
        return None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), mimetype=kind, headers={"Content-Encoding": "gzip"})


def keep(response: Response) -> Response:
    """Let browsers keep a built file for ever, and caches tell the compressed copy from the other."""
    if response.status_code == 200 and built_name():
        response.headers["Cache-Control"] = FOR_EVER
        response.vary.add("Accept-Encoding")
    return response


def built_name() -> str:
    """The name of the built file that this request asks for, or an empty text."""
    prefix = f"{ADDRESS}dist/"
    return request.path.removeprefix(prefix) if request.path.startswith(prefix) else ""
