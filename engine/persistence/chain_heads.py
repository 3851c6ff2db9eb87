"""Heads of the chains that no dossier carries: basins, people, committee sessions."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from engine.persistence import history
from engine.persistence.unit_of_work import UnitOfWork

LOCK = (
    sa.select(history.chain_head.c.length, history.chain_head.c.hash)
    .where(history.chain_head.c.chain_id == bindparam("chain"))
    .with_for_update(key_share=True)
)
SAVE = (
    sa.update(history.chain_head)
    .where(history.chain_head.c.chain_id == bindparam("key"))
    .values(
        length=bindparam("new_length"),
        hash=bindparam("new_hash"),
        basin_id=sa.func.coalesce(history.chain_head.c.basin_id, bindparam("basin", type_=sa.Integer)),
    )
)
GIVE_UP = (
    sa.delete(history.chain_head)
    .where(history.chain_head.c.chain_id == bindparam("chain"))
    .returning(history.chain_head.c.anchored_length)
)


def give_up(work: UnitOfWork, chain: UUID) -> int:
    """Keep a chain's head here no more, for the row that now carries it; how much of it was anchored.

    Raises `LookupError` when it was not kept here.
    """
    anchored: int | None = work.connection.execute(GIVE_UP, {"chain": chain}).scalar_one_or_none()
    if anchored is None:
        raise LookupError(f"no row of heads keeps the chain {chain}")
    return anchored


class ChainHeads:
    """The head source of last resort: it makes a chain the first time it is asked for."""

    def lock(self, connection: sa.Connection, chain: UUID) -> history.Head | None:
        """The chain's head, its row locked; a new chain starts here."""
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            insert(history.chain_head)
            .values(chain_id=chain, length=0, hash=history.GENESIS)
            .on_conflict_do_nothing()
        )
        row = connection.execute(LOCK, {"chain": chain}).one()
        return history.Head(row.length, row.hash)

    def save(self, work: UnitOfWork, chain: UUID, head: history.Head, basin_id: int | None) -> None:
        """Queue the new head."""
        row = {"key": chain, "new_length": head.length, "new_hash": head.hash, "basin": basin_id}
        work.write(SAVE, row, expected=1)
