"""Translate a process into its token net, the processes it calls put in the place of their calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from engine.registry import graph
from engine.registry.soundness import catching, inclusive, scopes
from engine.registry.soundness.building import Building
from engine.registry.soundness.token_net import Net


def net_of(
    process: graph.Process,
    processes: Mapping[str, graph.Process],
    entries: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Net:
    """Give the net of a process; `entries` are the names at which it may begin too, with what each asserts.

    Raises `Unprovable`: a flow from or to nowhere, two elements of one id, a process that calls itself, a net
    beyond every measure.
    """
    building = Building(processes, entries)
    scopes.root(building, process)
    catching.join(building)
    inclusive.look_upstream(building.net.transitions)
    return building.net
