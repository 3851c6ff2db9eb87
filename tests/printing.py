"""Make the papers that acts asked for: without a printer, or by a child process that is started once."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path

from engine import operations
from engine.documents import making
from engine.documents.plain import PlainWorkshop
from engine.documents.store import Store
from engine.documents.workshop import ChildWorkshop
from engine.persistence.database import Database
from engine.settings import Settings

_kept = tempfile.TemporaryDirectory(prefix="alize-papers-")
atexit.register(_kept.cleanup)
STORE = Store(Path(_kept.name))
SETTINGS = Settings(environment="test", base_url="https://alize.test")


def print_papers(database: Database, store: Store = STORE) -> int:
    """Make every paper that is due, as the tick does; how many."""
    done = 0
    while made := making.make_due(database, SETTINGS, PlainWorkshop(), store, operations.paper_hooks()):
        done += made
    return done


class KeptWorkshop(ChildWorkshop):
    """The workshop of an installation, whose child serves the next installation of this process too."""

    def close(self) -> None:
        """Leave the child at work: it ends with the process of tests."""
