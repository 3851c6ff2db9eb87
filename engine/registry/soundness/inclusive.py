"""Inclusive joins by the standard: from where may a token still come to an input that has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.registry.soundness.token_net import Transition, bits


def look_upstream(transitions: Sequence[Transition]) -> None:
    """Give each inclusive join, for each of its inputs, the places upstream of that input.

    BPMN 2.0.2, 13.4.3: the join is activated when an input has a token and every token that could come
    to an input without one could, from where it stands, come to an input that has one as well. A path
    through the join itself does not count. All inputs are read before any is replaced: a join may stand
    upstream of another.
    """
    joins = [transition for transition in transitions if transition.joins]
    if not joins:
        return
    producers: dict[int, list[Transition]] = {}
    for transition in transitions:
        for place in bits(transition.post):
            producers.setdefault(place, []).append(transition)
    inputs = {id(transition): transition.inputs for transition in joins}
    for join in joins:
        found = [(place, upstream(place, join, producers, inputs)) for place, _ in join.joins]
        join.joins = tuple(found)


def upstream(
    place: int, join: Transition, producers: Mapping[int, Sequence[Transition]], inputs: Mapping[int, int]
) -> int:
    """Give the places from which a token may come to an input without passing the join."""
    seen = place
    waiting = [place]
    while waiting:
        for transition in producers.get(waiting.pop(), ()):
            if transition is not join:
                new = inputs.get(id(transition), transition.pre) & ~seen
                seen |= new
                waiting.extend(bits(new))
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
