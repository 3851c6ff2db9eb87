"""The picture of a merged process: what two drawings put at one place moves apart, arrows follow."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable

from lxml import etree

from engine.registry.layout import Box, Layout, Spot
from engine.spiff.steps import BPMN

APART = 40.0
MOST_MOVES = 60
LANE, POOL = f"{{{BPMN}}}lane", f"{{{BPMN}}}participant"


def settle(root: etree._Element, added: Collection[str]) -> None:
    """Move apart what stands at one place, put added lanes under the others, lead arrows to their ends."""
    drawn = Layout(root)
    put_lanes_below(drawn, [key for key in added if key in drawn.shapes and drawn.elements[key].tag == LANE])
    new = [key for key in added if key in drawn.shapes and not drawn.is_container(key)]
    for _move in range(MOST_MOVES):
        pair = collision(drawn, new)
        if pair is None:
            break
        left, right = sorted(pair, key=lambda box: box.middle[0])
        if left.middle[0] == right.middle[0]:
            drawn.shift(new_one(drawn, new, pair), "x", left.right + APART - right.x)
        else:
            drawn.make_room(right.middle[0], left.right + APART - right.x, "x")
    contain(drawn)
    for key in drawn.edges:
        reconnect(drawn, key)


def put_lanes_below(drawn: Layout, lanes: Iterable[str]) -> None:
    """Put each added lane, with what stands in it, under those that were there."""
    for key in lanes:
        box = drawn.box(key)
        others = [
            found
            for each in drawn.shapes
            if each != key and drawn.elements[each].tag == LANE and (found := drawn.box(each))
        ]
        if box is None or not others or not any(box.meets(other) for other in others):
            continue
        lowest = max(others, key=lambda other: other.bottom)
        by = lowest.bottom - box.y
        inside = {(name.text or "").strip() for name in drawn.elements[key]}
        for each in drawn.shapes:
            if each in inside or drawn.host(each) in inside:
                drawn.shift(each, "y", by)
        drawn.resize(key, Box(lowest.x, lowest.bottom, lowest.width, box.height))


def collision(drawn: Layout, new: Iterable[str]) -> tuple[Box, Box] | None:
    """Give two shapes that overlap, one of them added."""
    for key, other in itertools.product(new, drawn.shapes):
        if drawn.is_container(other) or drawn.host(key) == drawn.host(other):
            continue
        one, two = drawn.box(key), drawn.box(other)
        if one is not None and two is not None and one.meets(two):
            return one, two
    return None


def new_one(drawn: Layout, new: Iterable[str], pair: tuple[Box, Box]) -> str:
    """Give the added one of two shapes that stand at the same place."""
    return next(key for key in new if drawn.box(key) in pair)


def contain(drawn: Layout) -> None:
    """Widen pools and lanes so that everything drawn is inside."""
    solid = [box for key in drawn.shapes if not drawn.is_container(key) and (box := drawn.box(key))]
    lanes = [box for key in drawn.shapes if drawn.elements[key].tag == LANE and (box := drawn.box(key))]
    for key in drawn.shapes:
        box = drawn.box(key)
        if box is None or not solid or drawn.elements[key].tag not in (LANE, POOL):
            continue
        right = max(box.right, max(each.right for each in solid) + APART)
        bottom = box.bottom
        if drawn.elements[key].tag == POOL and len(drawn.pools()) == 1:
            bottom = max([bottom, *(lane.bottom for lane in lanes)])
        drawn.resize(key, Box(box.x, box.y, right - box.x, bottom - box.y))


def reconnect(drawn: Layout, key: str) -> None:
    """Draw an arrow anew when it no longer touches what it joins."""
    source, target = (drawn.box(each) for each in drawn.ends(key))
    bends = drawn.points(key)
    if source is None or target is None or len(bends) < 2:
        return
    if all(box.meets(Box(*end, 0, 0), 2) for box, end in ((source, bends[0]), (target, bends[-1]))):
        return
    drawn.draw_edge(key, onward(source, target) if source.right <= target.x else upright(source, target))


def onward(source: Box, target: Box) -> list[Spot]:
    """Give the bends of an arrow that goes on to the right."""
    start, end = (source.right, source.middle[1]), (target.x, target.middle[1])
    halfway = (start[0] + end[0]) / 2
    return [start, end] if start[1] == end[1] else [start, (halfway, start[1]), (halfway, end[1]), end]


def upright(source: Box, target: Box) -> list[Spot]:
    """Give the bends of an arrow to what is above or below, or behind."""
    climbs = target.middle[1] < source.middle[1]
    start = (source.middle[0], source.y if climbs else source.bottom)
    end = (target.middle[0], target.bottom if climbs else target.y)
    halfway = (start[1] + end[1]) / 2
    return [start, end] if start[0] == end[0] else [start, (start[0], halfway), (end[0], halfway), end]
