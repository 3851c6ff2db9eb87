"""Whether the engine's own order, what waits for nobody first, can keep a process from its end."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry.soundness.token_net import Net, Transition, bits, union


def is_harmless(net: Net) -> bool:
    """Tell whether that order leaves the same ways to the end as any order, judged by the net's shape.

    It does where the engine cannot go round by itself, and never does at once what would take the token
    from an event that was drawn as a way out. It is asked only of nets whose markings in that order are
    too many to be looked at.
    """
    automatic = [transition for transition in net.transitions if not transition.waits]
    waiting = [transition for transition in net.transitions if transition.waits]
    return not goes_round(automatic) and not any(
        forestalls(first, second, waiting) for first in automatic for second in waiting
    )


def goes_round(automatic: Sequence[Transition]) -> bool:
    """Tell whether a token may come back to where it was without anybody doing anything.

    Places that no remaining transition fills are taken away until none is left, or only loops are.
    """
    remaining = list(automatic)
    while remaining:
        filled = union(transition.post for transition in remaining)
        in_reach = [transition for transition in remaining if transition.inputs & filled]
        if len(in_reach) == len(remaining):
            return True
        remaining = in_reach
    return False


def forestalls(first: Transition, second: Transition, waiting: Sequence[Transition]) -> bool:
    """Tell whether what the engine does at once always comes before something that waits.

    A scope is left only when it is empty: the events on its edge have their time while anything in it
    waits.
    """
    if first.joins or not first.pre or first.read:
        return False
    if any(not (second.pre | second.read) & place for place in bits(first.pre)):
        return False
    return not any(transition.pre & first.zero for transition in waiting)
