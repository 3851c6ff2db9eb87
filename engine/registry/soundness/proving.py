"""Prove that a process can always be completed, properly, and keeps what automata demand of it."""

from __future__ import annotations

import enum
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.registry import graph
from engine.registry.soundness import exploration, stories, translation
from engine.registry.soundness.automata import Automaton
from engine.registry.soundness.building import Unprovable
from engine.registry.soundness.exploration import Bounds, Exploration
from engine.registry.soundness.product import Product
from engine.registry.soundness.token_net import Kind, Move, Net, Spot

BOUNDS = Bounds()


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
    bounds: Bounds = BOUNDS,
) -> Proof:
    """Prove one process, those that it calls put in the place of their calls.

    Two ways of running it are looked at: any order whatever, as the standard has it, and the engine's
    own, in which whatever waits for nobody is done first. Never raises, whatever the process holds.
    """
    deadline = time.perf_counter() + bounds.seconds
    try:
        net = translation.net_of(process, processes)
    except Unprovable:
        return Proof(None, (Finding(Code.UNDECIDED),), (), 0, undecided=True)
    product = Product(automata)
    free = exploration.explore(net, product, bounds=bounds, deadline=deadline, urgent=False)
    findings = list(faults(net, free))
    states, complete = free.states, free.complete
    if complete and not findings:
        prompt = exploration.explore(net, Product(()), bounds=bounds, deadline=deadline, urgent=True)
        findings += faults_of_the_engine(net, prompt)
        states, complete = states + prompt.states, prompt.complete
    undecided = not complete and not findings
    if undecided:
        findings = [Finding(Code.UNDECIDED)]
    violations = tuple(
        Violation(automata[position].code, stories.told(net, path))
        for position, path in sorted(free.violations.items())
    )
    return Proof(None if undecided else not findings, tuple(findings), violations, states, undecided)


def faults(net: Net, found: Exploration) -> Iterable[Finding]:
    """Give what a walk in any order found wrong. Steps that are dead behind another fault are not told."""
    if found.unsafe is not None:
        last = net.transitions[found.unsafe[-1]]
        elements = net.spots_of(found.met) or last.spots
        yield Finding(Code.LACK_OF_SYNCHRONISATION, elements, stories.told(net, found.unsafe))
    elif found.stuck is not None:
        story = stories.told(net, found.stuck)
        ended = any(move.kind is Kind.ENDED for move in story)
        code = Code.IMPROPER_COMPLETION if ended else Code.DEADLOCK
        yield Finding(code, net.spots_of(found.stuck_at), story)
    elif found.lost is not None:
        yield Finding(Code.LIVELOCK, net.spots_of(found.lost_at), stories.told(net, found.lost))
    elif found.complete:
        alive = {spot for number in found.fired for spot in net.transitions[number].spots}
        dead = net.elements - alive
        if dead:
            yield Finding(Code.DEAD_ACTIVITY, tuple(sorted(dead)))


def faults_of_the_engine(net: Net, found: Exploration) -> Iterable[Finding]:
    """Give what only the engine's own order shows: work it would go on doing for ever."""
    if found.lost is not None:
        yield Finding(Code.LIVELOCK, net.spots_of(found.lost_at), stories.told(net, found.lost))
