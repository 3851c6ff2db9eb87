"""A drawing as it is published: what SpiffWorkflow would play otherwise is rewritten into what it plays."""

from __future__ import annotations

from lxml import etree

from engine.registry import reading
from engine.registry.normalising import regions, wrapping
from engine.spiff.steps import BPMN


def normalised(content: bytes) -> bytes:
    """Give a file rewritten, so that what is proved, stored and shown is what runs.

    Two things are: an arrow without an id, which SpiffWorkflow would drop, is given one; a parallel or
    inclusive part inside a loop, whose join would fire after a single branch from the second turn on, is
    put in a subprocess of its own, its picture included. Ids that the library keeps for itself are not
    renamed but refused by a rule: forms, histories and drawings of other versions know steps by them.

    A file that needs nothing is given back byte for byte, hence so is one that was rewritten before.
    Raises `reading.Unreadable` for a file that is not safe to read.
    """
    root = reading.read_root(content)
    named = name_flows(root)
    wrapped = wrap_regions(root)
    if not named and not wrapped:
        return content
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def name_flows(root: etree._Element) -> int:
    """Give each arrow without an id the one under which the checks speak of it; tell how many there were."""
    names = reading.generated_names(root)
    nameless = [flow for flow in root.iter(f"{{{BPMN}}}sequenceFlow") if not flow.get("id")]
    for flow, name in zip(nameless, names, strict=False):
        flow.set("id", name)
    return len(nameless)


def wrap_regions(root: etree._Element) -> int:
    """Put each parallel part that stands in a loop in a subprocess; tell how many there were.

    Where two elements share an id nobody can tell which is meant: the rules refuse such a file.
    """
    diagram = reading.diagram_of(root, "")
    if len(set(diagram.ids)) < len(diagram.ids):
        return 0
    wrapped = 0
    for process in diagram.processes:
        for region in regions.plan_of(process).regions:
            wrapped += wrapping.wrap(root, process.id, region)
    return wrapped
