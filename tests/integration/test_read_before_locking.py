"""What an act read before it waited for a lock is read again once it has it (D17)."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa

from engine.people import basins
from engine.people.models import Basin
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, locking
from tests.integration.visits import Bench


@pytest.mark.parametrize("what", ["task", "case", "basin"])
def test_what_was_read_before_a_lock_is_read_again_after_it(sqlite, what):
    bench = Bench(sqlite)
    bench.install()
    case_id = bench.start()
    [task] = bench.open_tasks(case_id)
    with sqlite.start_work(Actor(bench.officer)) as work:
        here, elsewhere = sorted(basins.every(work), key=lambda each: each.id)
        lock = {
            "task": partial(locking.lock, work, task.id),
            "case": partial(cases.lock, work, case_id),
            "basin": partial(basins.lock, work, here.id),
        }[what]
        # Written as somebody else would during the wait: the objects that were read do not know.
        work.connection.execute(sa.update(Basin.__table__).values(name="Saintois"))
        assert elsewhere.name != "Saintois"

        lock()

        assert elsewhere.name == "Saintois"
