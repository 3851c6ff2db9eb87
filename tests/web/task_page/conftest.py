"""The dossier whose tasks these tests do, and who does them."""

from __future__ import annotations

import pytest

from engine.runtime.models import Task
from tests.web.task_lives import Lives


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


@pytest.fixture
def task(lives) -> Task:
    """A preliminary diagnostic, the member's."""
    return lives.to_diagnostic()


@pytest.fixture
def member(client, sign_in):
    return sign_in(client, "member")
