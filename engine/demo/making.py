"""Make the demonstration, or erase it: only ever a demonstration's database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import errors, scheduler
from engine.clock import FrozenClock
from engine.demo import cast, cevennes, committees, longwy, lorraine, settling, valenciennois
from engine.demo.almanac import PARIS, Almanac
from engine.demo.playing import Player
from engine.demo.stage import Stage
from engine.outbox import captured
from engine.outbox.transport import Post, Refused
from engine.persistence import installation, stored_clock
from engine.persistence.database import Database
from engine.projects.models import Project

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.settings import Settings

# A Monday morning: the week begins, and one report has just become the officer's concern.
USUAL_NOW = datetime(2026, 11, 16, 9, 0, tzinfo=PARIS)
ADDRESS_DIES = timedelta(days=30)
ENVIRONMENT = "demo"


class NotADemonstration(errors.NotAllowed):
    """Cette base est « {stamped} » : seule une démonstration s’efface ou se crée ici."""


class Mailbox(captured.MailboxTransport):
    """The demonstration's mailbox, at which one address stops answering."""

    def __init__(self, engine: Engine, *, dies_at: datetime) -> None:
        super().__init__(engine.database)
        self.clock = engine.database.clock
        self.dies_at = dies_at

    def send(self, post: Post) -> None:
        """Keep the mail, or refuse it as a server does when nobody has this address any more."""
        if post.letter.address == cast.DEAD_ADDRESS and self.clock.now() >= self.dies_at:
            raise Refused("550 5.1.1 mailbox unavailable", is_address_invalid=True)
        super().send(post)


def make(engine: Engine, *, at: datetime | None, say: Callable[[str], object]) -> bool:
    """Play the demonstration's past up to an instant, unless it is there already: False then.

    One that was interrupted is erased and begun again. Raises `NotADemonstration`.
    """
    if is_made(engine.database):
        return False
    wipe(engine.database, engine.documents)
    say("Création de la démonstration : deux ans de vie de quatre bassins…")
    almanac = Almanac((at or USUAL_NOW).astimezone(UTC))
    programme_clock, transport = engine.database.clock, engine.transport
    engine.database.clock = FrozenClock(almanac.curtain)
    engine.transport = Mailbox(engine, dies_at=almanac.now - ADDRESS_DIES)
    try:
        play(engine, engine.database.clock, almanac)
    finally:
        engine.database.clock, engine.transport = programme_clock, transport
    with engine.database.engine.begin() as connection:
        stored_clock.set_instant(connection, almanac.now)
    return True


def play(engine: Engine, clock: FrozenClock, almanac: Almanac) -> None:
    """Raise the curtain, take up every story, let time pass."""
    engine.create()
    basins = settling.settle(engine.database, almanac)
    stage = Stage(engine.database, almanac, basins, partial(scheduler.make_papers, engine), engine.store)
    player = Player(engine, clock)
    player.take_up(committees.sittings(stage, basin) for basin in stage.basins.values())
    for basin in (lorraine, longwy, valenciennois, cevennes):
        player.take_up(basin.stories(stage))
    player.play(almanac.now)


def is_made(database: Database) -> bool:
    """Whether the demonstration was played to its end: its clock is set, and there are projects."""
    if stamp_of(database) is None:
        return False
    with database.engine.connect() as connection:
        instant = connection.execute(stored_clock.READ).scalar_one_or_none()
        return instant is not None and connection.execute(sa.select(Project.id).limit(1)).first() is not None


def stamp_of(database: Database) -> str | None:
    """What the database is for, or None when it is for nothing yet. Raises `NotADemonstration`."""
    with database.engine.connect() as connection:
        if not sa.inspect(connection).has_table("installation"):
            return None
        found = connection.execute(sa.select(installation.installation.c.environment)).scalar_one_or_none()
    if found not in {None, ENVIRONMENT}:
        raise NotADemonstration(stamped=found)
    return found


def erase(settings: Settings) -> None:
    """Erase a demonstration, its tables and its documents; nothing of any other stamp.

    Raises `NotADemonstration`.
    """
    database = Database(settings.database_url)
    try:
        wipe(database, Path(settings.data_dir) / "documents")
    finally:
        database.dispose()


def wipe(database: Database, documents: Path) -> None:
    """Drop every table of a demonstration. Raises `NotADemonstration`."""
    if stamp_of(database) is None and has_tables(database):
        raise NotADemonstration(stamped="?")
    tables = sa.MetaData()
    with database.engine.begin() as connection:
        tables.reflect(connection)
        tables.drop_all(connection)
    shutil.rmtree(documents, ignore_errors=True)


def has_tables(database: Database) -> bool:
    """Whether anybody's tables are there."""
    with database.engine.connect() as connection:
        return bool(sa.inspect(connection).get_table_names())
