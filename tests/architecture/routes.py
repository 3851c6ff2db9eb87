"""The routes of the application; run as a program, writes the list that test_routes.py compares with."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from engine.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

    from engine.app import Engine

LIST = Path(__file__).with_name("routes.txt")


def application() -> Flask:
    """The application as it is put together, without a database: routes need none."""
    from web import app

    settings = Settings(environment="test", secret_key="only for the tests")
    return app.create_app(cast("Engine", SimpleNamespace(settings=settings)))


def lines(flask: Flask) -> list[str]:
    """Each route as one line: its methods and its path."""
    return sorted(
        f"{rule.rule} {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        for rule in flask.url_map.iter_rules()
    )


if __name__ == "__main__":
    LIST.write_text("\n".join(lines(application())) + "\n", encoding="utf-8")
