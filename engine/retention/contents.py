"""Remove from the store the contents that no row holds any more; after the act, and again if need be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.persistence import claims
from engine.persistence.base import table_of
from engine.retention.emptying import table
from engine.retention.models import ForgottenContent

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

HOLDERS = (("document", "content_hash"), ("paper", "content_hash"), ("agreement", "file_hash"),
           ("minutes", "file_hash"))  # fmt: skip


def note(work: UnitOfWork, hashes: Iterable[str | None]) -> None:
    """Remember, with the act, that these contents may have to go."""
    for each in sorted({one for one in hashes if one}):
        claims.insert_once(work, table_of(ForgottenContent), {"content_hash": each, "noted_at": work.now})


def sweep(database: Database, store: Store) -> int:
    """Remove the files noted that nothing refers to; those that something does are left, and forgotten."""
    noted = table_of(ForgottenContent)
    with database.start_reading() as reading:
        hashes = list(reading.connection.scalars(sa.select(noted.c.content_hash)))
    done = 0
    for each in hashes:
        with database.start_work() as work:
            claims.hold_name(work, each, alone=True)  # Whoever sends this file is waited for, or waits.
            if not is_held(work, each):
                store.path(each).unlink(missing_ok=True)
                done += 1
            work.connection.execute(sa.delete(noted).where(noted.c.content_hash == each))
    return done


def is_to_sweep(work: UnitOfWork) -> bool:
    """Whether some content waits to be removed."""
    return work.connection.execute(sa.select(ForgottenContent.content_hash).limit(1)).first() is not None


def held(connection: sa.Connection) -> set[str]:
    """Every content that a row refers to."""
    found: set[str] = set()
    for name, column in HOLDERS:
        found.update(each for each in connection.scalars(sa.select(table(name).c[column])) if each)
    return found


def lost(work: UnitOfWork, store: Store) -> list[str]:
    """The contents that rows refer to and that the store has not: another folder, a disk not mounted."""
    return sorted(each for each in held(work.connection) if not store.path(each).is_file())


def is_held(work: UnitOfWork, content_hash: str) -> bool:
    """Whether a row still refers to a content: the same file may belong to two projects."""
    return any(
        work.connection.execute(
            sa.select(1).select_from(table(name)).where(table(name).c[column] == content_hash).limit(1)
        ).first()
        for name, column in HOLDERS
    )
