"""The stage of the demonstration: its engine, its basins, its people, and where one finds them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from engine.demo.almanac import Almanac
from engine.documents.store import Store
from engine.persistence.unit_of_work import Actor, UnitOfWork

if TYPE_CHECKING:
    from engine.persistence.database import Database


def nothing_printed() -> None:
    """Leave documents to whoever makes them in this installation."""


# A story says when its next act takes place, and acts when it is asked to go on.
Story = Generator[datetime, None, None]


@dataclass(slots=True)
class BasinOnStage:
    """One basin: its number, its people and organisations by their names in the cast, its sessions."""

    id: int
    code: str
    people: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    experts: dict[UUID, UUID] = field(default_factory=dict)  # The company of each expert.
    sessions: list[date] = field(default_factory=list)

    def session_before(self, day: date) -> date:
        """The last session on or before a day."""
        return max(each for each in self.sessions if each <= day)


@dataclass(slots=True)
class Stage:
    """What every story of the demonstration shares."""

    database: Database
    almanac: Almanac
    basins: dict[str, BasinOnStage] = field(default_factory=dict)
    print_papers: Callable[[], object] = nothing_printed  # Makes the documents that acts asked for.
    store: Store | None = None  # Where files are kept.

    def acting(self, person_id: UUID, *, on_behalf_of: UUID | None = None) -> UnitOfWork:
        """An act of somebody, from their browser."""
        return self.database.start_work(Actor(person_id, "web"), on_behalf_of=on_behalf_of)
