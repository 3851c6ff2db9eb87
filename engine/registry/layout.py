"""Make room in a drawn diagram: shapes to the right, or below, move over, and the arrows follow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from engine.spiff.steps import BPMN

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
SHAPE, EDGE, LABEL = f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge", f"{{{BPMNDI}}}BPMNLabel"
BOUNDS, WAYPOINT = f"{{{DC}}}Bounds", f"{{{DI}}}waypoint"
CONTAINERS = frozenset({f"{{{BPMN}}}participant", f"{{{BPMN}}}lane"})
EMBEDDED = f"{{{BPMN}}}subProcess"
SIZES = {"x": "width", "y": "height"}
FARTHEST = 100_000
SIDES = ("x", "y", "width", "height")

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape stands."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Spot:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: Box, apart: float = 0) -> bool:
        """Whether two boxes overlap, or stand nearer than `apart`."""
        return (
            self.x < other.right + apart
            and other.x < self.right + apart
            and self.y < other.bottom + apart
            and other.y < self.bottom + apart
        )


class Layout:
    """The shapes and arrows of a diagram's first plane, by the element they draw."""

    def __init__(self, root: etree._Element) -> None:
        self.plane = root.find(f"{{{BPMNDI}}}BPMNDiagram/{{{BPMNDI}}}BPMNPlane")
        self.elements = {element.get("id", ""): element for element in root.iter(f"{{{BPMN}}}*")}
        drawn = [] if self.plane is None else list(self.plane)
        drawn = [each for each in drawn if each.get("bpmnElement") in self.elements]
        self.shapes = {each.get("bpmnElement", ""): each for each in drawn if each.tag == SHAPE}
        self.edges = {each.get("bpmnElement", ""): each for each in drawn if each.tag == EDGE}

    def box(self, element_id: str) -> Box | None:
        """Where an element is drawn, or None when it is not."""
        shape = self.shapes.get(element_id)
        bounds = None if shape is None else shape.find(BOUNDS)
        return None if bounds is None else box_of(bounds)

    def points(self, element_id: str) -> list[Spot]:
        """The bends of an arrow, its two ends included."""
        edge = self.edges.get(element_id)
        return [] if edge is None else [spot_of(each) for each in edge.findall(WAYPOINT)]

    def is_container(self, element_id: str) -> bool:
        """Whether other shapes stand inside this one: a pool, a lane, an open subprocess."""
        element, shape = self.elements.get(element_id), self.shapes.get(element_id)
        if element is None or shape is None:
            return False
        return element.tag in CONTAINERS or (element.tag == EMBEDDED and shape.get("isExpanded") == "true")

    def host(self, element_id: str) -> str:
        """The shape that an element moves with: the activity it is attached to, or itself.

        What is attached to an open subprocess stands at a place of its own on its border.
        """
        element = self.elements.get(element_id)
        host = None if element is None else element.get("attachedToRef")
        return element_id if host is None or self.is_container(host) else host

    def ends(self, element_id: str) -> tuple[str, str]:
        """The two elements that an arrow joins."""
        element = self.elements.get(element_id)
        return ("", "") if element is None else (element.get("sourceRef", ""), element.get("targetRef", ""))

    def draw_shape(self, element_id: str, box: Box, **attributes: str) -> None:
        """Draw a new shape."""
        if self.plane is None:
            return
        shape = etree.Element(SHAPE, {"id": f"{element_id}_di", "bpmnElement": element_id, **attributes})
        bounds = etree.SubElement(shape, BOUNDS)
        for name in SIDES:
            bounds.set(name, number(getattr(box, name)))
        self.plane.insert(len(self.shapes), shape)
        self.shapes[element_id] = shape

    def pools(self) -> list[str]:
        """The pools of the picture."""
        return [key for key in self.shapes if self.elements[key].tag == f"{{{BPMN}}}participant"]

    def resize(self, element_id: str, box: Box) -> None:
        """Give a shape another place or size."""
        bounds = self.shapes[element_id].find(BOUNDS)
        if bounds is not None:
            for name in SIDES:
                bounds.set(name, number(getattr(box, name)))

    def shift(self, element_id: str, axis: str, by: float) -> None:
        """Move a shape, its name included."""
        for bounds in self.shapes[element_id].iter(BOUNDS):
            shift(bounds, axis, by)

    def draw_edge(self, element_id: str, points: list[Spot]) -> None:
        """Draw an arrow, or draw it anew: its name stays where it was."""
        if self.plane is None:
            return
        edge = self.edges.get(element_id)
        if edge is None:
            edge = etree.SubElement(self.plane, EDGE, id=f"{element_id}_di", bpmnElement=element_id)
            self.edges[element_id] = edge
        for waypoint in edge.findall(WAYPOINT):
            edge.remove(waypoint)
        for at, (x, y) in enumerate(points):
            edge.insert(at, etree.Element(WAYPOINT, x=number(x), y=number(y)))

    def make_room(self, cut: float, by: float, axis: str) -> None:
        """Move everything from `cut` on along an axis, and widen what the cut goes through."""
        moved = {each for each in self.shapes if self.moves(each, cut, axis)}
        for element_id, shape in self.shapes.items():
            for bounds in shape.iter(BOUNDS):
                if element_id in moved:
                    shift(bounds, axis, by)
                elif bounds.getparent() is shape and self.is_container(element_id):
                    widen(bounds, cut, by, axis)
        for element_id, edge in self.edges.items():
            ends = [None if self.is_container(each) else each in moved for each in self.ends(element_id)]
            follow(edge, ends, cut, by, axis)

    def moves(self, element_id: str, cut: float, axis: str) -> bool:
        """Whether a shape stands beyond the cut: by its edge if others stand in it, else by its middle."""
        if self.is_container(element_id):
            box = self.box(element_id)
            return box is not None and getattr(box, axis) >= cut
        box = self.box(self.host(element_id)) or self.box(element_id)
        return box is not None and box.middle["xy".index(axis)] >= cut


def follow(edge: etree._Element, moved: Sequence[bool | None], cut: float, by: float, axis: str) -> None:
    """Take an arrow's bends along with its ends; what ran straight along an end goes on doing so.

    `moved` says of each end whether its shape moved; None for one whose border it meets anywhere.
    """
    waypoints = edge.findall(WAYPOINT)
    old = [coordinate(each, axis) for each in waypoints]
    new = [place + by if place >= cut else place for place in old]
    for at, has_moved in zip((0, -1), moved, strict=True):
        if old and has_moved is not None:
            new[at] = old[at] + by * has_moved
    if len(old) > 2:
        new[1] = new[0] if old[1] == old[0] else new[1]
        new[-2] = new[-1] if old[-2] == old[-1] else new[-2]
    for waypoint, place in zip(waypoints, new, strict=True):
        waypoint.set(axis, number(place))
    for bounds in edge.iter(BOUNDS):
        if box_of(bounds).middle["xy".index(axis)] >= cut:
            shift(bounds, axis, by)


def shift(bounds: etree._Element, axis: str, by: float) -> None:
    """Move a rectangle."""
    bounds.set(axis, number(coordinate(bounds, axis) + by))


def widen(bounds: etree._Element, cut: float, by: float, axis: str) -> None:
    """Widen a rectangle that the cut goes through."""
    box, size = box_of(bounds), SIZES[axis]
    if getattr(box, axis) < cut < getattr(box, axis) + getattr(box, size):
        bounds.set(size, number(getattr(box, size) + by))


def coordinate(element: etree._Element, name: str) -> float:
    """Read one number; a file may hold anything, and what is none stands at the edge of the picture."""
    try:
        value = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return value if abs(value) <= FARTHEST else 0.0  # What is no number is never within.


def box_of(bounds: etree._Element) -> Box:
    """Read a rectangle."""
    return Box(*(coordinate(bounds, name) for name in SIDES))


def spot_of(waypoint: etree._Element) -> Spot:
    """Read a bend."""
    return coordinate(waypoint, "x"), coordinate(waypoint, "y")


def segments(points: list[Spot]) -> Iterator[Box]:
    """Give the straight parts of an arrow, each as the thin box it fills."""
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        yield Box(min(x, next_x), min(y, next_y), abs(next_x - x), abs(next_y - y))


def number(value: float) -> str:
    """Write a coordinate, whole when it is."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
