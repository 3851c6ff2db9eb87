"""The charter's rules as finite automata that read what happens in a life, step by step."""

# A label is a step of the charter, `step:entered` is the moment somebody begins to wait for it. Every kind of
# rule is a few states and the moves between them; a label that a state has no move for leaves it where it is.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

Moves = dict[tuple[int, str], int]
ENTERED = ":entered"


@dataclass(frozen=True)
class Line:
    """One rule as the proof reads it: what breaks it at once, and in which states a life may end."""

    code: str
    moves: Mapping[tuple[int, str], int]
    broken: frozenset[int] = frozenset()
    accepting: frozenset[int] = frozenset()
    initial: int = 0

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels it reads."""
        return frozenset(label for _, label in self.moves)

    def step(self, state: int, label: str) -> int:
        """Give its next state after a label."""
        return self.moves.get((state, label), state)

    def is_violated(self, state: int) -> bool:
        """Tell whether the rule is broken, whatever comes next."""
        return state in self.broken

    def accepts(self, state: int) -> bool:
        """Tell whether a life may end in this state."""
        return state in self.accepting


def precedes(code: str, *, first: Iterable[str], then: Iterable[str], since: Iterable[str] = ()) -> Line:
    """What is in `then` never happens before something of `first` did, since the last of `since`."""
    not_yet, done, broken = range(3)
    moves: Moves = {(done, label): not_yet for label in since}
    moves |= {(not_yet, label): broken for label in then}
    moves |= {(not_yet, label): done for label in first}
    return Line(code, moves, broken=frozenset({broken}), accepting=frozenset({not_yet, done}))


def occurs(code: str, *, any_of: Iterable[str]) -> Line:
    """Something of `any_of` happens in every life that ends."""
    waited_for, happened = range(2)
    moves: Moves = {(waited_for, label): happened for label in any_of}
    return Line(code, moves, accepting=frozenset({happened}))


def response(code: str, *, after: Iterable[str], then: Iterable[str]) -> Line:
    """Once something of `after` happened, something of `then` does before the end."""
    quiet, owed = range(2)
    moves: Moves = {(quiet, label): owed for label in after} | {(owed, label): quiet for label in then}
    return Line(code, moves, accepting=frozenset({quiet}))


def settled(code: str, *, after: Iterable[str], by: Iterable[str], before: Iterable[str]) -> Line:
    """Once something of `after` happened, something of `by` does before anything of `before`."""
    quiet, open_, broken = range(3)
    moves: Moves = {(quiet, label): open_ for label in after}
    moves |= {(open_, label): quiet for label in by}
    moves |= {(open_, label): broken for label in before}
    return Line(code, moves, broken=frozenset({broken}), accepting=frozenset({quiet, open_}))


def at_most_once(code: str, *, step: str) -> Line:
    """A step never happens twice."""
    never, once, broken = range(3)
    moves: Moves = {(never, step): once, (once, step): broken}
    return Line(code, moves, broken=frozenset({broken}), accepting=frozenset({never, once}))


def exclusive(code: str, *, steps: Iterable[str]) -> Line:
    """Of these steps, no life has two different ones."""
    states = {label: state for state, label in enumerate(steps, start=1)}
    broken = len(states) + 1
    moves: Moves = {(0, label): state for label, state in states.items()}
    for happened, state in states.items():
        moves |= {(state, label): broken for label in states if label != happened}
    return Line(code, moves, broken=frozenset({broken}), accepting=frozenset(range(broken)))


def between(code: str, *, after: Iterable[str], some: Iterable[str], before: Iterable[str]) -> Line:
    """What is in `before` comes only once something of `after` happened, then something of `some`."""
    not_yet, begun, enough, broken = range(4)
    moves: Moves = {(not_yet, label): begun for label in after}
    moves |= {(begun, label): enough for label in some}
    moves |= {(state, label): broken for state in (not_yet, begun) for label in before}
    return Line(code, moves, broken=frozenset({broken}), accepting=frozenset({not_yet, begun, enough}))


def months(code: str, *, after: Iterable[str], wait: str, before: Iterable[str]) -> Line:
    """The wait begins after something of `after`, once, and is over before anything of `before` (D2).

    A second wait is refused as well: what is waited for twice in parallel does not add up. What comes of
    `after` once more begins it all again: the months run from the last signature.
    """
    unsigned, signed, waiting, waited, broken = range(5)
    entered = wait + ENTERED
    moves: Moves = {(state, label): signed for state in (unsigned, waiting, waited) for label in after}
    moves |= {(unsigned, entered): broken, (signed, entered): waiting, (waiting, wait): waited}
    moves |= {(state, entered): broken for state in (waiting, waited)}
    moves |= {(state, label): broken for state in (unsigned, signed, waiting) for label in before}
    accepting = frozenset({unsigned, signed, waiting, waited})
    return Line(code, moves, broken=frozenset({broken}), accepting=accepting)


def never(code: str, *, steps: Iterable[str]) -> Line:
    """None of these steps ever happens."""
    moves: Moves = dict.fromkeys(((0, label) for label in steps), 1)
    return Line(code, moves, broken=frozenset({1}), accepting=frozenset({0}))


# What a rule of the charter's file may ask for, by the word that the file uses.
KINDS: dict[str, Callable[..., Line]] = {
    "precedes": precedes,
    "occurs": occurs,
    "response": response,
    "settled": settled,
    "at_most_once": at_most_once,
    "exclusive": exclusive,
    "between": between,
    "months": months,
    "never": never,
}
