"""The token net of a process: places are bits of an integer, a marking is an integer."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Spot(NamedTuple):
    """One element of one process: where something happens, or where a token stands."""

    process: str
    element: str


class Kind(enum.StrEnum):
    """What a person would say of a move: the step was done, the event came, the branch was chosen."""

    STARTED = "started"
    COMPLETED = "completed"
    HAPPENED = "happened"
    THROWN = "thrown"
    CHOSEN = "chosen"
    ADOPTED = "adopted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens in a story, as a person would recognise it.

    `element` is an activity, an event or a gateway that chooses; `flows` are then the branches it chose.
    """

    process: str
    element: str
    kind: Kind
    flows: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Transition:
    """One step of the net: what it needs, takes, empties and puts.

    It may fire when `pre` and `read` are marked and `zero` is empty; it takes `pre`, empties `reset`,
    then marks `post`. An inclusive join has no `pre`: `joins` gives each of its inputs with the places
    from which a token may still come to that input (see `inclusive`). `waits` is true when a person, a
    clock or a message decides when; the engine carries out the others at once. `parts` are the transitions
    of the net as drawn that this one stands for, one after the other. An `entry` is where a life begins that
    went on elsewhere: it may fire first, and is no way by which anything is reached.
    """

    pre: int = 0
    post: int = 0
    read: int = 0
    reset: int = 0
    zero: int = 0
    joins: tuple[tuple[int, int], ...] = ()
    waits: bool = False
    spots: tuple[Spot, ...] = ()
    moves: tuple[Move, ...] = ()
    labels: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    entry: bool = False

    @property
    def inputs(self) -> int:
        """Every place that it may take a token from."""
        return self.pre | union(place for place, _ in self.joins)


@dataclass(slots=True)
class Net:
    """The places, transitions and first markings of a process; the empty marking is its completion.

    `spots` says for each place at which element a token there waits, None where it says nothing to a
    person. `unneeded` are transitions of the net as drawn that a smaller one does without. What a `fleeting`
    place sets off is over before it is set off again, if it ever is.
    """

    spots: list[Spot | None] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    starts: tuple[int, ...] = ()
    fleeting: int = 0
    elements: set[Spot] = field(default_factory=set)
    unneeded: frozenset[int] = frozenset()

    def place(self, spot: Spot | None = None) -> int:
        """Give a new place."""
        self.spots.append(spot)
        return 1 << (len(self.spots) - 1)

    def spots_of(self, marking: int) -> tuple[Spot, ...]:
        """Give the elements at which the tokens of a marking stand, each once."""
        found = (self.spots[bit.bit_length() - 1] for bit in bits(marking))
        return tuple(dict.fromkeys(spot for spot in found if spot is not None))


def bits(mask: int) -> Iterator[int]:
    """Give the places of a set, each as a mask of its own."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit


def union(masks: Iterable[int]) -> int:
    """Give the places that are in any of the sets."""
    everything = 0
    for mask in masks:
        everything |= mask
    return everything
