"""Say something to somebody: one row, written with the act, sent when the act has committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from engine.outbox import kinds
from engine.outbox.models import Message
from engine.persistence.base import new_id, table_of
from engine.persistence.prepared import Prepared

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

LEFT_OUT = (__name__, "left out")

# A message whose dedupe key is there already is left out: what must be said once is said once.
INSERT: Mapping[str, Prepared] = {
    "postgresql": Prepared(postgresql.insert(table_of(Message)).on_conflict_do_nothing().inline()),
    "sqlite": Prepared(sqlite.insert(table_of(Message)).on_conflict_do_nothing().inline()),
}


# Set in an act's memory while nothing is said.
UNSAID = (__name__, "unsaid")


@contextmanager
def silently(work: UnitOfWork) -> Iterator[None]:
    """Say nothing to anybody of what is done meanwhile: it was done before, and they know it (D15)."""
    was_silent = work.memory.get(UNSAID, False)
    work.memory[UNSAID] = True
    try:
        yield
    finally:
        work.memory[UNSAID] = was_silent


def notify(
    work: UnitOfWork,
    *,
    kind: str,
    recipient_id: UUID,
    case_id: UUID | None = None,
    basin_id: int | None = None,
    task_id: UUID | None = None,
    data: Mapping[str, object] | None = None,
    reference: str | None = None,
    send_after: datetime | None = None,
    dedupe_key: str | None = None,
    counts_for: int | None = None,
    address: str | None = None,
) -> UUID:
    """Leave a message for somebody; it commits, or not, with the act. Gives its id.

    A message about a task is dropped, as moot, if the task is done or moved before it leaves.
    Raises `kinds.UnknownKind` and `kinds.WrongData`.
    """
    message = row(
        work, kind=kind, recipient_id=recipient_id, case_id=case_id, basin_id=basin_id, task_id=task_id,
        data=data, reference=reference, send_after=send_after, dedupe_key=dedupe_key, counts_for=counts_for,
        address=address,
    )  # fmt: skip
    post(work, [message])
    return UUID(str(message["id"]))


def row(
    work: UnitOfWork,
    *,
    kind: str,
    recipient_id: UUID,
    case_id: UUID | None = None,
    basin_id: int | None = None,
    task_id: UUID | None = None,
    data: Mapping[str, object] | None = None,
    reference: str | None = None,
    send_after: datetime | None = None,
    dedupe_key: str | None = None,
    counts_for: int | None = None,
    address: str | None = None,
) -> dict[str, Any]:
    """Give the row of one message, for several to be written by one `post`.

    `address` is for the kinds that go to a person's former address.
    """
    return {
        "id": new_id(),
        "case_id": case_id,
        "basin_id": basin_id,
        "task_id": task_id,
        "recipient_id": recipient_id,
        "address": address,
        "kind": kind,
        "data": kinds.clean_data(kinds.find(kind), data or {}),
        "reference": reference,
        "counts_for": counts_for,
        "unhurried": work.actor.channel == "system",
        "dedupe_key": dedupe_key,
        "created_at": work.now,
        "send_after": send_after or work.now,
        "next_try_at": None,
        "attempts": 0,
        "leased_until": None,
        "message_id": None,
        "sent_at": None,
        "failed_at": None,
        "failure": None,
        "outcome": None,
    }


def post(work: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Queue the rows of several messages as one statement of the act.

    None while it goes on `silently`, nor those of the kinds that it leaves out.
    """
    silent = work.memory.get(LEFT_OUT)
    rows = [each for each in rows if each["kind"] not in silent] if silent else rows
    if rows and not work.memory.get(UNSAID):
        work.write_last(INSERT[work.connection.dialect.name], rows)


@contextmanager
def left_out(work: UnitOfWork, kinds_told_otherwise: frozenset[str]) -> Iterator[None]:
    """Leave out some kinds of mail meanwhile: one that says it all is written instead."""
    work.memory[LEFT_OUT] = kinds_told_otherwise
    try:
        yield
    finally:
        del work.memory[LEFT_OUT]
