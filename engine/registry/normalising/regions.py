"""The parallel parts of a process that stand in a loop, and can be put in a subprocess of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from engine.registry import graph

JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
# How many gateways are tried as the beginning of one join's branches, and of all those of a process: a
# drawing of people needs two or three, a file made to harm would have them all tried.
MOST_TRIED = 20
MOST_TRIED_IN_ALL = 60


@dataclass(frozen=True, slots=True)
class Region:
    """What lies between a gateway and the join of its branches, both included, entered and left once.

    `inner` are the regions inside it that stand in a loop of its own.
    """

    split: str
    join: str
    nodes: frozenset[str]
    inner: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The ids of a subprocess that was put around a region, and of what it needs inside."""

    subprocess: str
    start: str
    end: str
    entering: str
    leaving: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The regions of a process to put in a subprocess, and the joins in a loop that nothing can help."""

    regions: tuple[Region, ...]
    left: tuple[str, ...]


class Search:
    """The look for regions in one process: what follows what, and how much may still be tried."""

    def __init__(self, process: graph.Process) -> None:
        self.process = process
        self.following = graph.successors(process)
        self.preceding: dict[str, set[str]] = {node: set() for node in self.following}
        for node, targets in self.following.items():
            for target in targets:
                self.preceding[target].add(node)
        self.tries = MOST_TRIED_IN_ALL

    def plan(self, nodes: frozenset[str]) -> Plan:
        """Give the widest regions among some nodes, and the joins in a loop that are in none."""
        joins = self.joins_in_a_loop(nodes)
        found = [region for join in joins if (region := self.region_of(join, nodes))]
        widest = [one for one in found if not any(one.nodes < other.nodes for other in found)]
        regions, left = [], [join for join in joins if not any(join in one.nodes for one in widest)]
        for region in widest:
            within = self.plan(region.nodes)
            left += within.left
            regions.append(Region(region.split, region.join, region.nodes, within.regions))
        return Plan(tuple(regions), tuple(left))

    def joins_in_a_loop(self, nodes: frozenset[str]) -> list[str]:
        """Give the parallel and inclusive joins from which a token may come back among these nodes."""
        turning = graph.in_a_cycle({node: self.following[node] & nodes for node in sorted(nodes)})
        return [
            node.id
            for node in self.process.nodes
            if node.tag in JOINS and node.id in turning and len(self.process.incoming(node.id)) > 1
        ]

    def region_of(self, join: str, nodes: frozenset[str]) -> Region | None:
        """Give the narrowest region that a join closes, if there is one."""
        leaving = self.process.outgoing(join)
        if len(leaving) != 1 or leaving[0].condition is not None:
            return None
        for split, _try in zip(self.splits_before(join, nodes), range(MOST_TRIED), strict=False):
            if not self.tries:
                return None
            self.tries -= 1
            inside = self.between(split, join)
            if inside is not None and inside < nodes:
                return Region(split, join, inside)
        return None

    def splits_before(self, join: str, nodes: frozenset[str]) -> Iterator[str]:
        """Give the gateways from which a join's branches may come, the nearest first."""
        seen, waiting = {join}, deque([join])
        while waiting:
            for node in sorted(self.preceding[waiting.popleft()] & nodes - seen):
                seen.add(node)
                waiting.append(node)
                if self.is_split(node):
                    yield node

    def is_split(self, identifier: str) -> bool:
        """Tell whether a node is a gateway with one way in and several out."""
        node = self.process.node(identifier)
        is_gateway = node is not None and node.tag in graph.GATEWAYS
        entering, leaving = self.process.incoming(identifier), self.process.outgoing(identifier)
        return is_gateway and len(entering) == 1 and len(leaving) > 1

    def between(self, split: str, join: str) -> frozenset[str] | None:
        """Give the nodes from a split to a join, if tokens enter by the one and leave by the other only.

        A branch that ends there, or is entered from elsewhere, is no part of what can be put aside.
        """
        before = graph.reachable({**self.following, join: set()}, [split]) - {join}
        inside = frozenset({*before, join})
        for name in before:
            node = self.process.node(name)
            if node is None or node.tag in ("startEvent", "endEvent"):
                return None
            if name != split and not self.preceding[name] <= before:
                return None
        is_closed = self.preceding[join] <= before and not self.preceding[split] & inside
        return inside if is_closed else None


def plan_of(process: graph.Process) -> Plan:
    """Give what of a process is to be put in subprocesses of its own, scope by scope."""
    search = Search(process)
    plans = [search.plan(frozenset(node.id for node in process.within(scope))) for scope in process.scopes()]
    return Plan(
        tuple(region for plan in plans for region in plan.regions),
        tuple(join for plan in plans for join in plan.left),
    )
