"""The shortest story that shows a fault, in moves that a person would recognise."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.registry.soundness import effort
from engine.registry.soundness.exploration import enabled, triggers_of
from engine.registry.soundness.product import Product
from engine.registry.soundness.token_net import Move, Net

OFTEN = 127  # The clock is looked at once in so many states, one less.
# How far the shortest story of all is looked for before one that is nearly so, in states and in transitions
# looked at: some forty milliseconds. It is a count, so that a file has the same story on any machine.
A_MOMENT = 25_000
MOST_LOOKS = 150_000
# What the start shows is told from there: an entry costs more than any story.
FAR = 1_000_000


@dataclass(frozen=True, slots=True)
class Ending:
    """What a story is to end with: two tokens that meet, a marking that nothing follows, a violation."""

    unsafe: bool = False
    stuck: bool = False
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
    """A search by cost, for several endings at once: a move costs one, what nobody sees costs nothing.

    With `allowed`, only those transitions are fired; what may be fired is judged on all of them. It ends
    after so many `looks` at states and transitions, and at the latest when `until` is spent.
    """

    net: Net
    product: Product
    endings: set[Ending]
    until: float
    allowed: Collection[int] | None = None
    looks: int = MOST_LOOKS
    found: dict[Ending, Told] = field(default_factory=dict)
    costs: dict[int, int] = field(default_factory=dict)
    came_from: dict[int, tuple[int, int]] = field(default_factory=dict)
    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    meeting: tuple[int, Told] | None = None  # Where two tokens meet, and what it costs to come there.

    def run(self) -> dict[Ending, Told]:
        """Give the shortest story with each ending, as far as they are found in time."""
        triggers, width = triggers_of(self.net), len(self.net.spots)
        for start in self.net.starts:
            self.reach(start | self.product.initial << width, 0, None)
        settled = 0
        while self.waiting and self.endings - self.found.keys() and self.looks > 0:
            cost, _, state = heapq.heappop(self.waiting)
            if self.meeting is not None and cost >= self.meeting[0]:
                self.found.setdefault(UNSAFE, self.meeting[1])
            if cost > self.costs[state]:
                continue
            settled += 1
            if settled & OFTEN == 0 and effort.spent() > self.until:
                break
            marking = state & ((1 << width) - 1)
            fireable = enabled(marking, triggers, self.net.transitions, urgent=False)
            self.looks -= 1 + len(fireable)
            self.settle(state, width, fireable)
        if self.meeting is not None:
            self.found.setdefault(UNSAFE, self.meeting[1])
        return self.found

    def settle(self, state: int, width: int, fireable: Sequence[int]) -> None:
        """Look at a state to which no cheaper story will come: what ends there, and what follows."""
        marking = state & ((1 << width) - 1)
        for ending in self.endings - self.found.keys():
            if self.is_ending(ending, marking, state >> width, fireable):
                self.found[ending] = Told(self.path(state), marking)
        for number in fireable:
            if self.allowed is None or number in self.allowed:
                self.fire(number, state, width)

    def fire(self, number: int, state: int, width: int) -> None:
        """Fire a transition from a state: to another, or to where two tokens meet."""
        marking, reading = state & ((1 << width) - 1), state >> width
        transition = self.net.transitions[number]
        following, met = fired(self.net, number, marking)
        cost = self.costs[state] + len(transition.moves) + FAR * transition.entry
        if met:
            if UNSAFE in self.endings and (self.meeting is None or cost < self.meeting[0]):
                self.meeting = cost, Told([*self.path(state), number], following, met)
            return
        visible = self.product.visible(transition.labels)
        read = self.product.read(reading, visible) if visible else reading
        self.reach(following | read << width, cost, (state, number))

    def reach(self, state: int, cost: int, came_from: tuple[int, int] | None) -> None:
        """Come to a state, if no shorter story has come there."""
        if cost < self.costs.get(state, cost + 1):
            self.costs[state] = cost
            if came_from is not None:
                self.came_from[state] = came_from
            heapq.heappush(self.waiting, (cost, len(self.came_from), state))

    def is_ending(self, ending: Ending, marking: int, reading: int, fireable: Sequence[int]) -> bool:
        """Tell whether a story may end here."""
        if ending.automaton is None:
            return ending.stuck and bool(marking) and not fireable
        return ending.automaton in self.product.violated(reading) or (
            not marking and ending.automaton in self.product.unaccepting(reading)
        )

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
    net: Net,
    small: Net,
    product: Product,
    walked: Mapping[Ending, Sequence[int]],
    *,
    until: float,
    looks: int = A_MOMENT,
) -> dict[Ending, Told]:
    """Give the shortest story with each ending, knowing for each one path through the small net.

    None is looked for after `until`; what is then missing has its path alone to tell.
    """
    found = Search(net, product, set(walked), until, looks=looks).run()
    missing = {ending: path for ending, path in walked.items() if ending not in found}
    return found | through(net, small, product, missing, until=until, looks=looks)


def through(
    net: Net,
    small: Net,
    product: Product,
    walked: Mapping[Ending, Sequence[int]],
    *,
    until: float,
    looks: int = A_MOMENT,
) -> dict[Ending, Told]:
    """Give a story with each ending, of a net that is too large to be searched.

    It is looked for in the small net, then made as short as the transitions that it stands for allow,
    and those that the small net does without.
    """
    shorter = Search(small, product, set(walked), until).run() if walked and small is not net else {}
    found: dict[Ending, Told] = {}
    for ending in walked:
        path = shorter[ending].path if ending in shorter else walked[ending]
        allowed = {part for number in path for part in small.transitions[number].parts}
        one = Search(net, product, {ending}, until, allowed=allowed | small.unneeded, looks=looks)
        found |= one.run()
    return found


def told(net: Net, path: Sequence[int]) -> tuple[Move, ...]:
    """Give the moves of a path, in their order."""
    return tuple(move for number in path for move in net.transitions[number].moves)
