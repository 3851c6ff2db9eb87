"""What a page asks of the database, which grows with nothing that it lists."""

from __future__ import annotations

from flask.testing import FlaskClient

from engine.app import Engine
from tests.integration.test_hot_path import watched


def statements(browser: FlaskClient, engine: Engine, address: str) -> int:
    """How many statements a page asks, once what never changes has been read."""
    browser.get(address)
    with watched(engine.database) as seen:
        assert browser.get(address).status_code == 200
    return len(seen.statements)
