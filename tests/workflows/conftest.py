"""A basin at work for the stories, on each database."""

from __future__ import annotations

import pytest

from tests.stories import World


@pytest.fixture
def world(database, clock, tmp_path) -> World:
    """Terres de Lorraine on the morning of Monday 16 November 2026, a session planned for today."""
    return World(database, clock, tmp_path).install()
