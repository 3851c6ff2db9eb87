"""One dossier, and the officer who follows it."""

from __future__ import annotations

import pytest

from tests.web.lives import Life


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")
