"""A basin whose acts ask for papers, and the few gestures of the papers' tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from engine import app  # noqa: F401 -- every table, those papers refer to among them
from engine.documents import making, requests
from engine.documents.models import Paper
from engine.documents.plain import PlainWorkshop
from engine.documents.store import Store
from engine.people import basins
from engine.persistence import history
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings

MEMBER = Actor(uuid4(), "web")
LETTER = "letter"
DAY = {"date": "2026-11-16"}


def letter(_work: Any, paper: Paper) -> making.Sheet:
    """What a letter is made of."""
    return making.Sheet("letter@1", {**DAY, "to": str(paper.subject_id)}, most_pages=1)


def nothing(_work: Any, _paper: Paper) -> None:
    """Nothing follows."""


@dataclass
class Bench:
    """A press, and what it makes on."""

    database: Database
    folder: Path
    workshop: PlainWorkshop = field(default_factory=PlainWorkshop)
    gather: making.Gather = letter
    made: Callable[[Any, Paper], None] = nothing
    settings: Settings = field(default_factory=lambda: Settings(environment="test"))
    chain_id: UUID = field(default_factory=uuid4)
    basin_id: int = 0

    def install(self) -> Bench:
        """Give it a basin."""
        with self.database.start_work() as work:
            self.basin_id = basins.add(work, slug="toulois", code="TDL", name="Terres de Lorraine").id
        return self

    @property
    def store(self) -> Store:
        """Where contents lie."""
        return Store(self.folder / "documents")

    def ask(self, *, subject_id: UUID | None = None, kind: str = LETTER, **details: Any) -> UUID:
        """Ask for a paper, in an act of its own."""
        with self.database.start_work(MEMBER) as work:
            return requests.ask(
                work, kind=kind, subject_id=subject_id or uuid4(), chain_id=self.chain_id,
                basin_id=self.basin_id, name="Courrier.pdf", audience="project", **details,
            )  # fmt: skip

    def make(self, **options: Any) -> int:
        """Make what is due."""
        hooks = making.Hooks({LETTER: self.gather}, self.made)
        return making.make_due(self.database, self.settings, self.workshop, self.store, hooks, **options)

    def paper(self, paper_id: UUID) -> Paper:
        """A paper as it stands."""
        with self.database.start_reading() as work:
            return requests.find(work, paper_id)

    def told(self) -> list[str]:
        """What the history of its chain says, in order."""
        table = history.history
        with self.database.start_reading() as work:
            return list(
                work.connection.scalars(
                    sa.select(table.c.kind).where(table.c.chain_id == self.chain_id).order_by(table.c.number)
                )
            )
