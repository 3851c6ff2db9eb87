"""Two drawings of one process put together: elements, arrows, lanes."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from lxml import etree

from engine.registry import graph, merged_picture
from engine.registry.layout import EDGE, SHAPE
from engine.registry.pieces import PICTURE, Piece, own_parts, pieces_of
from engine.spiff.steps import BPMN

FLOW = f"{{{BPMN}}}sequenceFlow"


def drawn_by(pieces: Mapping[str, Mapping[str, Piece]]) -> str:
    """Whose picture is taken of what both drew: the basin's, unless the new reference was drawn anew."""
    base, theirs = pieces["base"], pieces["theirs"]
    both = [key for key in base if key.startswith(PICTURE) and key in theirs]
    return "ours" if all(base[key].says == theirs[key].says for key in both) else "theirs"


def put_together(
    roots: Mapping[str, etree._Element],
    pieces: Mapping[str, Mapping[str, Piece]],
    sides: Mapping[str, str],
) -> bytes:
    """Write the merged file: the new reference with the basin's side of what is the basin's."""
    root = copy.deepcopy(roots["theirs"])
    ours, theirs = pieces["ours"], pieces["theirs"]
    there = {key: piece.element for key, piece in pieces_of(root).items()}
    for key in [key for key, side in sides.items() if side == "ours" and key not in ours and key in theirs]:
        take_away(there.pop(key))
    for key, piece in ours.items():
        if sides[key] == "ours":
            if key in there:
                rewrite(there[key], piece.element)
            else:
                there[key] = add(root, there, piece)
    drop_pictures(there)
    place_in_lanes(there, pieces)
    connect(there)
    added = [key for name in ("ours", "theirs") for key in pieces[name] if key not in pieces["base"]]
    merged_picture.settle(root, dict.fromkeys(added))
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def take_away(element: etree._Element) -> None:
    """Take an element out."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def rewrite(element: etree._Element, wanted: etree._Element) -> None:
    """Make an element say what another says; the pieces inside it stay."""
    element.attrib.clear()
    for name, value in wanted.attrib.items():
        element.set(name, value)
    element.text = wanted.text
    for part in list(own_parts(element)):
        element.remove(part)
    for at, part in enumerate(own_parts(wanted)):
        element.insert(at, copy.deepcopy(part))


def add(root: etree._Element, there: Mapping[str, etree._Element], piece: Piece) -> etree._Element:
    """Put an element of the basin's into what it stands in, before what comes after its kind."""
    element = etree.Element(piece.element.tag)
    rewrite(element, piece.element)
    parent = there.get(piece.parent)
    if parent is None:
        parent = parent_in(root, piece)
    following = next((each for each in parent if comes_after(element, each)), None)
    if following is None:
        parent.append(element)
    else:
        following.addprevious(element)
    return element


def parent_in(root: etree._Element, piece: Piece) -> etree._Element:
    """Give where an element stands that is in no piece: the picture's plane, or the file itself."""
    owner = piece.element.getparent()
    if owner is not None:
        found = next(root.iter(owner.tag), None)
        if found is not None:
            return found
    return root


def comes_after(element: etree._Element, other: etree._Element) -> bool:
    """Whether another element is written after one of this kind: arrows after steps, processes after all."""
    order = (SHAPE, EDGE)
    if element.tag in order:
        return other.tag in order and order.index(other.tag) > order.index(element.tag)
    tag = etree.QName(element).localname
    if tag in graph.NODES:
        return other.tag == FLOW
    later = {f"{{{BPMN}}}collaboration", f"{{{BPMN}}}process"}
    return tag in ("message", "escalation", "error", "signal") and other.tag in later


def drop_pictures(there: dict[str, etree._Element]) -> None:
    """Take away the pictures of what is no longer there, and the arrows that lead nowhere."""
    for key, element in list(there.items()):
        ends = (element.get("sourceRef"), element.get("targetRef"))
        if element.tag == FLOW and not all(end in there for end in ends):
            take_away(there.pop(key))
    for key in [key for key in there if key.startswith(PICTURE)]:
        if key.removeprefix(PICTURE) not in there:
            take_away(there.pop(key))


def place_in_lanes(there: Mapping[str, etree._Element], pieces: Mapping[str, Mapping[str, Piece]]) -> None:
    """Write in each lane the steps that stand in it: where a side moved one, there."""
    lanes = {key: each for key, each in there.items() if each.tag == f"{{{BPMN}}}lane"}
    for lane in lanes.values():
        for name in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            lane.remove(name)
    for key, element in there.items():
        if etree.QName(element).localname not in graph.NODES:
            continue
        base, ours, theirs = (lane_of(pieces[name], key) for name in ("base", "ours", "theirs"))
        wanted = ours if theirs in (base, "") and ours else theirs
        chosen = next((each for each in (wanted, ours, theirs, base) if each in lanes), None)
        if chosen is not None and is_top_level(element):
            etree.SubElement(lanes[chosen], f"{{{BPMN}}}flowNodeRef").text = key


def lane_of(pieces: Mapping[str, Piece], key: str) -> str:
    """The lane of a step in one of the drawings."""
    return pieces[key].lane if key in pieces else ""


def is_top_level(element: etree._Element) -> bool:
    """Whether a step stands in the process itself: what is inside a subprocess stands in no lane."""
    parent = element.getparent()
    return parent is not None and parent.tag == f"{{{BPMN}}}process"


def connect(there: Mapping[str, etree._Element]) -> None:
    """Write in each step the arrows that enter and leave it, from the arrows themselves."""
    for tag, name in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        flows: dict[str, list[str]] = {}
        for key, element in there.items():
            if element.tag == FLOW:
                flows.setdefault(element.get(name, ""), []).append(key)
        for key, element in there.items():
            if etree.QName(element).localname in graph.NODES:
                write_names(element, tag, flows.get(key, []))


def write_names(element: etree._Element, tag: str, wanted: Iterable[str]) -> None:
    """Write the arrows of one direction after the explanation, before what the step waits for."""
    for old in element.findall(f"{{{BPMN}}}{tag}"):
        element.remove(old)
    before = {f"{{{BPMN}}}{each}" for each in ("documentation", "extensionElements", "incoming")}
    at = sum(1 for part in element if part.tag in before)
    for offset, flow in enumerate(wanted):
        name = etree.Element(f"{{{BPMN}}}{tag}")
        name.text = flow
        element.insert(at + offset, name)
