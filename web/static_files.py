"""Built style sheets and scripts: their address today, and how they are sent."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
BUILT = STATIC / "dist"
ADDRESS = "/static"
# A built file's name carries its hash: what is behind an address never changes.
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def manifest() -> dict[str, str]:
    """Which file is `app.css` today; empty where nothing was built (pages then use the fallback)."""
    path = BUILT / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def asset(name: str) -> str | None:
    """The address of a built file by its plain name (`app.css`, `diagram.js`), or None if not built.

    Without a build the style sheet is the small one written by hand: pages work, plainly.
    """
    if name in manifest():
        return f"{ADDRESS}/dist/{manifest()[name]}"
    return f"{ADDRESS}/fallback.css" if name == "app.css" else None


def compressed(name: str, *, accepted: str) -> Path | None:
    """The copy of a built file that was compressed once at build, if the browser takes it."""
    path = BUILT / f"{name}.gz"
    is_plain_name = "/" not in name and "\\" not in name
    return path if "gzip" in accepted and is_plain_name and path.is_file() else None
