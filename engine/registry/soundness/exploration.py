"""Walk through every marking that a net can reach, the automata of the charter beside it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.registry.soundness import effort
from engine.registry.soundness.inclusive import may_fire
from engine.registry.soundness.product import Product
from engine.registry.soundness.token_net import Net, Transition, bits, union

OFTEN = 255  # The clock is looked at once in so many states, one less.


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a proof may go before it gives up: then nothing is decided. The seconds are the processor's."""

    states: int = 200_000
    seconds: float = 0.8


@dataclass(slots=True)
class Exploration:
    """What a walk found. A path is the positions of the transitions fired from the start on.

    `unsafe` is a path at whose last step two tokens meet on the places `met`. `stuck` leads to the marking
    `stuck_at`, which nothing follows; `lost` into the transitions `turning`, which go round for ever. Each
    is the shortest, None where there is none. `violations` has one path for each automaton violated.
    `fired` is what may fire in a life that began at its start.
    """

    states: int = 0
    complete: bool = True
    unsafe: list[int] | None = None
    met: int = 0
    stuck: list[int] | None = None
    stuck_at: int = 0
    lost: list[int] | None = None
    turning: tuple[int, ...] = ()
    violations: dict[int, list[int]] = field(default_factory=dict)
    fired: set[int] = field(default_factory=set)


def explore(net: Net, product: Product, *, bounds: Bounds, deadline: float, urgent: bool) -> Exploration:
    """Walk until everything is seen, two tokens meet, or the bounds are reached.

    With `urgent`, what the engine does at once goes before what waits for somebody.
    """
    walk = Walk(net, product, urgent=urgent)
    if walk.go(bounds, deadline) and walk.entries:
        walk.enter()
        walk.go(bounds, deadline)
    walk.found.states = len(walk.states)
    if walk.found.complete and walk.found.unsafe is None:
        walk.find_lost()
    return walk.found


class Walk:
    """One breadth-first walk. A state is one integer: the marking, and above it what the automata read."""

    def __init__(self, net: Net, product: Product, *, urgent: bool) -> None:
        self.net = net
        self.product = product
        self.urgent = urgent
        self.found = Exploration()
        self.width = len(net.spots)
        self.triggers = triggers_of(net)
        self.labels = [product.visible(transition.labels) for transition in net.transitions]
        self.followers: dict[int, list[tuple[int, int]]] = {}
        self.entries = [number for number, each in enumerate(net.transitions) if each.entry]
        self.has_entered = False
        self.position = 0
        self.states = [start | product.initial << self.width for start in dict.fromkeys(net.starts)]
        self.known = {state: number for number, state in enumerate(self.states)}
        self.parents = array("l", [-1]) * len(self.states)
        self.taken = array("l", [-1]) * len(self.states)
        self.targets = array("l")
        self.offsets = array("l")  # Where the targets of each state begin.
        self.goals: list[int] = []

    def go(self, bounds: Bounds, deadline: float) -> bool:
        """Look at all that follows what was found. False where two tokens meet, or the bounds are reached."""
        while self.position < len(self.states):
            if len(self.states) > bounds.states or (
                self.position & OFTEN == OFTEN and effort.spent() > deadline
            ):
                self.found.complete = False
                return False
            if not self.follow():
                return False
        return True

    def enter(self) -> None:
        """Begin at every entry as well, once all that follows the start was seen.

        What is only come to from there is as well to be judged, and to be reached from the start too.
        """
        self.has_entered = True
        beginning = self.states[0]
        for number in self.entries:
            entry = self.net.transitions[number]
            marking = beginning & ((1 << self.width) - 1) & ~entry.pre | entry.post
            reading = self.product.read(beginning >> self.width, self.labels[number])
            self.come_to(marking | reading << self.width, 0, number)

    def follow(self) -> bool:
        """Look at what follows the next state. False once two tokens meet."""
        position, state = self.position, self.states[self.position]
        self.position += 1
        self.offsets.append(len(self.targets))
        marking, reading = state & ((1 << self.width) - 1), state >> self.width
        if not marking:
            self.goals.append(position)
            self.judge(self.product.unaccepting(reading), position)
            return True
        followers = self.followers.get(marking)
        if followers is None:
            followers = self.fired_from(marking, position)
            if self.found.unsafe is not None:
                return False
            if self.product.automata:
                self.followers[marking] = followers
        if not followers and self.found.stuck is None:
            self.found.stuck, self.found.stuck_at = self.path(position), marking
        for number, following in followers:
            read = reading
            if self.labels[number]:
                read = self.product.read(reading, self.labels[number])
            self.reach(following | read << self.width, position, number)
        return True

    def reach(self, state: int, source: int, number: int) -> None:
        """Come to a state from another."""
        self.targets.append(self.come_to(state, source, number))

    def come_to(self, state: int, source: int, number: int) -> int:
        """Give the position of a state, met for the first time or again."""
        known = self.known.get(state)
        if known is None:
            known = self.known[state] = len(self.states)
            self.states.append(state)
            self.parents.append(source)
            self.taken.append(number)
            if self.labels[number]:
                self.judge(self.product.violated(state >> self.width), known)
        return known

    def judge(self, violated: Sequence[int], position: int) -> None:
        """Keep the path to the first violation of each automaton."""
        for automaton in violated:
            if automaton not in self.found.violations:
                self.found.violations[automaton] = self.path(position)

    def fired_from(self, marking: int, position: int) -> list[tuple[int, int]]:
        """Give what may fire in a marking and what it leads to; stop where two tokens meet."""
        transitions = self.net.transitions
        followers: list[tuple[int, int]] = []
        for number in self.fireable(marking):
            transition = transitions[number]
            if transition.entry:
                continue
            taken = transition.pre
            for place, _ in transition.joins:
                taken |= place & marking
            left = marking & ~taken & ~transition.reset
            if not self.has_entered:
                self.found.fired.add(number)
            if left & transition.post:
                self.found.unsafe = [*self.path(position), number]
                self.found.met = left & transition.post
                return followers
            followers.append((number, left | transition.post))
        return followers

    def path(self, position: int) -> list[int]:
        """Give the transitions that were fired to come to a state first."""
        found = []
        while self.parents[position] >= 0:
            found.append(self.taken[position])
            position = self.parents[position]
        return found[::-1]

    def find_lost(self) -> None:
        """Find from where there is no completion, and what goes round there for ever."""
        lost = self.completing().find(0)
        if lost >= 0:
            turning = set(self.turning_after(lost))
            self.found.lost = self.path(min(turning))
            markings = {self.states[position] & ((1 << self.width) - 1) for position in turning}
            self.found.turning = tuple(
                sorted({number for marking in markings for number in self.fireable(marking)})
            )

    def turning_after(self, start: int) -> list[int]:
        """Give states that lead to each other and to no others, from a state on.

        They are the first strongly connected component that a depth-first walk is done with (Tarjan).
        """
        numbers, lowest = {start: 0}, {start: 0}
        stack, path = [start], [(start, iter(self.following(start)))]
        while True:
            state, targets = path[-1]
            target = next(targets, None)
            if target is None:
                if lowest[state] == numbers[state]:
                    return stack[stack.index(state) :]
                path.pop()
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[state])
            elif target in numbers:
                lowest[state] = min(lowest[state], numbers[target])
            else:
                numbers[target] = lowest[target] = len(numbers)
                stack.append(target)
                path.append((target, iter(self.following(target))))

    def following(self, position: int) -> Sequence[int]:
        """Give the states that follow a state, by their positions."""
        return self.targets[self.offsets[position] : self.offsets[position + 1]]

    def fireable(self, marking: int) -> list[int]:
        """Give what may fire in a marking."""
        return enabled(marking, self.triggers, self.net.transitions, urgent=self.urgent)

    def completing(self) -> bytearray:
        """Mark every state from which the process may be completed.

        States come after those that lead to them, save in loops: one look backwards settles nearly all,
        and what is left is followed from target to source.
        """
        good = bytearray(len(self.states))
        for goal in self.goals:
            good[goal] = 1
        self.offsets.append(len(self.targets))
        sources: dict[int, list[int]] = {}
        waiting: list[int] = []
        for position in range(len(self.states) - 1, -1, -1):
            if not good[position]:
                targets = self.following(position)
                for target in targets:
                    if good[target]:
                        good[position] = 1
                        waiting.append(position)
                        break
                else:
                    for target in targets:
                        sources.setdefault(target, []).append(position)
        while waiting:
            for source in sources.get(waiting.pop(), ()):
                if not good[source]:
                    good[source] = 1
                    waiting.append(source)
        return good


def triggers_of(net: Net) -> dict[int, list[int]]:
    """Give, for each place, the transitions to be looked at when it is marked."""
    triggers: dict[int, list[int]] = {}
    for number, transition in enumerate(net.transitions):
        if transition.joins:
            for place, _ in transition.joins:
                triggers.setdefault(place, []).append(number)
        else:
            needed = transition.pre or transition.read
            triggers.setdefault(needed & -needed, []).append(number)
    return triggers


def enabled(
    marking: int, triggers: dict[int, list[int]], transitions: Sequence[Transition], *, urgent: bool
) -> list[int]:
    """Give the transitions that may fire in a marking."""
    found: list[int] = []
    for place in bits(marking):
        for number in triggers.get(place, ()):
            transition = transitions[number]
            if transition.joins:
                if number not in found and may_fire(transition.joins, marking):
                    found.append(number)
            else:
                needed = transition.pre | transition.read
                if marking & needed == needed and not marking & transition.zero:
                    found.append(number)
    if urgent:
        return [number for number in found if not transitions[number].waits] or found
    return found


def places_of(transitions: Sequence[Transition]) -> int:
    """Give every place that the transitions of a net touch."""
    return union(transition.inputs | transition.post | transition.read for transition in transitions)
