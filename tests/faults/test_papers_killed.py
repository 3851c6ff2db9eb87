"""A maker of papers is killed at every boundary: one row, one file that it names, what follows once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.documents import making
from engine.documents.models import Paper, State
from engine.documents.store import digest_of
from engine.persistence import anchors, history
from engine.persistence.database import Database
from tests.faults import killing
from tests.integration.papers_bench import DAY, Bench

FOLLOWED = "agreements.text.followed"


def envelope(_work: Any, paper: Paper) -> making.Sheet:
    """What is sealed, and so differs each time it is made."""
    return making.Sheet("envelope@1", {**DAY, "about": str(paper.subject_id)}, is_sealed=True)


def follow(work: Any, paper: Paper) -> None:
    """Leave a trace of what follows: twice would be one too many."""
    work.record(FOLLOWED, chain=paper.chain_id, subject=paper.id, basin_id=paper.basin_id)


@pytest.fixture
def bench(database, tmp_path) -> Bench:
    return Bench(database, tmp_path, gather=envelope, made=follow).install()


def make_on(bench: Bench, database: Database) -> None:
    """What a scheduler does, on connections of its own."""
    Bench(database, bench.folder, gather=envelope, made=follow).make()


def traces(bench: Bench, paper_id: UUID) -> Counter[str]:
    """How often each thing is told of a paper."""
    table = history.history
    with bench.database.start_reading() as work:
        return Counter(work.connection.scalars(sa.select(table.c.kind).where(table.c.subject_id == paper_id)))


def test_a_maker_killed_at_any_boundary_leaves_one_paper_and_what_follows_once(bench, clock):
    boundary, is_killed = 0, True
    while is_killed:
        paper_id = bench.ask()
        bench.database.dispose()
        is_killed = killing.in_a_child(
            bench.database.url, clock.instant, lambda database: make_on(bench, database), boundary
        )
        clock.advance(seconds=making.LEASE.total_seconds() + 1)

        bench.make()

        paper = bench.paper(paper_id)
        assert (paper.state, paper.leased_until) == (State.MADE, None), boundary
        assert digest_of(bench.store.read(paper.content_hash)) == paper.content_hash
        told = traces(bench, paper_id)
        assert (told["documents.paper.made"], told[FOLLOWED]) == (1, 1), boundary
        boundary += 1

    assert boundary >= 20, "a paper is made with at least ten statements, each with two sides"
    with bench.database.start_reading() as work:
        assert list(anchors.problems(work)) == []


def test_makers_that_die_one_after_the_other_do_not_lose_the_paper(bench, clock):
    paper_id = bench.ask()
    for boundary in (3, 9, 14):
        bench.database.dispose()
        assert killing.in_a_child(
            bench.database.url, clock.instant, lambda database: make_on(bench, database), boundary
        )
        clock.advance(seconds=(making.LEASE + timedelta(seconds=1)).total_seconds())

    bench.make()

    assert bench.paper(paper_id).state == State.MADE
    assert traces(bench, paper_id)["documents.paper.made"] == 1
