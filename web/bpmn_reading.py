"""A BPMN file as drawn: read safely, its shapes and flows, under the names that the reader reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine import errors
from engine.registry.layout import BOUNDS, FARTHEST, WAYPOINT, Box

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DRAWING = "{http://www.omg.org/spec/BPMN/20100524/DI}"

# Far beyond any process one can read; a file made to exhaust the server stops here.
MOST_SHAPES = 500
MOST_CHARACTERS = 120
BREAKS = re.compile(r"[ \t\r\n]+")


class NotDrawable(errors.NotFound):
    """Ce diagramme n’a pas de dessin, ou un dessin qui ne peut pas être montré."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn node: what it is, what it is called, where it stands."""

    id: str
    kind: str
    name: str
    element: etree._Element
    box: Box
    label: Box | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A drawn flow."""

    kind: str
    name: str
    points: tuple[tuple[float, float], ...]
    label: Box | None
    is_default: bool


def named(xml: bytes | str, say: Callable[[str], str]) -> bytes:
    """The same file with its names as `say` gives them, for whoever draws it. Raises `NotDrawable`."""
    root = parsed(xml)
    for element in root.iter(etree.Element):
        if str(element.tag).startswith(MODEL) and element.get("name"):
            element.set("name", say(on_one_line(str(element.get("name")))))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def parsed(xml: bytes | str) -> etree._Element:
    """Read a file safely. Raises `NotDrawable`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml.encode() if isinstance(xml, str) else xml, parser)
    except (etree.XMLSyntaxError, ValueError) as unreadable:
        raise NotDrawable from unreadable
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotDrawable
    return root


def read(root: etree._Element, say: Callable[[str], str] = str) -> tuple[list[Shape], list[Edge]]:
    """Give the shapes and edges of the first diagram of a file, under the names that `say` gives."""
    plane = root.find(f"{DRAWING}BPMNDiagram/{DRAWING}BPMNPlane")
    if plane is None or len(plane) > MOST_SHAPES:
        raise NotDrawable
    elements = {str(element.get("id")): element for element in root.iter(etree.Element) if element.get("id")}
    defaults = {str(element.get("default")) for element in elements.values() if element.get("default")}
    shapes = list(read_shapes(plane, elements))
    if not shapes:
        raise NotDrawable
    edges = read_edges(plane, elements, defaults)
    return (
        [replace(each, name=say(each.name)) if each.name else each for each in shapes],
        [replace(each, name=say(each.name)) if each.name else each for each in edges],
    )


def read_shapes(plane: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Shape]:
    """Give each shape whose element exists in the model."""
    for drawn in plane.iterchildren(f"{DRAWING}BPMNShape"):
        element = elements.get(str(drawn.get("bpmnElement")))
        bounds = drawn.find(BOUNDS)
        if element is None or bounds is None:
            continue
        yield Shape(
            id=str(element.get("id")),
            kind=etree.QName(element).localname,
            name=name_of(element),
            element=element,
            box=box_of(bounds),
            label=label_of(drawn),
        )


def read_edges(
    plane: etree._Element, elements: Mapping[str, etree._Element], defaults: Collection[str]
) -> Iterator[Edge]:
    """Give each flow that has at least two points."""
    for drawn in plane.iterchildren(f"{DRAWING}BPMNEdge"):
        element = elements.get(str(drawn.get("bpmnElement")))
        points = tuple((coordinate(way, "x"), coordinate(way, "y")) for way in drawn.iterchildren(WAYPOINT))
        if element is None or len(points) < 2:
            continue
        yield Edge(
            kind=etree.QName(element).localname,
            name=name_of(element),
            points=points,
            label=label_of(drawn),
            is_default=str(element.get("id")) in defaults,
        )


def name_of(element: etree._Element) -> str:
    """The name people read, of a length one can draw."""
    text = element.get("name") or element.findtext(f"{MODEL}text") or ""
    return on_one_line(text)[:MOST_CHARACTERS]


def on_one_line(text: str) -> str:
    """A name without its line breaks; its no-break spaces stay, which `str.split` would take out."""
    return BREAKS.sub(" ", text).strip()


def label_of(drawn: etree._Element) -> Box | None:
    """Where the name of a flow, an event or a gateway was placed."""
    bounds = drawn.find(f"{DRAWING}BPMNLabel/{BOUNDS}")
    return None if bounds is None else box_of(bounds)


def box_of(bounds: etree._Element) -> Box:
    """Read the four numbers of a rectangle."""
    return Box(*(coordinate(bounds, name) for name in ("x", "y", "width", "height")))


def coordinate(element: etree._Element, name: str) -> float:
    """Read one number; a file may hold anything."""
    try:
        value = float(element.get(name, "0"))
    except ValueError as unreadable:
        raise NotDrawable from unreadable
    if not abs(value) <= FARTHEST:  # Also true of « not a number ».
        raise NotDrawable
    return value
