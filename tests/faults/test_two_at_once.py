"""Promise 2: two people act on one project at once. It ends as if one had come after the other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any

import pytest
import sqlalchemy as sa

from engine import errors
from engine.escalation.replacement import replace_mandatary
from engine.persistence.unit_of_work import Actor
from engine.runtime import locking, tasks, timers
from engine.runtime.models import Task
from tests.effort import EXHAUSTIVE, dice, sample
from tests.faults.trials import Copies, footprint
from tests.integration.programme import REPORT, Programme

OFFICERS = ("officer", "colleague")
PATIENCE = 20.0  # Seconds after which a thread is lost; a lock is waited for five seconds at most.
BLOCKED = 0.15  # Seconds after which the other act is taken to wait for the lock.
Act = Callable[[Programme, int], object]


def task_of(programme: Programme, step: str) -> Any:
    """A step's task, open or not: what a page showed a minute ago."""
    with programme.database.start_reading() as work:
        return work.connection.execute(sa.select(Task.id).where(Task.step == step)).scalars().one()


def act_on(programme: Programme, step: str, who: str, answers: dict[str, object]) -> None:
    """Complete a step's task as somebody."""
    task_id = task_of(programme, step)
    with programme.database.start_work(Actor(programme.people[who])) as work:
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def complete(programme: Programme, place: int) -> None:
    """An officer plans the interventions."""
    act_on(programme, "plan_interventions", OFFICERS[place], {"interventions": [programme.intervention()]})


def claim(programme: Programme, place: int) -> None:
    """An officer takes the plan."""
    task_id = task_of(programme, "plan_interventions")
    with programme.work_as(OFFICERS[place]) as work:
        tasks.claim(work, task_id=task_id)


def delegate(programme: Programme, place: int) -> None:
    """An officer hands the plan to the other."""
    task_id = task_of(programme, "plan_interventions")
    with programme.work_as(OFFICERS[place]) as work:
        tasks.delegate(work, task_id=task_id, to=programme.people[OFFICERS[1 - place]])


def report(programme: Programme, place: int) -> None:
    """The mandatary reports."""
    act_on(programme, "follow_up_report", "mandatary", {**REPORT, "contact_on": "2027-02-10"})


def withdraw(programme: Programme, place: int) -> None:
    """The chair signs the early end: everything still open disappears."""
    act_on(programme, "sign_termination", "chair", {"decision": "sign"})


def timer(programme: Programme, place: int) -> int:
    """A tick fires the ladder's timer, unless the project is held by somebody at that instant."""
    return timers.fire_due(programme.database)


def replace(programme: Programme, place: int) -> None:
    """The chair hands the project over to another mandatary."""
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )


ACTS: tuple[Act, ...] = (complete, claim, delegate, report, withdraw, timer, replace)
PAIRS = list(combinations_with_replacement(ACTS, 2))
# Of two such acts only one may succeed; the other is told so.
ONE_WINS = {(each, each) for each in (complete, claim, report, withdraw, replace)}
# Whatever their order, both succeed.
BOTH_SUCCEED = {
    (complete, report), (complete, timer), (complete, replace), (claim, report), (claim, replace),
    (claim, timer), (delegate, report), (delegate, replace), (delegate, timer), (report, timer),
}  # fmt: skip


@dataclass
class Stage:
    """Two acts on one project, in two threads of one process; the first may be held at a statement."""

    programme: Programme
    first: Act
    second: Act
    held_at: int
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    outcomes: dict[int, str] = field(default_factory=dict)
    statements: int = 0
    thread: int = 0

    def play(self) -> tuple[str, str]:
        """Hold the first, let the second act or wait, release the first; how each ended."""
        sa.event.listen(self.programme.database.engine, "before_cursor_execute", self.pass_one)
        threads = [
            threading.Thread(target=self.act, args=(act, place), daemon=True)
            for place, act in enumerate((self.first, self.second))
        ]
        threads[0].start()
        assert self.reached.wait(PATIENCE)
        threads[1].start()
        threads[1].join(BLOCKED)
        self.released.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "an act has never ended"
        return self.outcomes[0], self.outcomes[1]

    def act(self, act: Act, place: int) -> None:
        """Do one of the acts, and remember how it ended."""
        if place == 0:
            self.thread = threading.get_ident()
        try:
            self.outcomes[place] = outcome(act, self.programme, place)
        finally:
            if place == 0:
                self.reached.set()  # It may have had fewer statements than asked.

    def pass_one(self, *_: object) -> None:
        """Hold the first act before its n-th statement."""
        if threading.get_ident() != self.thread:
            return
        if self.statements == self.held_at:
            self.reached.set()
            assert self.released.wait(PATIENCE)
        self.statements += 1


def outcome(act: Act, programme: Programme, place: int) -> str:
    """How an act ended; a conflict says by whom and when."""
    try:
        act(programme, place)
    except (locking.AlreadyClosed, locking.TakenBySomeoneElse) as refusal:
        told = refusal.details["who"] is not None and refusal.details["when"] is not None
        return type(refusal).__name__ + ("" if told else ", by whom or when is not said")
    except errors.FAMILIES as refusal:
        return type(refusal).__name__
    return "done"


def in_turn(copies: Copies, acts: tuple[Act, Act], order: tuple[int, int]) -> tuple[Any, ...]:
    """What one act after the other gives: how each ended, and what they left, the timers fired."""
    with copies.copy() as programme:
        outcomes = {place: outcome(acts[place], programme, place) for place in order}
        timers.fire_due(programme.database)
        return outcomes[0], outcomes[1], footprint(programme)


def statements_of(copies: Copies, act: Act) -> int:
    """How many statements an act takes when nobody disturbs it."""
    seen: list[object] = []
    with copies.copy() as programme:
        sa.event.listen(programme.database.engine, "before_cursor_execute", lambda *_: seen.append(0))
        act(programme, 0)
    return len(seen)


def chosen(copies: Copies) -> list[tuple[Act, Act]]:
    """Every pair on SQLite, a sample on PostgreSQL, whose databases take longer to copy."""
    return PAIRS if copies.server is None else sample(PAIRS, 12, "pairs")


@pytest.mark.parametrize("part", range(4))
def test_two_acts_at_once_end_as_if_one_had_come_after_the_other(copies: Copies, part: int):
    for pair in chosen(copies)[part::4]:
        orders = [in_turn(copies, pair, order) for order in ((0, 1), (1, 0))]
        possible = range(statements_of(copies, pair[0]))
        held = (
            possible
            if EXHAUSTIVE
            else sorted(dice("held", *(act.__name__ for act in pair)).sample(possible, min(2, len(possible))))
        )
        for held_at in held:
            with copies.copy() as programme:
                ended = Stage(programme, *pair, held_at=held_at).play()
                timers.fire_due(programme.database)
                left = footprint(programme)

            assert not any("not said" in each for each in ended), ended
            names = (pair[0].__name__, pair[1].__name__, held_at, ended)
            assert ended in {order[:2] for order in orders}, names
            assert left in [order[2] for order in orders if order[:2] == ended], names
            if pair in ONE_WINS:
                assert Counter(ended)["done"] == 1, names
            if pair in BOTH_SUCCEED:
                assert ended == ("done", "done"), names


def test_what_each_pair_may_do_is_said_for_every_pair_that_matters():
    assert len(PAIRS) == 28
    assert {pair for pair in PAIRS if pair[0] is pair[1]} - ONE_WINS == {(delegate, delegate), (timer, timer)}
    assert set(PAIRS) >= BOTH_SUCCEED
