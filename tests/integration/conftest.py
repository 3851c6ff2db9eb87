"""What most claims about whole lives begin with: a basin at work, and a folder for its documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import FrozenClock
from engine.documents.store import Store
from engine.persistence.database import Database
from tests.integration.programme import Programme


@pytest.fixture
def programme(database: Database, clock: FrozenClock) -> Programme:
    """A basin at work with the reference diagrams."""
    return Programme(database, clock).install()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Where the documents of a test lie."""
    return Store(tmp_path / "documents")
