"""What had a history before it had a case keeps it: one chain, one head, nothing to anchor twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.persistence import anchors, history
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, instances
from tests.integration.visits import PARIS, Bench

CHAIN = uuid4()


@pytest.fixture
def bench(database) -> Bench:
    """The small process of visits, and a subject that already has a history, partly anchored."""
    made = Bench(database)
    made.install()
    with database.start_work(Actor(made.officer)) as work:
        for number in range(3):
            work.record("tests.thing.done", chain=CHAIN, subject=CHAIN, basin_id=1, count=number)
    with database.start_work() as work:
        leaves = anchors.anchor_basin(
            work, basin_id=1, table=history.chain_head, chain=history.chain_head.c.chain_id
        )
        anchors.add(work, basin_id=1, leaves=leaves)
    with database.start_work(Actor(made.officer)) as work:
        work.record("tests.thing.moved", chain=CHAIN, subject=CHAIN, basin_id=1)
    return made


def begin(bench: Bench, *, adopts: bool = True) -> None:
    with bench.database.start_work(Actor(bench.officer)) as work:
        head = work.head_of(CHAIN) if adopts else None
        instances.start(
            work, case_id=CHAIN, basin_id=1, zone=PARIS, process="visit", reference="ESS-2026-S001",
            firm="Comité (démo)", routing={"visit_on": ""}, chain_from=head,
        )  # fmt: skip
        work.record("tests.thing.begun", chain=CHAIN, subject=CHAIN, basin_id=1)


def heads(bench: Bench) -> tuple[list, list]:
    """The head of the chain, as the table of heads has it, and as the case has it."""
    kept, root = history.chain_head, cases.instance
    with bench.database.start_reading() as work:
        return (
            list(work.connection.execute(sa.select(kept.c.length).where(kept.c.chain_id == CHAIN))),
            list(
                work.connection.execute(
                    sa.select(root.c.history_length, root.c.anchored_length).where(root.c.id == CHAIN)
                )
            ),
        )


def test_a_case_goes_on_with_the_chain_of_what_it_is_about(bench):
    begin(bench)

    left, [(length, anchored)] = heads(bench)
    assert left == []
    assert anchored == 3
    with bench.database.start_reading() as work:
        numbers = work.connection.scalars(
            sa.select(history.history.c.number)
            .where(history.history.c.chain_id == CHAIN)
            .order_by(history.history.c.number)
        ).all()
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        assert list(anchors.heads_problems(work, history.chain_head, history.chain_head.c.chain_id)) == []
    assert numbers == list(range(1, length + 1))
    assert length > 4


def test_what_follows_is_written_on_the_case_and_anchored_from_there(bench):
    begin(bench)
    with bench.database.start_work(Actor(bench.officer)) as work:
        work.record("tests.thing.told", chain=CHAIN, subject=CHAIN, basin_id=1)
    with bench.database.start_work() as work:
        [leaf] = anchors.anchor_basin(work, basin_id=1, table=cases.instance, chain=cases.instance.c.id)

    left, [(length, anchored)] = heads(bench)
    assert left == []
    assert leaf[:2] == (CHAIN, length)
    assert anchored == length
    bench.complete(bench.open_tasks(CHAIN)[0].id, bench.officer)
    assert heads(bench)[1][0].history_length > length


def test_a_chain_that_no_row_of_heads_keeps_is_not_adopted(bench):
    case_id = bench.start()

    with pytest.raises(LookupError), bench.database.start_work(Actor(bench.officer)) as work:
        instances.start(
            work, case_id=uuid4(), basin_id=1, zone=PARIS, process="visit", reference="ESS-2026-S002",
            firm="Comité (démo)", routing={"visit_on": ""}, chain_from=work.head_of(case_id),
        )  # fmt: skip


def test_a_refused_beginning_leaves_the_head_where_it_was(bench):
    before = heads(bench)

    with pytest.raises(ZeroDivisionError), bench.database.start_work(Actor(bench.officer)) as work:
        instances.start(
            work, case_id=CHAIN, basin_id=1, zone=PARIS, process="visit", reference="ESS-2026-S001",
            firm="Comité (démo)", routing={"visit_on": ""}, chain_from=work.head_of(CHAIN),
        )  # fmt: skip
        raise ZeroDivisionError

    assert heads(bench) == before == ([(4,)], [])


def test_without_a_history_a_case_begins_with_its_own(bench):
    case_id = bench.start()

    with bench.database.start_reading() as work:
        root = cases.instance
        [row] = work.connection.execute(
            sa.select(root.c.history_length, root.c.anchored_length).where(root.c.id == case_id)
        ).all()
    assert row.history_length == len_of_chain(bench, case_id) > 0
    assert row.anchored_length == 0


def len_of_chain(bench: Bench, chain) -> int:
    with bench.database.start_reading() as work:
        return int(
            work.connection.execute(
                sa.select(sa.func.count()).where(history.history.c.chain_id == chain)
            ).scalar_one()
        )
