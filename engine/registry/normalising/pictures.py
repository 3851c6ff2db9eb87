"""Draw the frame of a subprocess around a part of a picture, and make room for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.registry.layout import BPMNDI, DC, DI
from engine.registry.normalising.regions import Region, Wrapped
from engine.spiff.steps import BPMN

EVENT = 36.0  # The side of an event, as every editor draws it.
MARGIN, GAP = 20.0, 50.0
HEADROOM = 2 * MARGIN  # Above the steps, for the name of the subprocess.
SIDE = MARGIN + EVENT + GAP  # What the frame adds on the left and on the right.
FARTHEST = 1e6  # Beyond this a picture is no picture: it is left as it is.


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half-way down."""
        return (self.top + self.bottom) / 2

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles share a point."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def ids_of(root: etree._Element) -> set[str | None]:
    """Give the ids of every shape and arrow of the pictures."""
    return {element.get("id") for element in root.iter(f"{{{BPMNDI}}}*")}


def frame(root: etree._Element, region: Region, made: Wrapped, flows: list[etree._Element]) -> None:
    """Draw the subprocess, its start, its end and their arrows; what stands in the way is moved.

    A file without a picture, or whose picture does not show the whole region, keeps what it has.
    """
    plane = plane_of(root, region.split)
    if plane is None:
        return
    shapes = {shape.get("bpmnElement", ""): shape for shape in plane.findall(f"{{{BPMNDI}}}BPMNShape")}
    boxes = [box for name in region.nodes if name in shapes and (box := box_of(shapes[name]))]
    if len(boxes) < len(region.nodes):
        return
    lines = {flow.get("id") for flow in flows}
    edges = [edge for edge in plane.findall(f"{{{BPMNDI}}}BPMNEdge") if edge.get("bpmnElement") in lines]
    around = surrounding([*boxes, *(box for edge in edges if (box := reach_of(edge)))])
    spread(plane, around)
    drawn = Box(around.left, around.top - HEADROOM, around.right + 2 * SIDE, around.bottom + MARGIN)
    clear(root, plane, drawn, region.nodes)
    enclose(root, plane, drawn)
    tie(root, plane, region, drawn, shapes)
    draw(plane, shapes, region, made, drawn)


def plane_of(root: etree._Element, element: str) -> etree._Element | None:
    """Give the picture on which an element is drawn."""
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        if any(shape.get("bpmnElement") == element for shape in plane.findall(f"{{{BPMNDI}}}BPMNShape")):
            return plane
    return None


def spread(plane: etree._Element, around: Box) -> None:
    """Move what is at the region's left edge or beyond to the right, and what follows it twice as far."""
    for point in points_of(plane):
        if point.tag == f"{{{DC}}}Bounds":
            move_bounds(point, around)
        else:
            place(point, "x", moved(number(point, "x"), around))


def moved(across: float, around: Box) -> float:
    """Give where a place of the picture goes when room is made on both sides of a region."""
    return across + SIDE * ((across >= around.left) + (across > around.right))


def move_bounds(bounds: etree._Element, around: Box) -> None:
    """Move a rectangle, or widen it when the region stands inside it, as in its lane."""
    left, width = number(bounds, "x"), number(bounds, "width")
    holds = left < around.left and left + width > around.right
    place(bounds, "x", moved(left, around))
    if holds:
        place(bounds, "width", width + 2 * SIDE)


def clear(root: etree._Element, plane: etree._Element, drawn: Box, inside: frozenset[str]) -> None:
    """Put what would lie under the frame, and is no part of it, just below, its arrows after it."""
    down: dict[str, float] = {}
    for shape in plane.findall(f"{{{BPMNDI}}}BPMNShape"):
        box, element = box_of(shape), shape.get("bpmnElement", "")
        if box and element not in inside and box.meets(drawn) and not holds(box, drawn):
            down[element] = drawn.bottom + GAP - box.top
            for point in points_of(shape):
                place(point, "y", number(point, "y") + down[element])
    ends = {flow.get("id"): (flow.get("sourceRef"), flow.get("targetRef"))
            for flow in root.iter(f"{{{BPMN}}}sequenceFlow")}  # fmt: skip
    for edge in plane.findall(f"{{{BPMNDI}}}BPMNEdge"):
        points = edge.findall(f"{{{DI}}}waypoint")
        source, target = ends.get(edge.get("bpmnElement"), ("", ""))
        for point, end in zip(points[:1] + points[-1:], (source, target), strict=False):
            place(point, "y", number(point, "y") + down.get(end or "", 0.0))


def enclose(root: etree._Element, plane: etree._Element, drawn: Box) -> None:
    """Let the pool and the subprocess around the frame hold it, and what was put below it."""
    frames = {element.get("id") for element in root.iter(f"{{{BPMN}}}participant", f"{{{BPMN}}}subProcess")}
    boxes = [box for shape in plane.findall(f"{{{BPMNDI}}}BPMNShape") if (box := box_of(shape))]
    under = Box(drawn.left, drawn.bottom, drawn.right, drawn.bottom + 4 * GAP)
    beside = [box.bottom for box in boxes if box.meets(under) and not holds(box, drawn)]
    lowest = max([drawn.bottom, *beside]) + MARGIN
    for shape in plane.findall(f"{{{BPMNDI}}}BPMNShape"):
        box, bounds = box_of(shape), shape.find(f"{{{DC}}}Bounds")
        if box and bounds is not None and shape.get("bpmnElement") in frames and holds(box, drawn):
            top, bottom = min(box.top, drawn.top - MARGIN), max(box.bottom, lowest)
            place(bounds, "y", top)
            place(bounds, "height", bottom - top)


def holds(box: Box, drawn: Box) -> bool:
    """Tell whether a shape is around the frame, as its pool and its lane are."""
    is_wide = box.left <= drawn.left and box.right >= drawn.right
    return is_wide and box.top < drawn.bottom and box.bottom > drawn.top


def tie(
    root: etree._Element,
    plane: etree._Element,
    region: Region,
    drawn: Box,
    shapes: Mapping[str, etree._Element],
) -> None:
    """Let the arrow that came to the split come to the frame, and the one that left the join leave it."""
    edges = {edge.get("bpmnElement"): edge for edge in plane.findall(f"{{{BPMNDI}}}BPMNEdge")}
    split, join = box_of(shapes[region.split]), box_of(shapes[region.join])
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        edge, source, target = edges.get(flow.get("id")), flow.get("sourceRef"), flow.get("targetRef")
        if edge is None or split is None or join is None:
            continue
        if target == region.split and source not in region.nodes:
            reconnect(edge, drawn, (drawn.left, split.middle), is_last=True)
        elif source == region.join and target not in region.nodes:
            reconnect(edge, drawn, (drawn.right, join.middle), is_last=False)


def reconnect(edge: etree._Element, drawn: Box, end: tuple[float, float], *, is_last: bool) -> None:
    """Let an arrow end, or begin, on the frame: its points that lie under it are dropped."""
    for point in edge.findall(f"{{{DI}}}waypoint"):
        across, down = number(point, "x"), number(point, "y")
        if drawn.left <= across <= drawn.right and drawn.top <= down <= drawn.bottom:
            edge.remove(point)
    edge.insert(len(edge.findall(f"{{{DI}}}waypoint")) if is_last else 0, waypoint(*end))


def draw(
    plane: etree._Element,
    shapes: Mapping[str, etree._Element],
    region: Region,
    made: Wrapped,
    drawn: Box,
) -> None:
    """Add the frame before the shapes it holds, then its events and their arrows."""
    split, join = box_of(shapes[region.split]), box_of(shapes[region.join])
    if split is None or join is None:
        return
    start = Box(drawn.left + MARGIN, split.middle - EVENT / 2, drawn.left + MARGIN + EVENT,
                split.middle + EVENT / 2)  # fmt: skip
    end = Box(drawn.right - MARGIN - EVENT, join.middle - EVENT / 2, drawn.right - MARGIN,
              join.middle + EVENT / 2)  # fmt: skip
    first = min(plane.index(shapes[name]) for name in region.nodes)
    plane.insert(first, shape_of(made.subprocess, drawn, isExpanded="true"))
    plane.extend(
        [
            shape_of(made.start, start),
            shape_of(made.end, end),
            edge_of(made.entering, (start.right, start.middle), (split.left, split.middle)),
            edge_of(made.leaving, (join.right, join.middle), (end.left, end.middle)),
        ]
    )


def shape_of(element: str, box: Box, **more: str) -> etree._Element:
    """Make a shape."""
    shape = etree.Element(f"{{{BPMNDI}}}BPMNShape", {"id": f"{element}_di", "bpmnElement": element, **more})
    bounds = etree.SubElement(shape, f"{{{DC}}}Bounds")
    for name, value in (("x", box.left), ("y", box.top), ("width", box.right - box.left),
                        ("height", box.bottom - box.top)):  # fmt: skip
        place(bounds, name, value)
    return shape


def edge_of(element: str, *through: tuple[float, float]) -> etree._Element:
    """Make an arrow of the picture."""
    edge = etree.Element(f"{{{BPMNDI}}}BPMNEdge", {"id": f"{element}_di", "bpmnElement": element})
    edge.extend([waypoint(across, down) for across, down in through])
    return edge


def waypoint(across: float, down: float) -> etree._Element:
    """Make a point of an arrow."""
    point = etree.Element(f"{{{DI}}}waypoint")
    place(point, "x", across)
    place(point, "y", down)
    return point


def points_of(element: etree._Element) -> Iterator[etree._Element]:
    """Give every rectangle and every point below an element, labels included."""
    yield from element.iter(f"{{{DC}}}Bounds", f"{{{DI}}}waypoint")


def box_of(shape: etree._Element) -> Box | None:
    """Give the rectangle of a shape, if it has one."""
    bounds = shape.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    left, top = number(bounds, "x"), number(bounds, "y")
    return Box(left, top, left + number(bounds, "width"), top + number(bounds, "height"))


def reach_of(edge: etree._Element) -> Box | None:
    """Give the rectangle through which an arrow runs, if it has points."""
    points = [(number(point, "x"), number(point, "y")) for point in edge.findall(f"{{{DI}}}waypoint")]
    if not points:
        return None
    across, down = zip(*points, strict=True)
    return Box(min(across), min(down), max(across), max(down))


def surrounding(boxes: list[Box]) -> Box:
    """Give the smallest rectangle around all of these."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def number(element: etree._Element, name: str) -> float:
    """Read a coordinate; what is no number of a picture counts as zero."""
    try:
        value = float(element.get(name, "0"))
    except ValueError:
        return 0.0
    return value if abs(value) < FARTHEST else 0.0


def place(element: etree._Element, name: str, value: float) -> None:
    """Write a coordinate, without decimals where it has none."""
    element.set(name, f"{value:.2f}".rstrip("0").rstrip("."))
