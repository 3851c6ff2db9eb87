"""A net under construction: its scopes, the calls it is inside of, and what is thrown but not yet caught."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.registry import graph
from engine.registry.soundness.token_net import Kind, Move, Net, Spot, Transition, union

DEEPEST = 60  # Scopes within scopes, through calls.
MOST_PLACES = 4_000


class Unprovable(Exception):
    """A process about which nothing can be said: not whole, calling itself, or beyond every measure."""


@dataclass(slots=True)
class Way:
    """One way out of an element: the places it marks, and the flows it takes."""

    post: int
    flows: tuple[graph.Flow, ...] = ()


@dataclass(slots=True)
class Catcher:
    """An event that ends or accompanies what goes on: on the edge of an activity, or inside a scope.

    `watched` is the scope it looks at, None for an activity without a body, whose other armed events are
    then `around`. `armed` marks that a non-interrupting event has not fired yet. `handles` is true for
    the start of an event subprocess, which leaves its scope active.
    """

    node: graph.Node
    process: graph.Process
    ways: list[Way]
    active: int
    armed: int = 0
    around: int = 0
    watched: Scope | None = None
    interrupting: bool = True
    handles: bool = False
    at_once: tuple[graph.Node, ...] = ()  # What the engine carries out in the same act.

    @property
    def taken(self) -> int:
        """The place it takes a token from."""
        return self.active if self.interrupting and not self.handles else self.armed

    @property
    def read(self) -> int:
        """The place that must be marked and stays so."""
        return 0 if self.taken == self.active else self.active

    @property
    def emptied(self) -> int:
        """What it interrupts; right only once the watched scope is whole."""
        if not self.interrupting:
            return 0
        inside = self.around if self.watched is None else self.watched.everything
        return self.watched.inside & ~self.armed if self.handles and self.watched else inside


@dataclass(slots=True)
class Scope:
    """A process, an embedded subprocess or an event subprocess, while it is translated.

    `inside` are all places within, `optional` those among them that may stay marked when it completes:
    events that are armed and have not fired.
    """

    id: str
    process: graph.Process
    parent: Scope | None
    active: int
    repeated: bool
    starts: list[Way] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # Of each flow.
    links: dict[str | None, int] = field(default_factory=dict)  # Of each link, by its name.
    looping: set[str] = field(default_factory=set)  # The elements that a token may come back to.
    inside: int = 0
    optional: int = 0
    around: int = 0  # Armed events of the activity that this scope is the body of.
    handles: bool = False  # The body of an event subprocess.
    catchers: list[Catcher] = field(default_factory=list)

    @property
    def unfinished(self) -> int:
        """The places that must be empty before the scope may complete."""
        return self.inside & ~self.optional

    @property
    def everything(self) -> int:
        """What disappears when the scope is interrupted, its own activity apart."""
        return self.inside | self.around


@dataclass(slots=True)
class Throw:
    """An event that throws, to be joined to what catches it once every scope is whole."""

    scope: Scope
    node: graph.Node
    place: int
    ways: list[Way]


@dataclass(slots=True)
class Entered:
    """An element at which a life may begin that went on elsewhere, with a place from which it is entered."""

    scope: Scope
    node: graph.Node
    place: int

    @property
    def marked(self) -> int:
        """What is marked when the token comes there: what encloses it goes on, its events are armed."""
        around = list(enclosing(self.scope))
        armed = (union(way.post for way in scope.starts) & scope.optional for scope in around)
        return self.place | union(scope.active | scope.around for scope in around) | union(armed)


@dataclass(slots=True)
class Building:
    """The net, the processes it may call, and what is left to join.

    `asserted` gives by the name of each entry what is taken as done before it, in its order.
    """

    processes: Mapping[str, graph.Process]
    asserted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    net: Net = field(default_factory=Net)
    throws: list[Throw] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    entered: list[Entered] = field(default_factory=list)

    def open(self, scope: Scope) -> None:
        """Begin a scope. Raises `Unprovable`: it is nested too deep."""
        if sum(1 for _ in enclosing(scope)) > DEEPEST:
            raise Unprovable(f"{scope.id}: nested too deep")
        self.scopes.append(scope)

    def place(self, scope: Scope, element: str | None = None) -> int:
        """Give a new place inside a scope; a token there stands at `element`.

        Raises `Unprovable`: calls within calls have made the net too large.
        """
        if len(self.net.spots) >= MOST_PLACES:
            raise Unprovable("too many places")
        place = self.net.place(None if element is None else Spot(scope.process.id, element))
        scope.inside |= place
        return place

    def arm(self, scope: Scope) -> int:
        """Give a new place inside a scope that may stay marked when it completes."""
        place = self.place(scope)
        scope.optional |= place
        return place

    def add(self, transition: Transition) -> None:
        """Add a transition to the net; the elements it makes happen are to be reachable."""
        transition.parts = (len(self.net.transitions),)
        self.net.transitions.append(transition)
        self.net.elements.update(transition.spots)


def enclosing(scope: Scope | None) -> Iterator[Scope]:
    """Give a scope and those around it, the innermost first, through calls."""
    while scope is not None:
        yield scope
        scope = scope.parent


def spot_of(node: graph.Node) -> Spot:
    """Give the spot of a node."""
    return Spot(node.process, node.id)


def move_of(node: graph.Node, kind: Kind, way: Way | None = None) -> Move:
    """Give a move of a node, with the flows it chose if it chose any."""
    flows = () if way is None else tuple(flow.id for flow in way.flows)
    return Move(node.process, node.id, kind, flows)
