"""The shortest story that shows a fault, in moves that a person would recognise."""

from __future__ import annotations

import heapq
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from engine.registry.soundness.exploration import enabled, triggers_of
from engine.registry.soundness.product import Product
from engine.registry.soundness.token_net import Move, Net

OFTEN = 127  # The clock is looked at once in so many states, one less.


@dataclass(frozen=True, slots=True)
class Effort:
    """How far to look for the shortest story before a longer one is told."""

    states: int = 12_000
    seconds: float = 0.12


@dataclass(frozen=True, slots=True)
class Ending:
    """What a story is to end with.

    Two tokens that meet, a marking that nothing follows, one of some markings, or a violated automaton.
    """

    unsafe: bool = False
    stuck: bool = False
    lost: frozenset[int] | None = None
    automaton: int | None = None


UNSAFE, STUCK = Ending(unsafe=True), Ending(stuck=True)


@dataclass(slots=True)
class Told:
    """A story, and the marking at which it ends; where two tokens meet, `met` says on which places."""

    path: list[int]
    marking: int
    met: int = 0


@dataclass(slots=True)
class Search:
    """A search by cost over the net as drawn: a move costs one, what nobody sees costs nothing.

    With `allowed`, only those transitions are fired; what may be fired is judged on all of them.
    """

    net: Net
    product: Product
    ending: Ending
    effort: Effort
    allowed: Collection[int] | None = None
    costs: dict[int, int] = field(default_factory=dict)
    came_from: dict[int, tuple[int, int]] = field(default_factory=dict)
    waiting: list[tuple[int, int, int]] = field(default_factory=list)

    def run(self) -> Told | None:
        """Give the shortest story, or None where the effort was not enough."""
        deadline = time.perf_counter() + self.effort.seconds
        triggers, width = triggers_of(self.net), len(self.net.spots)
        for start in self.net.starts:
            self.reach(start | self.product.initial << width, 0, None)
        settled = 0
        while self.waiting and settled < self.effort.states:
            cost, _, state = heapq.heappop(self.waiting)
            if cost > self.costs[state]:
                continue
            settled += 1
            if settled & OFTEN == 0 and time.perf_counter() > deadline:
                return None
            marking, reading = state & ((1 << width) - 1), state >> width
            fireable = enabled(marking, triggers, self.net.transitions, urgent=False)
            if self.is_ending(marking, reading, fireable):
                return Told(self.path(state), marking)
            for number in fireable:
                if self.allowed is not None and number not in self.allowed:
                    continue
                following, met = fired(self.net, number, marking)
                if met:
                    if self.ending.unsafe:
                        return Told([*self.path(state), number], following, met)
                    continue
                visible = self.product.visible(self.net.transitions[number].labels)
                read = self.product.read(reading, visible) if visible else reading
                moves = len(self.net.transitions[number].moves)
                self.reach(following | read << width, cost + moves, (state, number))
        return None

    def reach(self, state: int, cost: int, came_from: tuple[int, int] | None) -> None:
        """Come to a state, if no shorter story has come there."""
        if cost < self.costs.get(state, cost + 1):
            self.costs[state] = cost
            if came_from is not None:
                self.came_from[state] = came_from
            heapq.heappush(self.waiting, (cost, len(self.came_from), state))

    def is_ending(self, marking: int, reading: int, fireable: Sequence[int]) -> bool:
        """Tell whether the story may end here."""
        if self.ending.automaton is not None:
            position = self.ending.automaton
            return position in self.product.violated(reading) or (
                not marking and position in self.product.unaccepting(reading)
            )
        if self.ending.lost is not None:
            return marking in self.ending.lost
        return self.ending.stuck and bool(marking) and not fireable

    def path(self, state: int) -> list[int]:
        """Give the transitions fired on the cheapest way to a state."""
        return list(self.steps_back(state))[::-1]

    def steps_back(self, state: int) -> Iterator[int]:
        """Give the transitions fired on the cheapest way to a state, the last one first."""
        while state in self.came_from:
            state, number = self.came_from[state]
            yield number


def fired(net: Net, number: int, marking: int) -> tuple[int, int]:
    """Give the marking after a transition, and the places on which two tokens meet."""
    transition = net.transitions[number]
    taken = transition.pre
    for place, _ in transition.joins:
        taken |= place & marking
    left = marking & ~taken & ~transition.reset
    return left | transition.post, left & transition.post


def shortest(
    net: Net, product: Product, ending: Ending, *, known: Sequence[int], until: float
) -> Told | None:
    """Give the shortest story with an ending, or else the shortest among the moves of a known one.

    None where even that one does not end so: then the known path itself is all that can be told. Nothing
    is looked for after `until`.
    """
    found = Search(net, product, ending, effort_until(until)).run()
    if found is None:
        found = Search(net, product, ending, effort_until(until), allowed=frozenset(known)).run()
    return found


def effort_until(until: float) -> Effort:
    """Give the usual effort, or what is left of it."""
    return Effort(seconds=min(Effort().seconds, until - time.perf_counter()))


def told(net: Net, path: Sequence[int]) -> tuple[Move, ...]:
    """Give the moves of a path, in their order."""
    return tuple(move for number in path for move in net.transitions[number].moves)
