"""Anchor the chains of a basin: a Merkle root per night, itself chained (D22).

One chain per dossier costs writers nothing; the anchors then make the removal or the rewriting of a
whole dossier visible, as one chain per basin would. There is no race to lose: an act that commits while
the tick runs simply stays "not anchored" and is taken by the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table, bindparam

from engine.persistence import history
from engine.persistence.base import Base, UtcDateTime
from engine.persistence.unit_of_work import UnitOfWork

PROGRAMME = 0  # The basin number of chains that belong to no basin: people, the reference.

anchor = Table(
    "anchor",
    Base.metadata,
    Column("basin_id", sa.Integer, primary_key=True, autoincrement=False),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("previous_root", sa.Text, nullable=False),
    Column("root", sa.Text, nullable=False),
)
anchor_leaf = Table(
    "anchor_leaf",
    Base.metadata,
    Column("basin_id", sa.Integer, primary_key=True, autoincrement=False),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    Column("chain_id", sa.Uuid, primary_key=True),
    Column("length", sa.Integer, nullable=False),
    Column("hash", sa.Text, nullable=False),
)

LAST = (
    sa.select(anchor.c.number, anchor.c.at, anchor.c.root)
    .where(anchor.c.basin_id == bindparam("basin"))
    .order_by(anchor.c.number.desc())
    .limit(1)
)
# Twenty years of entries are read one after the other, never held.
AT_ONCE = 1000
ENTRIES = (
    sa.select(history.history)
    .order_by(history.history.c.chain_id, history.history.c.number)
    .execution_options(yield_per=AT_ONCE)
)
LEAVES = (
    sa.select(anchor, anchor_leaf.c.chain_id, anchor_leaf.c.length, anchor_leaf.c.hash)
    .join_from(
        anchor,
        anchor_leaf,
        sa.and_(anchor_leaf.c.basin_id == anchor.c.basin_id, anchor_leaf.c.number == anchor.c.number),
        isouter=True,
    )
    .order_by(anchor.c.basin_id, anchor.c.number)
    .execution_options(yield_per=AT_ONCE)
)
FALSE_LEAVES = (
    sa.select(anchor_leaf)
    .join_from(
        anchor_leaf,
        history.history,
        sa.and_(
            history.history.c.chain_id == anchor_leaf.c.chain_id,
            history.history.c.number == anchor_leaf.c.length,
        ),
        isouter=True,
    )
    .where(sa.or_(history.history.c.hash.is_(None), history.history.c.hash != anchor_leaf.c.hash))
    .order_by(anchor_leaf.c.basin_id, anchor_leaf.c.number, anchor_leaf.c.chain_id)
    .execution_options(yield_per=AT_ONCE)
)
Leaf = tuple[UUID, int, str]


def merkle_root(previous: str, leaves: Iterable[Leaf]) -> str:
    """The root over the previous anchor's root and the heads of the chains, in order of their ids."""
    level = [previous] + [
        hashlib.sha256(f"{chain.hex}\x1f{length}\x1f{head}".encode()).hexdigest()
        for chain, length, head in sorted(leaves)
    ]
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [
            hashlib.sha256((left + right).encode()).hexdigest()
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def anchor_basin(work: UnitOfWork, *, basin_id: int, table: sa.Table, chain: sa.Column[Any]) -> list[Leaf]:
    """Mark every chain of `table` that grew since the last anchor; its leaves.

    Rows that an act holds at this instant are left for the next night.
    """
    changed = (
        sa.select(chain)
        .where(
            sa.func.coalesce(table.c.basin_id, PROGRAMME) == basin_id,
            length_of(table) > table.c.anchored_length,
        )
        .with_for_update(skip_locked=True, key_share=True)
    )
    marked = (
        sa.update(table)
        .where(chain.in_(changed.scalar_subquery()))
        .values(anchored_length=length_of(table))
        .returning(chain, length_of(table), hash_of(table))
    )
    return [(row[0], row[1], row[2]) for row in work.connection.execute(marked)]


def length_of(table: sa.Table) -> sa.Column[Any]:
    """The column of a chain's length: dossiers carry it beside other columns."""
    return table.c.history_length if "history_length" in table.c else table.c.length


def hash_of(table: sa.Table) -> sa.Column[Any]:
    """The column of a chain's last hash."""
    return table.c.history_hash if "history_hash" in table.c else table.c.hash


def add(work: UnitOfWork, *, basin_id: int, leaves: list[Leaf]) -> str | None:
    """Write one anchor over these leaves; its root, or None when nothing has changed."""
    if not leaves:
        return None
    if work.connection.dialect.name == "postgresql":  # Two schedulers must not both write number n.
        work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(7_270_002, basin_id)))
    last = work.connection.execute(LAST, {"basin": basin_id}).one_or_none()
    number, previous = (last.number + 1, last.root) if last else (1, history.GENESIS)
    root = merkle_root(previous, leaves)
    work.connection.execute(
        sa.insert(anchor),
        {"basin_id": basin_id, "number": number, "at": work.now, "previous_root": previous, "root": root},
    )
    work.connection.execute(
        sa.insert(anchor_leaf),
        [
            {"basin_id": basin_id, "number": number, "chain_id": chain, "length": length, "hash": head}
            for chain, length, head in leaves
        ],
    )
    return root


def latest(work: UnitOfWork, basin_id: int) -> Any | None:
    """The last anchor of a basin, which vouches for all those before: its number, instant and root."""
    return work.connection.execute(LAST, {"basin": basin_id}).one_or_none()


def problems(
    work: UnitOfWork, *, known_roots: Iterable[str] = (), progress: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """What is wrong with the history: altered, missing or reordered entries, lost chains, false anchors.

    `known_roots` are roots printed or mailed outside the system: each must still be found; `progress` is
    told of each entry read.
    """
    yield from _chain_problems(work, progress)
    yield from _leaf_problems(work)
    wanted = dict.fromkeys(known_roots)
    yield from _anchor_problems(work, wanted)
    for root in wanted:
        yield f"anchor {root[:12]}… is known outside and is not found here"


def _chain_problems(work: UnitOfWork, progress: Callable[[], None]) -> Iterator[str]:
    head, where, expected = history.GENESIS, UUID(int=0), 1
    for entry in work.connection.execute(ENTRIES):
        if entry.chain_id != where:
            where, head, expected = entry.chain_id, history.GENESIS, 1
        if entry.number != expected:
            yield f"{where}: entry {expected} is missing"
        head = history.hash_of(head, dict(entry._mapping))
        if head != entry.hash:
            yield f"{where}: entry {entry.number} was altered"
        if entry.content is not None and entry.content_digest != history.digest_of(entry.salt, entry.content):
            yield f"{where}: the text of entry {entry.number} was altered"
        expected, head = entry.number + 1, entry.hash
        progress()


def count_entries(work: UnitOfWork) -> int:
    """How many entries `problems` reads."""
    return work.connection.scalar(sa.select(sa.func.count()).select_from(history.history)) or 0


def _leaf_problems(work: UnitOfWork) -> Iterator[str]:
    for leaf in work.connection.execute(FALSE_LEAVES):
        yield f"anchor {leaf.number}: entry {leaf.length} of {leaf.chain_id} is gone or was rewritten"


def _anchor_problems(work: UnitOfWork, wanted: dict[str, None]) -> Iterator[str]:
    previous: dict[int, str] = {}
    rows = work.connection.execute(LEAVES)
    for _key, group in groupby(rows, key=lambda row: (row.basin_id, row.number)):
        of_anchor = list(group)
        row = of_anchor[0]
        leaves = [(each.chain_id, each.length, each.hash) for each in of_anchor if each.chain_id is not None]
        before = previous.get(row.basin_id, history.GENESIS)
        if row.previous_root != before or merkle_root(row.previous_root, leaves) != row.root:
            yield f"anchor {row.number} of basin {row.basin_id} was altered"
        previous[row.basin_id] = row.root
        wanted.pop(row.root, None)


def heads_problems(work: UnitOfWork, table: sa.Table, chain: sa.Column[Any]) -> Iterator[str]:
    """Heads that do not match the last entry of their chain: entries were cut at the end."""
    last = (
        sa.select(history.history.c.chain_id, sa.func.max(history.history.c.number).label("length"))
        .group_by(history.history.c.chain_id)
        .subquery()
    )
    found = (
        sa.select(chain, length_of(table), sa.func.coalesce(last.c.length, 0))
        .join_from(table, last, last.c.chain_id == chain, isouter=True)
        .where(length_of(table) != sa.func.coalesce(last.c.length, 0))
    )
    if "case_id" in table.c:
        found = found.where(table.c.case_id == table.c.id)
    for chain_id, length, present in work.connection.execute(found):
        yield f"{chain_id}: {length} entries were written, {present} are found"


def not_anchored(work: UnitOfWork) -> int:
    """How many entries came after the last anchor of their chain: what no witness covers yet."""
    covered = (
        sa.select(anchor_leaf.c.chain_id, sa.func.max(anchor_leaf.c.length).label("length"))
        .group_by(anchor_leaf.c.chain_id)
        .subquery()
    )
    found = (
        sa.select(sa.func.count())
        .select_from(history.history)
        .join(covered, covered.c.chain_id == history.history.c.chain_id, isouter=True)
        .where(history.history.c.number > sa.func.coalesce(covered.c.length, 0))
    )
    return int(work.connection.execute(found).scalar_one())
