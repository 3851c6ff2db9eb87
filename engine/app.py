"""The only place where the parts of an installation are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine import errors, installing, operations
from engine.agreements import providers
from engine.clock import Clock, RealClock
from engine.documents.plain import PlainWorkshop
from engine.documents.store import Store
from engine.documents.workshop import ChildWorkshop
from engine.operations.lent import domain
from engine.persistence import installation, schema
from engine.persistence.database import PASSING, Database
from engine.persistence.stored_clock import StoredClock
from engine.registry import promises
from engine.retention import models as _retention  # noqa: F401 -- a backup holds every table
from engine.runtime import cases
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.agreements.providers import LocalProvider
    from engine.documents.workshop import Workshop
    from engine.outbox.transport import Transport


KNOWN_FOR = timedelta(seconds=10)


@dataclass(slots=True)
class Engine:
    """An installation at work: its settings, its database, the way its mail leaves."""

    settings: Settings
    database: Database
    transport: Transport | None  # None: nobody said how mail leaves, and it waits.
    workshop: Workshop | None = None  # None: nothing makes documents here, and they wait.
    standing_as_of: tuple[datetime, installation.Standing] | None = None
    release_as_of: tuple[datetime, str] | None = None
    beats: dict[str, datetime] = field(default_factory=dict)  # When each tick last ran in this process.
    failures: dict[str, int] = field(default_factory=dict)  # How often each tick failed in this process.
    noted: dict[str, tuple[datetime, bool]] = field(default_factory=dict)  # When that was kept, if it failed.

    @property
    def documents(self) -> Path:
        """Where documents are kept, each under its hash."""
        return Path(self.settings.data_dir) / "documents"

    @property
    def store(self) -> Store:
        """Where contents are kept and read."""
        return Store(self.documents)

    @property
    def provider(self) -> LocalProvider | None:
        """The provider of signatures of this installation, when it has one."""
        return providers.installed(
            self.settings.signature_provider, data_dir=self.settings.data_dir, base_url=self.settings.base_url
        )

    def require_ready(self) -> None:
        """Refuse to work on a database of another environment, or of another release.

        Raises `installation.NotCreated`, `installation.OtherEnvironment`, `schema.OtherRelease`,
        `promises.BrokenPromise`.
        """
        with self.database.start_reading() as work:
            installation.require(work, environment=self.settings.environment)
            schema.require_current(work)

    def require_promises(self) -> None:
        """Refuse to start when a live version names what this release no longer has (D13)."""
        with self.database.start_reading() as work:
            promises.require_kept(work, operations=operations.OPERATIONS, routing=installing.ROUTING)

    def create(self) -> None:
        """Make or upgrade the tables, stamp a new database for ever, publish the reference.

        What would not be served afterwards is refused before anything is changed, as `foretell` does.
        """
        self.foretell()
        schema.upgrade(self.database)
        if isinstance(self.database.clock, StoredClock):
            self.database.clock.begin()
        installing.stamp(self.database, environment=self.settings.environment)
        self.note_address()

    def foretell(self) -> list[str]:
        """The migrations that `create` would apply to this database; nothing is written.

        Raises `schema.NewerDatabase`, `installation.OtherEnvironment`, and `promises.BrokenPromise` when a
        running project needs what this release no longer has.
        """
        with self.database.connected() as connection:  # A simulated clock has no table yet.
            lacking = schema.pending(connection)
            if schema.found_release(connection) == "none":
                return lacking
        with self.database.start_reading() as work:
            installation.require_stamp(work, environment=self.settings.environment)
            promises.require_kept(work, operations=operations.OPERATIONS, routing=installing.ROUTING)
        return lacking

    def note_address(self) -> None:
        """Note where people reach this installation, once somebody has said it: elsewhere, it is a copy."""
        address = self.settings.base_url
        if self.settings.environment == "production" and address != Settings().base_url:
            with self.database.start_reading() as work:
                if installation.standing(work).address is not None:
                    return
            with self.database.start_work() as work:
                installation.note_address(work, address)

    def standing(self) -> installation.Standing:
        """How the installation stands; asked of the database every ten seconds at most."""
        wall = self.database.clock.wall()
        if self.standing_as_of is None or not is_recent(self.standing_as_of[0], wall):
            self.standing_as_of = (wall, self._standing_now())
        return self.standing_as_of[1]

    def _standing_now(self) -> installation.Standing:
        """As the database says; as it last said while it does not answer, for the page must say why."""
        try:
            with self.database.start_reading() as work:
                return installation.standing(work)
        except (errors.Unavailable, *PASSING):
            return self.standing_as_of[1] if self.standing_as_of else installation.UNKNOWN

    def is_held(self) -> bool:
        """Whether the database was restored and waits."""
        return self.standing().is_held

    def is_copy(self) -> bool:
        """Whether it serves elsewhere than where its database belongs: nothing leaves from here."""
        return self.standing().is_copy_at(self.settings.base_url)

    def require_release(self) -> None:
        """Refuse to act once the tables are another release's; asked of the database every ten seconds.

        Raises `schema.OtherRelease`.
        """
        wall = self.database.clock.wall()
        if self.release_as_of is None or not is_recent(self.release_as_of[0], wall):
            with self.database.start_reading() as work:
                self.release_as_of = (wall, schema.found_release(work.connection))
        schema.require_release(self.release_as_of[1])

    def close(self) -> None:
        """Close every connection, and end what makes documents."""
        if self.workshop is not None:
            self.workshop.close()
        self.database.dispose()


def is_recent(known_at: datetime, wall: datetime) -> bool:
    """Whether what was asked then still holds; never what a clock that was set back puts in the future."""
    return timedelta() <= wall - known_at <= KNOWN_FOR


def build(settings: Settings, *, clock: Clock | None = None, workshop: Workshop | None = None) -> Engine:
    """Put an installation together.

    `clock` replaces the one the settings ask for, `workshop` what makes documents (tests, benchmarks).
    """
    if isinstance(workshop, PlainWorkshop) and settings.environment == "production":
        raise ValueError("the plain workshop makes documents that say nothing: not in production")
    database = Database(settings.database_url)
    if clock is not None:
        database.clock = clock
    elif settings.clock == "simulated":
        database.clock = StoredClock(database.engine)
    else:
        database.clock = RealClock()
    database.sources.insert(0, cases.CaseHeads())
    database.domain = domain()
    transport = operations.transport(settings, database)
    return Engine(settings, database, transport, workshop or workshop_of(settings))


def workshop_of(settings: Settings) -> Workshop:
    """Where an installation makes its documents; a demonstration without a seal makes itself a specimen."""
    return ChildWorkshop(
        seal=Path(settings.seal_certificate) if settings.seal_certificate else None,
        passphrase=settings.seal_passphrase,
        specimen=None if settings.environment == "production" else Path(settings.data_dir) / "seal",
    )
