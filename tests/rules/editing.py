"""Edit the reference as somebody would who draws: remove a step, redirect an arrow, change what a step says."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.registry import library

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ALIZE = "https://alize.example/bpmn"
Files = dict[str, bytes]
Edit = Callable[[Files], None]


def edited(*edits: Edit) -> Files:
    """The reference's files once edited, all of them: a mutant is judged with its siblings."""
    files = library.reference()
    for edit in edits:
        edit(files)
    return files


def on(process: str, change: Callable[[etree._Element], None]) -> Edit:
    """An edit of one process's file."""

    def apply(files: Files) -> None:
        root = etree.fromstring(files[f"{process}.bpmn"])
        change(root)
        files[f"{process}.bpmn"] = etree.tostring(root)

    return apply


def named(root: etree._Element, identifier: str) -> etree._Element:
    """The element of the process, not its picture."""
    return next(each for each in root.iter(f"{{{BPMN}}}*") if each.get("id") == identifier)


def flows(root: etree._Element) -> list[etree._Element]:
    """Every arrow of the file."""
    return list(root.iter(f"{{{BPMN}}}sequenceFlow"))


def without(process: str, step: str) -> Edit:
    """A step is taken out, and what led to it leads to what came after it."""

    def change(root: etree._Element) -> None:
        attached = [each.get("id") for each in root.iter(f"{{{BPMN}}}boundaryEvent")
                    if each.get("attachedToRef") == step]  # fmt: skip
        leaving = next(flow for flow in flows(root) if flow.get("sourceRef") == step)
        for flow in flows(root):
            if flow.get("targetRef") == step:
                flow.set("targetRef", leaving.get("targetRef"))
        remove(root, leaving)
        for each in (step, *attached):
            remove(root, named(root, each))
        prune(root)

    return on(process, change)


def without_event(process: str, event: str) -> Edit:
    """An event on an edge is taken out, with all that it leads to."""

    def change(root: etree._Element) -> None:
        remove(root, named(root, event))
        prune(root)

    return on(process, change)


def redirected(process: str, flow: str, target: str) -> Edit:
    """An arrow leads elsewhere; what nothing leads to any more is taken out."""

    def change(root: etree._Element) -> None:
        named(root, flow).set("targetRef", target)
        prune(root)

    return on(process, change)


def marked(process: str, element: str, **values: str | None) -> Edit:
    """What a step says of itself is changed: `alize:` attributes, None to take one away."""

    def change(root: etree._Element) -> None:
        for name, value in values.items():
            set_or_drop(named(root, element), f"{{{ALIZE}}}{name}", value)

    return on(process, change)


def written(process: str, element: str, **values: str | None) -> Edit:
    """BPMN's own attributes are changed: a name, a called process, whether an event interrupts."""

    def change(root: etree._Element) -> None:
        for name, value in values.items():
            set_or_drop(named(root, element), name, value)

    return on(process, change)


def renamed(process: str, old: str, new: str) -> Edit:
    """An element gets another id, and whatever refers to it follows."""

    def apply(files: Files) -> None:
        name = f"{process}.bpmn"
        files[name] = files[name].replace(f'"{old}"'.encode(), f'"{new}"'.encode())
        files[name] = files[name].replace(f">{old}<".encode(), f">{new}<".encode())

    return apply


def said(process: str, element: str, tag: str, text: str) -> Edit:
    """The text of a part of an element is changed: a duration, a date, a condition, a count."""

    def change(root: etree._Element) -> None:
        next(named(root, element).iter(f"{{{BPMN}}}{tag}")).text = text

    return on(process, change)


def forgotten(process: str, element: str, tag: str) -> Edit:
    """A part of an element is taken away."""

    def change(root: etree._Element) -> None:
        part = next(named(root, element).iter(f"{{{BPMN}}}{tag}"))
        part.getparent().remove(part)

    return on(process, change)


def turned_into(process: str, element: str, tag: str) -> Edit:
    """An element becomes one of another kind; what only the first kind has goes."""

    def change(root: etree._Element) -> None:
        node = named(root, element)
        node.tag = f"{{{BPMN}}}{tag}"
        for part in list(node):
            if etree.QName(part).localname not in ("documentation", "incoming", "outgoing"):
                node.remove(part)

    return on(process, change)


def plain(process: str, element: str) -> Edit:
    """An end loses what it sets off: it terminates nothing and signals nothing."""

    def change(root: etree._Element) -> None:
        node = named(root, element)
        for part in list(node):
            if etree.QName(part).localname.endswith("EventDefinition"):
                node.remove(part)

    return on(process, change)


def inserted(process: str, flow: str, xml: str) -> Edit:
    """A step is put in the middle of an arrow."""

    def change(root: etree._Element) -> None:
        arrow = named(root, flow)
        scope = arrow.getparent()
        step = etree.fromstring(f'<x xmlns:bpmn="{BPMN}" xmlns:alize="{ALIZE}">{xml}</x>')[0]
        scope.append(step)
        after = etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", id=f"after_{step.get('id')}")
        after.set("sourceRef", step.get("id"))
        after.set("targetRef", arrow.get("targetRef"))
        arrow.set("targetRef", step.get("id"))

    return on(process, change)


def drawn(process: str, within: str, xml: str) -> Edit:
    """Elements are added to a process or to one of its subprocesses."""

    def change(root: etree._Element) -> None:
        parts = etree.fromstring(f'<x xmlns:bpmn="{BPMN}" xmlns:alize="{ALIZE}">{xml}</x>')
        named(root, within).extend(list(parts))

    return on(process, change)


def set_or_drop(element: etree._Element, name: str, value: str | None) -> None:
    """Set an attribute, or take it away."""
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, value)


def prune(root: etree._Element) -> None:
    """Take out what nothing leads to any more, with its arrows, again and again."""
    while True:
        ids = {each.get("id") for each in root.iter(f"{{{BPMN}}}*")}
        loose = [flow for flow in flows(root) if not {flow.get("sourceRef"), flow.get("targetRef")} <= ids]
        entered = {flow.get("targetRef") for flow in flows(root)}
        lost = [each for each in steps(root) if each.get("id") not in entered]
        for each in (*loose, *lost):
            remove(root, each)
        if not loose and not lost:
            return


def steps(root: etree._Element) -> list[etree._Element]:
    """The elements that an arrow must enter, or be attached to what an arrow enters."""
    kinds = ("Task", "Gateway", "endEvent", "CatchEvent", "callActivity", "subProcess")
    return [each for each in root.iter(f"{{{BPMN}}}*")
            if etree.QName(each).localname.endswith(kinds) and each.get("id")]  # fmt: skip


def remove(root: etree._Element, element: etree._Element) -> None:
    """Take an element out, with its place in its lane and its picture."""
    identifier = element.get("id")
    for each in list(root.iter(etree.Element)):
        in_lane = etree.QName(each).localname == "flowNodeRef" and each.text == identifier
        pictured = each.get("bpmnElement") == identifier
        mentioned = etree.QName(each).localname in ("incoming", "outgoing") and each.text == identifier
        if (in_lane or pictured or mentioned) and each.getparent() is not None:
            each.getparent().remove(each)
    if element.getparent() is not None:
        element.getparent().remove(element)
