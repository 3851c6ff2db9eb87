"""One act, one transaction, one place that commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock as clocks
from engine import errors
from engine.persistence import history
from engine.persistence.prepared import Prepared
from engine.persistence.round_trip import one_round_trip, rows_changed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class ChangedMeanwhile(errors.Conflict):
    """Ce dossier a changé entre-temps : rechargez la page et recommencez."""


class ReadingOnly(RuntimeError):
    """A unit opened for reading was asked to write: open it with `start_work` instead."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which channel (web, api, cli, system), and from which network address if known."""

    person_id: UUID
    channel: str = "web"
    address: str | None = None


SYSTEM = Actor(UUID(int=0), "system")


class HeadSource(Protocol):
    """A table whose rows carry the head of a chain, locked by the act that writes on it."""

    def lock(self, connection: sa.Connection, chain: UUID) -> history.Head | None:
        """The head of `chain`, its row now locked, or None when the chain is not kept here."""
        ...

    def save(self, work: UnitOfWork, chain: UUID, head: history.Head, basin_id: int | None) -> None:
        """Queue the write of the chain's new head; `basin_id` says under which anchor it falls."""
        ...


@dataclass(slots=True)
class _Write:
    statement: sa.Executable | Prepared
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any]
    expected: int | None

    def takes(self, other: _Write) -> bool:
        """Whether the two may be sent as one: a prepared statement, whose rows are all alike.

        Where a row is expected to change, it goes alone: in a pipeline the driver counts only the last one.
        """
        is_same = isinstance(self.statement, Prepared) and self.statement is other.statement
        return is_same and self.expected is None and other.expected is None

    def all_rows(self) -> Sequence[Mapping[str, Any]]:
        """Its rows, even when it is but one."""
        return [self.rows] if isinstance(self.rows, Mapping) else self.rows

    def run(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        """Send it."""
        if isinstance(self.statement, Prepared):
            return self.statement.run(connection, self.rows)
        return connection.execute(self.statement, self.rows)


def merged(writes: Sequence[_Write]) -> list[_Write]:
    """Give the same writes in the same order, those that follow each other with one statement made one."""
    together: list[_Write] = []
    for each in writes:
        before = together[-1] if together else None
        if before is None or not before.takes(each):
            together.append(each)
        else:
            together[-1] = _Write(each.statement, [*before.all_rows(), *each.all_rows()], None)
    return together


class UnitOfWork:
    """One act being done: who, when, on which connection, and the entries it will leave.

    Leaving the `with` block commits, an exception rolls back (unless it must itself be counted, as a
    wrong password is: `errors.EngineError.is_counted`). Writes queued with `write` leave
    together, in one round trip on PostgreSQL, at the end or at the next `flush`.
    """

    def __init__(
        self,
        connection: sa.Connection,
        *,
        clock: clocks.Clock,
        actor: Actor,
        on_behalf_of: UUID | None = None,
        reading: bool = False,
        locale: str = "fr",
        sources: Sequence[HeadSource] = (),
        release: Callable[[], None] | None = None,
        domain: Any = None,
    ) -> None:
        self.connection = connection
        self.domain = domain  # What the layers above lend to the runtime; nobody here looks inside.
        self.clock = clock
        self.actor = actor
        self.on_behalf_of = on_behalf_of
        self.reading = reading
        self.locale = locale
        self.now: datetime = clock.now(connection)
        self.wall: datetime = clock.wall()
        self.heads: dict[UUID, tuple[history.Head, HeadSource | None]] = {}
        self.finishers: list[Callable[[], None]] = []
        self.memory: dict[object, Any] = {}  # What a package remembers for the length of one act.
        self._days: dict[str, date] = {}
        self._sources = sources
        self._entries: list[history.Entry] = []
        self._writes: list[_Write] = []
        self._last: list[_Write] = []
        self._database: Session | None = None
        self._release = release

    @property
    def database(self) -> Session:
        """The ORM's session on this act's connection; made when first asked for."""
        if self._database is None:
            self._database = Session(
                self.connection, join_transaction_mode="conditional_savepoint", expire_on_commit=False
            )
            if self.reading:
                self._database.autoflush = False
        return self._database

    @property
    def has_objects(self) -> bool:
        """Whether this act has used the ORM's session: what was read beside it may have changed since."""
        return self._database is not None

    def today(self, zone: ZoneInfo) -> date:
        """The programme's day in `zone`; an act asks for it ten times."""
        day = self._days.get(zone.key)
        if day is None:
            day = self._days[zone.key] = clocks.local_date(self.now, zone)
        return day

    def record(
        self,
        kind: str,
        *,
        chain: UUID,
        subject: UUID,
        basin_id: int | None = None,
        occurred_on: date | None = None,
        capacity: str | None = None,
        content: Mapping[str, object] | None = None,
        **data: object,
    ) -> None:
        """Remember that something happened; it is chained and written with the act (D22).

        `kind` is `package.subject.past_participle`. `data` holds identifiers, coded values, numbers
        and dates only; names and free text go to `content`, which can be erased.
        """
        if self.reading:
            raise ReadingOnly(kind)
        self._entries.append(
            history.Entry(kind, chain, subject, basin_id, occurred_on, capacity, data, content)
        )

    def write(
        self,
        statement: sa.Executable | Prepared,
        rows: Sequence[Mapping[str, Any]] | Mapping[str, Any],
        *,
        expected: int | None = None,
    ) -> None:
        """Queue a write; `expected` rows changed, else the act is refused with `ChangedMeanwhile`."""
        if self.reading:
            raise ReadingOnly(str(statement))
        if rows:
            self._writes.append(_Write(statement, rows, expected))

    def write_last(self, statement: sa.Executable | Prepared, rows: Sequence[Mapping[str, Any]]) -> None:
        """Queue rows that nothing refers to, after all others: several dossiers' leave together."""
        if self.reading:
            raise ReadingOnly(str(statement))
        if rows:
            self._last.append(_Write(statement, rows, None))

    def flush_objects(self) -> None:
        """Send what the ORM's session holds, if there is one: what a read on the connection must see."""
        if self._database is not None:
            self._database.flush()

    def forget_what_was_read(self) -> None:
        """Read every object again at its next use: asked just before a lock is waited for.

        What was read before the wait may have changed during it; the session would go on giving it.
        """
        if self._database is not None:
            self._database.flush()
            self._database.expire_all()

    def flush(self) -> None:
        """Send what is queued, so that a read of this act sees it."""
        self.flush_objects()
        writes = merged([*self._writes, *self._last])
        self._writes, self._last = [], []
        if not writes:
            return
        with one_round_trip(self.connection):
            done = [(each.run(self.connection), each) for each in writes]
        for result, each in done:
            if each.expected is not None and rows_changed(result) != each.expected:
                raise ChangedMeanwhile

    def head_of(self, chain: UUID) -> history.Head:
        """The head of a chain, its row locked on first use."""
        if chain not in self.heads:
            for source in self._sources:
                found = source.lock(self.connection, chain)
                if found is not None:
                    self.heads[chain] = (found, source)
                    break
            else:
                raise LookupError(f"no table keeps the chain {chain}")
        return self.heads[chain][0]

    def chain_entries(self) -> list[dict[str, Any]]:
        """Number and hash what was recorded since the last call; the rows to append, in order."""
        entries, self._entries = self._entries, []
        rows: list[dict[str, Any]] = []
        by_chain: dict[UUID, list[history.Entry]] = {}
        for entry in entries:
            by_chain.setdefault(entry.chain, []).append(entry)
        for chain, of_chain in by_chain.items():
            head = self.head_of(chain)
            rows += history.chained(
                head,
                of_chain,
                now=self.now,
                actor_id=self.actor.person_id,
                on_behalf_of=self.on_behalf_of,
            )
            source = self.heads[chain][1]
            if source is not None:
                source.save(self, chain, head, of_chain[-1].basin_id)
        return rows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            is_counted = isinstance(error, errors.EngineError) and error.is_counted
            if error is not None and not is_counted:
                self.connection.rollback()
            else:
                # A reading one ends with a commit too: at a rollback the driver forgets every plan it has.
                if not self.reading:
                    self._finish()
                self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise
        finally:
            if self._database is not None:
                self._database.close()
            self.connection.close()
            if self._release is not None:
                self._release()

    def _finish(self) -> None:
        if self._database is not None:
            self._database.flush()
        if self._entries:
            for chain in dict.fromkeys(entry.chain for entry in self._entries):
                self.head_of(chain)
        rows = self.chain_entries()
        for finish in self.finishers:
            finish()
        if self._entries:
            raise RuntimeError("an entry was recorded after the chains were closed")
        self.write(history.APPEND, rows)
        self.flush()
