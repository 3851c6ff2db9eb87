"""Two acts on one project in two threads, the first held in the middle; and the same acts in turn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import errors
from engine.runtime import locking, timers
from tests.effort import EXHAUSTIVE, dice
from tests.faults.trials import Copies, footprint
from tests.integration.programme import Programme

PATIENCE = 20.0  # Seconds after which a thread is lost; a lock is waited for five seconds at most.
BLOCKED = 0.15  # Seconds after which the other act is taken to wait for the lock.
Act = Callable[[Programme, int], object]


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


def in_turn(
    copies: Copies,
    acts: tuple[Act, Act],
    order: tuple[int, int],
    look: Callable[[Programme], dict[str, Any]] = footprint,
) -> tuple[Any, ...]:
    """What one act after the other gives: how each ended, and what they left, the timers fired."""
    with copies.copy() as programme:
        if order == (0, 1):  # The first act is undisturbed: what it takes is known from now on.
            outcomes = {0: alone(copies, programme, acts[0]), 1: outcome(acts[1], programme, 1)}
        else:
            outcomes = {place: outcome(acts[place], programme, place) for place in order}
        timers.fire_due(programme.database)
        return outcomes[0], outcomes[1], look(programme)


def alone(copies: Copies, programme: Programme, act: Act) -> str:
    """How an act ended that nobody disturbed on a fresh copy; its statements are counted."""
    seen: list[object] = []

    def count(*_: object) -> None:
        seen.append(0)

    sa.event.listen(programme.database.engine, "before_cursor_execute", count)
    ended = outcome(act, programme, 0)
    sa.event.remove(programme.database.engine, "before_cursor_execute", count)
    copies.statements[act] = len(seen)
    return ended


def statements_of(copies: Copies, act: Act) -> int:
    """How many statements an act takes when nobody disturbs it."""
    if act not in copies.statements:
        with copies.copy() as programme:
            alone(copies, programme, act)
    return copies.statements[act]


def held_at(copies: Copies, pair: tuple[Act, Act]) -> list[int]:
    """Before which of its statements the first act is held: two of them, or all when time is given."""
    possible = range(statements_of(copies, pair[0]))
    assert possible, f"{pair[0].__name__} asks nothing of the database: it is held nowhere"
    if EXHAUSTIVE:
        return list(possible)
    return sorted(dice("held", *(act.__name__ for act in pair)).sample(possible, min(2, len(possible))))


def as_if_in_turn(
    copies: Copies,
    pair: tuple[Act, Act],
    look: Callable[[Programme], dict[str, Any]] = footprint,
) -> list[tuple[str, str]]:
    """Play a pair at once, held here and there; it must end as one of its two orders. How each time ended."""
    orders = [in_turn(copies, pair, order, look) for order in ((0, 1), (1, 0))]
    endings = []
    for place in held_at(copies, pair):
        with copies.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            timers.fire_due(programme.database)
            left = look(programme)

        names = (pair[0].__name__, pair[1].__name__, place, ended)
        assert not any("not said" in each for each in ended), names
        assert ended in {order[:2] for order in orders}, names
        assert left in [order[2] for order in orders if order[:2] == ended], names
        endings.append(ended)
    return endings
