"""Tell a path through the net as a person would: what was done, what came, what was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry.soundness.token_net import Move, Net


def told(net: Net, path: Sequence[int]) -> tuple[Move, ...]:
    """Give the moves of a path, in their order."""
    return tuple(move for number in path for move in net.transitions[number].moves)
