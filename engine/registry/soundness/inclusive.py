"""Inclusive joins by the standard: from where may a token still come to an input that has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.registry.soundness.token_net import Transition, bits, union


def look_upstream(transitions: Sequence[Transition]) -> None:
    """Give each inclusive join, for each of its inputs, the places upstream of that input.

    BPMN 2.0.2, 13.4.3: the join is activated when an input has a token and every token that could come
    to an input without one could, from where it stands, come to an input that has one as well. A path
    through the join itself does not count. All inputs are read before any is replaced: a join may stand
    upstream of another.
    """
    joins = [transition for transition in transitions if transition.joins]
    before: dict[int, int] = {}
    passed: dict[int, list[Transition]] = {}  # The joins that fill a place.
    for transition in transitions if joins else ():
        for place in bits(transition.post):
            if transition.joins:
                passed.setdefault(place, []).append(transition)
            else:
                before[place] = before.get(place, 0) | transition.pre
    inputs = {id(join): join.inputs for join in joins}
    for join in joins:
        others = {
            place: union(inputs[id(other)] for other in found if other is not join)
            for place, found in passed.items()
        }
        join.joins = tuple((place, upstream(place, before, others)) for place, _ in join.joins)


def upstream(place: int, before: Mapping[int, int], others: Mapping[int, int]) -> int:
    """Give the places from which a token may come to a place, by transitions and by other joins."""
    seen, waiting = place, place
    while waiting:
        bit = waiting & -waiting
        new = (before.get(bit, 0) | others.get(bit, 0)) & ~seen
        seen |= new
        waiting = (waiting ^ bit) | new
    return seen & ~place


def may_fire(joins: Sequence[tuple[int, int]], marking: int) -> bool:
    """Tell whether an inclusive join is activated."""
    lacking = provided = 0
    for place, before in joins:
        if marking & place:
            provided |= before | place
        else:
            lacking |= before
    return bool(provided) and not marking & lacking & ~provided
