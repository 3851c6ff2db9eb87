"""A diagram taken apart: each element with an id of its own, what it says, where it stands, its picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.registry import graph
from engine.registry.layout import EDGE, SHAPE
from engine.spiff.steps import BPMN

NAMED = frozenset({
    "message", "escalation", "error", "signal", "participant", "lane", "process", "collaboration", "laneSet",
    "textAnnotation", "association", "sequenceFlow", "messageFlow",
})  # fmt: skip
DERIVED = frozenset({f"{{{BPMN}}}{tag}" for tag in ("incoming", "outgoing", "flowNodeRef")})
PICTURE = "picture of "  # Before the id of what a shape or an arrow of the picture draws.


@dataclass(frozen=True, slots=True)
class Piece:
    """One element: its key, what it says as text, the key of what it stands in, the lane it is in."""

    key: str
    element: etree._Element
    says: bytes
    parent: str
    lane: str

    @property
    def tag(self) -> str:
        """The name of the element, without its namespace."""
        return etree.QName(self.element).localname

    @property
    def is_picture(self) -> bool:
        """Whether it only says where something is drawn."""
        return self.key.startswith(PICTURE)


def pieces_of(root: etree._Element) -> dict[str, Piece]:
    """Take a diagram apart, in the order of the file: key → piece."""
    lanes = {
        (name.text or "").strip(): lane.get("id", "")
        for lane in root.iter(f"{{{BPMN}}}lane")
        for name in lane.findall(f"{{{BPMN}}}flowNodeRef")
    }
    found = {}
    for element in root.iter(etree.Element):
        key = key_of(element)
        if key:
            owner = element.getparent()
            parent = "" if owner is None else key_of(owner)
            found[key] = Piece(key, element, said_by(element), parent, lanes.get(key, ""))
    return found


def key_of(element: etree._Element) -> str:
    """Give what an element is known by, or nothing when it is only a part of another."""
    if element.tag in (SHAPE, EDGE):
        return PICTURE + str(element.get("bpmnElement", ""))
    return element.get("id", "") if is_piece(element) else ""


def is_piece(element: etree._Element) -> bool:
    """Whether an element is one of those that are compared, and not a part of another."""
    name = etree.QName(element)
    return element.tag in (SHAPE, EDGE) or (
        name.namespace == BPMN and (name.localname in graph.NODES or name.localname in NAMED)
    )


def said_by(element: etree._Element) -> bytes:
    """Write what an element says by itself: its attributes and the parts that are no piece of their own."""
    alone = copied(element)
    alone.text = (element.text or "").strip()
    for part in own_parts(element):
        alone.append(bare(part))
    text: bytes = etree.tostring(alone, method="c14n", exclusive=True)
    return text


def own_parts(element: etree._Element) -> Iterator[etree._Element]:
    """Give the children that belong to an element alone: what flows and lanes say elsewhere is left out."""
    for part in element:
        if isinstance(part.tag, str) and part.tag not in DERIVED and not is_piece(part):
            yield part


def bare(element: etree._Element) -> etree._Element:
    """Copy an element without the blanks that only indent it."""
    copy = copied(element)
    copy.text = (element.text or "").strip() or None
    for part in element:
        if isinstance(part.tag, str):
            copy.append(bare(part))
    return copy


def copied(element: etree._Element) -> etree._Element:
    """Give an element of the same name with the same attributes, and nothing in it."""
    copy = etree.Element(element.tag)
    for name, value in element.attrib.items():
        copy.set(name, value)
    return copy
