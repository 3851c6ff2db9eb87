"""Prove that a process can always be completed, properly, and keeps what automata demand of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.registry import graph
from engine.registry.soundness import effort, exploration, promptness, stories, translation
from engine.registry.soundness.automata import Automaton
from engine.registry.soundness.building import Unprovable
from engine.registry.soundness.exploration import Bounds, Exploration
from engine.registry.soundness.product import Product
from engine.registry.soundness.reduction import reduced
from engine.registry.soundness.stories import STUCK, UNSAFE, Ending, Told
from engine.registry.soundness.token_net import Kind, Move, Net, Spot

BOUNDS = Bounds()
# So few states are seen sooner than a net is made smaller.
FEW = 400
# So many states in the engine's own order, and the shape of the net is looked at instead.
MANY = 10_000
NO_AUTOMATA = Product(())


class Code(enum.StrEnum):
    """What may be wrong with the way tokens go through a process."""

    LACK_OF_SYNCHRONISATION = "LACK_OF_SYNCHRONISATION"
    DEADLOCK = "DEADLOCK"
    IMPROPER_COMPLETION = "IMPROPER_COMPLETION"
    DEAD_ACTIVITY = "DEAD_ACTIVITY"
    LIVELOCK = "LIVELOCK"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, the elements to blame, and the shortest story that shows it."""

    code: Code
    elements: tuple[Spot, ...] = ()
    story: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One automaton that is violated, by its code, and the shortest story that shows it."""

    automaton: str
    story: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved. `sound` is None where nothing could be: `undecided` then says so.

    With findings nothing is proved of the automata: a violation that is told is one, none told is no proof.
    """

    sound: bool | None
    findings: tuple[Finding, ...]
    violations: tuple[Violation, ...]
    states: int
    undecided: bool


def roots(processes: Iterable[graph.Process]) -> tuple[graph.Process, ...]:
    """Give the processes to prove: those that hold something and that no other calls."""
    drawn = [process for process in processes if process.nodes]
    called = {
        node.called.rpartition(":")[2]
        for process in drawn
        for node in process.nodes
        if node.tag == "callActivity" and node.called
    }
    return tuple(process for process in drawn if process.id not in called) or tuple(drawn)


def prove(
    process: graph.Process,
    processes: Mapping[str, graph.Process],
    *,
    automata: Sequence[Automaton] = (),
    entries: Mapping[str, Sequence[str]] = MappingProxyType({}),
    bounds: Bounds = BOUNDS,
) -> Proof:
    """Prove one process, those that it calls put in the place of their calls.

    Two ways of running it are looked at: any order whatever, as the standard has it, and the engine's
    own, in which whatever waits for nobody is done first. What holds from the start is asked from each of
    the `entries` too, the automata having read what it asserts; but each step must be reached from the
    start. Never raises, whatever the process holds.
    """
    deadline = effort.spent() + bounds.seconds
    try:
        net = translation.net_of(process, processes, entries)
    except Unprovable:
        return Proof(None, (Finding(Code.UNDECIDED),), (), 0, undecided=True)
    walked = walked_in_any_order(process, net, Product(automata), bounds, deadline)
    told = walked.stories(deadline)
    findings = list(walked.faults(told))
    states, complete = walked.found.states, walked.found.complete
    if complete and not findings:
        prompt = walked_in_the_engines_order(walked.prompt, bounds, deadline)
        states = max(states, prompt.states)
        complete = prompt.complete or promptness.is_harmless(net)
        findings += [turning(walked.prompt, prompt)] if prompt.lost is not None else []
    undecided = not complete and not findings
    return Proof(
        sound=None if undecided else not findings,
        findings=(Finding(Code.UNDECIDED),) if undecided else tuple(findings),
        violations=tuple(walked.violations(told)),
        states=states,
        undecided=undecided,
    )


def walked_in_any_order(
    process: graph.Process, net: Net, product: Product, bounds: Bounds, deadline: float
) -> Walked:
    """Walk through a net as it is drawn where it is small, else through one made smaller."""
    few = Bounds(min(FEW, bounds.states))
    found = exploration.explore(net, product, bounds=few, deadline=deadline, urgent=False)
    if found.complete or found.unsafe is not None:
        return Walked(process, net, net, net, product, found)
    prompt = reduced(net, product.alphabet, prompt=True, until=deadline)
    small = reduced(prompt, product.alphabet, prompt=False, until=deadline)
    found = exploration.explore(small, product, bounds=bounds, deadline=deadline, urgent=False)
    return Walked(process, net, prompt, small, product, found)


def walked_in_the_engines_order(prompt: Net, bounds: Bounds, deadline: float) -> Exploration:
    """Walk through a net doing first what waits for nobody: nothing but the way to the end is asked."""
    some = Bounds(min(MANY, bounds.states))
    return exploration.explore(prompt, NO_AUTOMATA, bounds=some, deadline=deadline, urgent=True)


def turning(net: Net, found: Exploration) -> Finding:
    """Say what goes round for ever, by the path that the walk took to it."""
    elements = dict.fromkeys(spot for number in found.turning for spot in net.transitions[number].spots)
    return Finding(Code.LIVELOCK, tuple(elements), stories.told(net, found.lost or []))


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk in any order found in a small net, and what it says of the net as drawn.

    `prompt` is as small as it may be while the engine's own order is kept.
    """

    process: graph.Process
    net: Net
    prompt: Net
    small: Net
    product: Product
    found: Exploration

    def stories(self, until: float) -> dict[Ending, Told]:
        """Give the shortest story of each fault; after the deadline, the way that the walk took as it is."""
        found = self.found
        walked = {Ending(automaton=position): path for position, path in sorted(found.violations.items())}
        if found.unsafe is not None:
            walked[UNSAFE] = found.unsafe
        elif found.stuck is not None:
            walked[STUCK] = found.stuck
        told = stories.shortest(self.net, self.small, self.product, walked, until=until) if walked else {}
        for ending in walked.keys() - told.keys():
            known = [part for number in walked[ending] for part in self.small.transitions[number].parts]
            told[ending] = Told(self.as_far_as(ending, known), found.stuck_at, found.met)
        return told

    def faults(self, stories_of: Mapping[Ending, Told]) -> Iterator[Finding]:
        """Give the fault to be told. What can never be reached behind another fault is not told."""
        found = self.found
        if found.unsafe is not None:
            told = stories_of[UNSAFE]
            last = self.net.transitions[told.path[-1]].spots
            elements = tuple(dict.fromkeys((*self.net.spots_of(told.met), *last)))
            yield Finding(Code.LACK_OF_SYNCHRONISATION, elements, stories.told(self.net, told.path))
        elif found.stuck is not None:
            told = stories_of[STUCK]
            story = stories.told(self.net, told.path)
            code = Code.IMPROPER_COMPLETION if self.is_over(story) else Code.DEADLOCK
            yield Finding(code, self.net.spots_of(told.marking), story)
        elif found.lost is not None:
            yield turning(self.small, found)
        elif found.complete:
            alive = {spot for number in found.fired for spot in self.small.transitions[number].spots}
            drawn = dict.fromkeys(spot for each in self.net.transitions for spot in each.spots)
            dead = [spot for spot in (*drawn, *sorted(self.net.elements - drawn.keys())) if spot not in alive]
            if dead:
                yield Finding(Code.DEAD_ACTIVITY, tuple(dead))

    def violations(self, stories_of: Mapping[Ending, Told]) -> Iterator[Violation]:
        """Give the automata that are violated, in their order."""
        for position in sorted(self.found.violations):
            path = stories_of[Ending(automaton=position)].path
            yield Violation(self.product.automata[position].code, stories.told(self.net, path))

    def as_far_as(self, ending: Ending, path: list[int]) -> list[int]:
        """Cut a path where its automaton is violated: what was walked in one go may go on after it."""
        reading = self.product.initial
        for position, number in enumerate(path, start=1):
            reading = self.product.read(reading, self.product.visible(self.net.transitions[number].labels))
            if ending.automaton in self.product.violated(reading):
                return path[:position]
        return path

    def is_over(self, story: Sequence[Move]) -> bool:
        """Tell whether an end of the process itself was reached."""
        return any(
            move.kind is Kind.ENDED
            and move.process == self.process.id
            and (node := self.process.node(move.element)) is not None
            and node.scope == self.process.id
            for move in story
        )
