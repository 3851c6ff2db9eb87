"""Put a parallel part of a process in a subprocess of its own, drawn around it."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.registry.normalising import pictures
from engine.registry.normalising.regions import Region, Wrapped
from engine.spiff.steps import BPMN

NAME = "Étapes menées ensemble"
LONGEST_ID = 100  # Below what the rule of ids allows, with what is added to tell the parts apart.


def wrap(root: etree._Element, process: str, region: Region) -> int:
    """Put one region, and those inside it that loop on their own, in subprocesses; tell how many.

    None where an arrow is drawn elsewhere than among the steps that it joins: the rules refuse such a file.
    """
    by_id = {element.get("id"): element for element in root.iter(f"{{{BPMN}}}*") if element.get("id")}
    inside = contents(root, region)
    entering = arrow_of("targetRef", by_id[region.split], outside=inside)
    leaving = arrow_of("sourceRef", by_id[region.join], outside=inside)
    if entering is None or leaving is None:
        return 0
    made = names_for(f"{process}_{region.split}", set(by_id) | pictures.ids_of(root))
    pictures.frame(root, region, made, flows_within(root, region))
    surround(by_id[region.split], by_id[region.join], made, inside=inside, between=(entering, leaving))
    stand_in_lane(root, region.split, made.subprocess)
    return 1 + sum(wrap(root, process, inner) for inner in region.inner)


def names_for(stem: str, taken: set[str | None]) -> Wrapped:
    """Give ids that nothing in the file has, alike for the same drawing.

    The process is part of them: SpiffWorkflow knows subprocesses of all files by their ids alone.
    """
    stem, number = f"{stem[:LONGEST_ID]}_together", 1
    while True:
        chosen = stem if number == 1 else f"{stem}_{number}"
        ids = Wrapped(chosen, *(f"{chosen}_{part}" for part in ("start", "end", "in", "out")))
        written = {ids.subprocess, ids.start, ids.end, ids.entering, ids.leaving}
        if not (written | {f"{one}_di" for one in written}) & taken:
            return ids
        number += 1


def contents(root: etree._Element, region: Region) -> list[etree._Element]:
    """Give the elements of a region, in their order: its steps, and the arrows between them."""
    inner = {flow.get("id") for flow in flows_within(root, region)}
    return [
        element
        for element in root.iter(f"{{{BPMN}}}*")
        if element.get("id") and element.get("id") in region.nodes | inner
    ]


def flows_within(root: etree._Element, region: Region) -> list[etree._Element]:
    """Give the arrows between two steps of a region."""
    return [
        flow
        for flow in root.iter(f"{{{BPMN}}}sequenceFlow")
        if flow.get("sourceRef") in region.nodes and flow.get("targetRef") in region.nodes
    ]


def surround(
    split: etree._Element,
    join: etree._Element,
    made: Wrapped,
    *,
    inside: list[etree._Element],
    between: tuple[etree._Element, etree._Element],
) -> None:
    """Put the subprocess where the split stood, move everything into it, and tie the arrows again.

    `between` are the arrow that enters and the one that leaves.
    """
    scope = split.getparent()
    if scope is None:
        return
    subprocess = etree.Element(f"{{{BPMN}}}subProcess", {"id": made.subprocess, "name": NAME})
    scope.insert(scope.index(split), subprocess)
    entering, leaving = between
    entering.set("targetRef", made.subprocess)
    leaving.set("sourceRef", made.subprocess)
    join.attrib.pop("default", "")
    point_to(split, "incoming", made.entering)
    point_to(join, "outgoing", made.leaving)
    subprocess.extend(
        [
            pointing("incoming", entering.get("id", "")),
            pointing("outgoing", leaving.get("id", "")),
            part("startEvent", made.start, pointing("outgoing", made.entering)),
            *inside,
            part("endEvent", made.end, pointing("incoming", made.leaving)),
            arrow(made.entering, made.start, split.get("id", "")),
            arrow(made.leaving, join.get("id", ""), made.end),
        ]
    )
    level = sum(1 for _ in subprocess.iterancestors())
    etree.indent(subprocess, level=level)
    subprocess.tail = "\n" + level * "  "


def arrow_of(end: str, node: etree._Element, *, outside: list[etree._Element]) -> etree._Element | None:
    """Give the one arrow that enters or leaves a node from outside the region, if it is drawn beside it."""
    scope, inside = node.getparent(), set(outside)
    flows = () if scope is None else scope.findall(f"{{{BPMN}}}sequenceFlow")
    return next((flow for flow in flows if flow.get(end) == node.get("id") and flow not in inside), None)


def point_to(node: etree._Element, tag: str, flow: str) -> None:
    """Let a node say by its child which arrow enters or leaves it now, if it says such things."""
    said = node.findall(f"{{{BPMN}}}{tag}")
    for one in said[1:]:
        node.remove(one)
    if said:
        said[0].text = flow


def pointing(tag: str, flow: str) -> etree._Element:
    """Make the child by which a node says which arrow enters or leaves it."""
    made = etree.Element(f"{{{BPMN}}}{tag}")
    made.text = flow
    return made


def part(tag: str, identifier: str, *children: etree._Element) -> etree._Element:
    """Make an event of the subprocess."""
    made = etree.Element(f"{{{BPMN}}}{tag}", {"id": identifier})
    made.extend(children)
    return made


def arrow(identifier: str, source: str, target: str) -> etree._Element:
    """Make an arrow of the subprocess."""
    return etree.Element(
        f"{{{BPMN}}}sequenceFlow", {"id": identifier, "sourceRef": source, "targetRef": target}
    )


def stand_in_lane(root: etree._Element, split: str, subprocess: str) -> None:
    """Let the subprocess stand in the lane where its region begins; its steps keep theirs."""
    for reference in named(root.iter(f"{{{BPMN}}}flowNodeRef"), split):
        reference.addprevious(pointing("flowNodeRef", subprocess))


def named(references: Iterable[etree._Element], identifier: str) -> list[etree._Element]:
    """Give the references that name an element."""
    return [one for one in references if (one.text or "").strip() == identifier]
