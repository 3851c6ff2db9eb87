"""The stage of a rehearsal: a database in memory that nobody else opens, an imaginary basin, its people."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from engine.clock import FrozenClock
from engine.documents.plain import PlainWorkshop
from engine.documents.store import DocumentNotFound, Store, digest_of
from engine.operations.lent import domain
from engine.people import (
    accounts,
    assignments,
    basins,
    chairs,
    committee_seats,
    organisations,
    partnerships,
    persons,
)
from engine.people.models import Basin, Role
from engine.persistence import installation
from engine.persistence.base import Base, table_of
from engine.persistence.database import Database
from engine.persistence.unit_of_work import SYSTEM, UnitOfWork
from engine.registry import library, versions
from engine.registry.models import ProcessVersion
from engine.rehearsal import company
from engine.rehearsal.setting import Place
from engine.runtime import cases
from engine.settings import Settings

ENVIRONMENT = "test"
SETTINGS = Settings(environment=ENVIRONMENT, base_url="https://repetition.exemple.test")
# The same files are the same version in every rehearsal: a process reads each diagram once.
VERSIONS = UUID("6f1d3c52-6f0b-4b0e-9d0a-2b6f5a8f4c11")
BEFORE = timedelta(days=40)  # The basin is there before its project.
LASTS = timedelta(days=12 * 365)


@dataclass(frozen=True, slots=True)
class MemoryStore(Store):
    """Contents kept in memory, for as long as a rehearsal lasts."""

    folder: Path = Path("memory")
    contents: dict[str, bytes] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        """Keep a content, and give its hash."""
        content_hash = digest_of(content)
        self.contents[content_hash] = content
        return content_hash

    def read(self, content_hash: str) -> bytes:
        """The content under a hash. Raises `DocumentNotFound`."""
        try:
            return self.contents[content_hash]
        except KeyError as error:
            raise DocumentNotFound from error


@dataclass(slots=True)
class Stage:
    """One rehearsal's own world; closing it leaves nothing."""

    place: Place
    clock: FrozenClock
    database: Database
    store: MemoryStore = field(default_factory=MemoryStore)
    workshop: PlainWorkshop = field(default_factory=PlainWorkshop)
    settings: Settings = SETTINGS
    people: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    experts: dict[UUID, UUID] = field(default_factory=dict)  # The company of each.
    basin_id: int = 0

    @property
    def today(self) -> date:
        """The basin's day."""
        return self.clock.instant.astimezone(self.place.clock_zone).date()

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An hour of a day in the basin."""
        return datetime.combine(day, time(hour, minute), tzinfo=self.place.clock_zone).astimezone(UTC)

    def close(self) -> None:
        """Forget everything."""
        self.database.dispose()


@cache
def empty_database() -> bytes:
    """What a database holds when every table is made and nothing is written; made once per process."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    made = in_memory(connection)
    Base.metadata.create_all(made.engine)
    content = connection.serialize()
    made.dispose()
    return content


def in_memory(connection: sqlite3.Connection) -> Database:
    """A database on one connection to memory: closed, it is gone."""
    return Database(
        "sqlite://", poolclass=sa.pool.QueuePool, pool_size=1, max_overflow=0, pool_timeout=1.0,
        creator=lambda: connection,
    )  # fmt: skip


def raise_curtain(files: Mapping[str, bytes], place: Place, *, starts_on: date) -> Stage:
    """Make the stage: its tables, the diagrams published, the basin, everybody in it."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.deserialize(empty_database())
    clock = FrozenClock(datetime.combine(starts_on - BEFORE, time(9), tzinfo=place.clock_zone))
    database = in_memory(connection)
    database.clock = clock
    database.sources.insert(0, cases.CaseHeads())
    database.domain = domain()
    stage = Stage(place, clock, database)
    with database.start_work() as work:
        installation.stamp(work, environment=ENVIRONMENT)
        basin = add_basin(work, place)
        stage.basin_id = basin.id
        publish(work, files, place, basin_id=basin.id, effective_on=stage.today)
        seat_everybody(work, stage, since=stage.today)
    return stage


def add_basin(work: UnitOfWork, place: Place) -> Basin:
    """The imaginary basin, with the current parameters to try."""
    basin = basins.add(
        work, slug="repetition", code=place.code, name=place.name, zone=place.zone, territory=place.territory
    )
    for key, value in place.current.items():
        basins.change_parameter(work, basin_id=basin.id, key=key, value=value, reason=basins.FIRST_VALUE)
    return basin


def publish(
    work: UnitOfWork, files: Mapping[str, bytes], place: Place, *, basin_id: int, effective_on: date
) -> None:
    """Make the files the basin's version, and this release's reference the programme's.

    A basin's may lack what was drawn since. They are played as they are: whether they may be published is
    not asked here.
    """
    rows: tuple[tuple[int | None, Mapping[str, bytes], Mapping[str, Any]], ...] = (
        (None, library.reference(), {}),
        (basin_id, files, place.published),
    )
    work.connection.execute(
        sa.insert(table_of(ProcessVersion)),
        [
            {
                "id": uuid5(VERSIONS, f"{of_basin} {versions.content_hash(content)}"),
                "basin_id": of_basin,
                "number": 1,
                "content_hash": versions.content_hash(content),
                "files": {name: text.decode("utf-8") for name, text in sorted(content.items())},
                "parameters": dict(parameters),
                "charter_version": place.charter_version,
                "effective_on": effective_on,
                "published_at": work.now,
                "published_by": SYSTEM.person_id,
                "changes": [], "drawn": {}, "reasons": {},
            }
            for of_basin, content, parameters in rows
        ],
    )  # fmt: skip


def seat_everybody(work: UnitOfWork, stage: Stage, *, since: date) -> None:
    """Partner companies, members, experts, the chair, the officer, whoever steers: all imaginary."""
    companies = {key: add_organisation(work, stage, name, Role.PARTNER_COMPANY, since)
                 for key, name in company.COMPANIES.items()}  # fmt: skip
    companies["authority"] = add_organisation(work, stage, company.AUTHORITY, Role.LOCAL_AUTHORITY, since)
    add_organisation(work, stage, company.OPERATOR, Role.OPERATOR_ORGANISATION, since)
    for player in company.PLAYERS:
        person = persons.add(work, full_name=player.shown, email=player.address, phone=None, fictitious=True)
        stage.people[player.key], stage.names[person.id] = person.id, player.shown
        give_part(work, stage, player, companies, since=since)
    partnerships.sign(
        work, basin_id=stage.basin_id, starts_on=since, ends_on=since + LASTS,
        charter_version=stage.place.charter_version, reason="répétition",
    )  # fmt: skip


def add_organisation(work: UnitOfWork, stage: Stage, name: str, role: Role, since: date) -> UUID:
    """An imaginary organisation, with its status in the basin."""
    found = organisations.add(work, name=name, from_date=since, fictitious=True)
    assignments.assign(work, role=role, basin_id=stage.basin_id, organisation_id=found.id, from_date=since)
    return found.id


def give_part(
    work: UnitOfWork, stage: Stage, player: company.Player, companies: Mapping[str, UUID], *, since: date
) -> None:
    """The seat, the chair, the office or the expertise of somebody."""
    person_id, basin_id = stage.people[player.key], stage.basin_id
    accounts.create(work, person_id=person_id)
    if player.role in {Role.SEAT, Role.CHAIR} and player.works_for is not None:
        committee_seats.give_seat(
            work, basin_id=basin_id, person_id=person_id, organisation_id=companies[player.works_for],
            from_date=since,
        )  # fmt: skip
    if player.role is Role.CHAIR:
        chairs.appoint_chair(work, basin_id=basin_id, person_id=person_id, from_date=since)
    elif player.role is Role.EXPERT and player.works_for is not None:
        stage.experts[person_id] = companies[player.works_for]
        assignments.assign(
            work, role=Role.EXPERT, basin_id=basin_id, person_id=person_id,
            organisation_id=companies[player.works_for], from_date=since,
        )  # fmt: skip
    elif player.role is not Role.SEAT:
        assignments.assign(work, role=player.role, basin_id=basin_id, person_id=person_id, from_date=since)
